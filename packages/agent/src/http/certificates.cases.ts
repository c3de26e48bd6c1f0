/** For tests: certificates that OpenSSL's command makes. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

const REQUEST: readonly string[] = [
  'req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:P-256',
  '-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1',
].flatMap((line) => line.split(' '));

/** A certificate for localhost that is its own authority, in PEM. */
export function makeCertificate(context: TestContext): TestCertificate {
  const folder = temporaryFolder(context);
  const paths = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') };
  const made = spawnSync('openssl', [...REQUEST, '-keyout', paths.key, '-out', paths.certificate], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr ?? made.error?.message}`);
  return {
    certificate: readFileSync(paths.certificate, 'utf8'),
    key: readFileSync(paths.key, 'utf8'),
  };
}

/** The path of a file that holds the texts. */
export function fileOf(context: TestContext, ...texts: readonly string[]): string {
  const path = join(temporaryFolder(context), 'falco.pem');
  writeFileSync(path, texts.join(''));
  return path;
}

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-certificates-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
