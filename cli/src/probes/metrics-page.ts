import { LoadkitError } from '../system/error.ts';

/** What a `/metrics` answered. */
export interface MetricsPage {
  readonly text: string;
  /** True when more came than is read; `text` then ends with the last whole line. */
  readonly isCut: boolean;
}

/**
 * Reads up to `mostBytes` of text from `url`; user and password of the URL are sent as basic authorization.
 *
 * @throws LoadkitError `metrics-refused` for any status but 200 with what to do, a redirect (it could lead to another
 * machine) and HTML or JSON instead of text
 */
export async function fetchMetrics(url: string, mostBytes: number, signal: AbortSignal): Promise<MetricsPage> {
  const { address, authorization } = withoutCredentials(url);
  const response = await fetch(address, {
    signal,
    redirect: 'manual',
    headers: { accept: 'text/plain', ...(authorization === null ? {} : { authorization }) },
  });
  const problem = problemOf(response, authorization !== null);
  if (problem !== null) {
    await response.body?.cancel();
    throw new LoadkitError('metrics-refused', `${address} ${problem}`);
  }
  const page = await readText(response, mostBytes);
  if (/^\s*[<{[]/.test(page.text)) {
    const kind = page.text.trimStart().startsWith('<') ? 'HTML' : 'JSON';
    throw new LoadkitError('metrics-refused', `${address} answered ${kind}, no Prometheus text${where}`);
  }
  return page;
}

const where = ': name the address of the metrics (with Spring Boot /actuator/prometheus)';

function problemOf({ status, headers }: Response, hasCredentials: boolean): string | null {
  if (status === 401 || status === 403) {
    const cure = hasCredentials
      ? 'those of the URL are not accepted'
      : 'put user and password into the URL, or open this path for this machine';
    return `answered ${status}, it wants credentials: ${cure}`;
  }
  if (status === 404) return `answered 404, nothing is there${where}`;
  if (status >= 300 && status < 400) {
    return `answered ${status}, a redirect to ${headers.get('location') ?? 'nowhere'}, which is not followed: name that address`;
  }
  return status === 200 ? null : `answered ${status}`;
}

async function readText(response: Response, mostBytes: number): Promise<MetricsPage> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Leaving the loop ends the answer, and with it the connection.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    text += decoder.decode(chunk, { stream: true });
    if (bytes > mostBytes) return { text: text.slice(0, text.lastIndexOf('\n') + 1), isCut: true };
  }
  return { text: text + decoder.decode(), isCut: false };
}

/** `fetch` refuses a URL with credentials. */
function withoutCredentials(url: string): { address: string; authorization: string | null } {
  const address = new URL(url);
  const { username, password } = address;
  address.username = '';
  address.password = '';
  if (username === '' && password === '') return { address: address.href, authorization: null };
  const pair = `${unescaped(username)}:${unescaped(password)}`;
  return { address: address.href, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** A lone `%` is itself. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
