import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where somebody listens. */
export interface PortAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * True when TLS is spoken on that port, whatever its certificate is worth: nothing is sent over it. False also when nobody
 * answers within `timeoutMs`. For the explanation of a connection that failed.
 */
export function speaksTls({ host, port }: PortAddress, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({ host, port, rejectUnauthorized: false });
    const done = settle<boolean>(socket, timeoutMs, resolve, false);
    socket.on('secureConnect', () => done(true));
    // An alert is TLS too: a server that wants a client's certificate, or another version.
    socket.on('error', (error) => done('code' in error && /ALERT/.test(String(error.code))));
  });
}

/** What that port answers first to `question` in the clear, within `timeoutMs`; null when it says nothing. */
export function firstAnswer(
  { host, port }: PortAddress,
  question: string | Buffer,
  timeoutMs: number,
): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => socket.write(question));
    const done = settle<Buffer | null>(socket, timeoutMs, resolve, null);
    socket.on('data', done);
    socket.on('error', () => done(null));
  });
}

/** True when somebody accepts connections there. */
export function isOpen({ host, port }: PortAddress, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => done(true));
    const done = settle<boolean>(socket, timeoutMs, resolve, false);
    socket.on('error', () => done(false));
  });
}

/** The first answer wins, and ends the look. */
function settle<T>(
  socket: ReturnType<typeof connect>,
  timeoutMs: number,
  resolve: (answer: T) => void,
  silence: T,
): (answer: T) => void {
  const done = (answer: T): void => {
    clearTimeout(timer);
    socket.destroy();
    resolve(answer);
  };
  const timer = setTimeout(() => done(silence), timeoutMs);
  socket.on('close', () => done(silence));
  return done;
}
