import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** Certificate and key in one text, as Kafka wants them. */
  readonly pem: string;
  remove(): void;
}

/** A certificate for 127.0.0.1 that nobody trusts, valid for a day. */
export async function selfSigned(): Promise<Certificate> {
  const folder = mkdtempSync(join(tmpdir(), 'lk-cert-'));
  const certFile = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1'];
  await promisify(execFile)('openssl', [...request, '-keyout', keyFile, '-out', certFile]);
  return {
    certFile,
    keyFile,
    pem: `${readFileSync(keyFile, 'utf8')}${readFileSync(certFile, 'utf8')}`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
