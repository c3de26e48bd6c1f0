/** Certificates and keys that `http_output` names, as what a connection is made with. */

import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { HttpOutputConfig } from '../../config/output-config.ts';
import { reasonOf } from '../../host/errno.ts';
import { OutputError } from '../alert-output.ts';

type TlsConfig = Pick<HttpOutputConfig, 'caCert' | 'caBundle' | 'caPath' | 'client'>;

/** Debian has 150 certificates in 450 names; of a folder that is no such one, not everything. */
const FILES_MAX = 2000;
const FILE_BYTES_MAX = 1 << 20;
const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END [A-Z0-9 ]+-----/g;

/** OutputError when a file that is named cannot be used. */
export function tlsContext(config: TlsConfig): SecureContext {
  const ca = authorities(config);
  const { client } = config;
  const own = client && {
    cert: readNamed('client_cert', client.cert),
    key: readNamed('client_key', client.key),
  };
  try {
    return createSecureContext({ ...(ca !== undefined && { ca }), ...own });
  } catch (cause) {
    throw new OutputError(`its certificates or its key cannot be used: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

/** The first of ca_cert, ca_bundle and ca_path that is given, as Falco has it. */
function authorities({ caCert, caBundle, caPath }: TlsConfig): string[] | undefined {
  if (caCert !== '') return certificatesOf('ca_cert', caCert);
  if (caBundle !== '') return certificatesOf('ca_bundle', caBundle);
  const found = caPath === '' ? [] : certificatesIn(caPath);
  // An empty folder would mean that nobody is trusted: then those that Node carries.
  return found.length === 0 ? undefined : found;
}

function certificatesOf(key: string, path: string): string[] {
  const found = readNamed(key, path).match(CERTIFICATE);
  if (found === null) throw new OutputError(`${key}: there is no PEM certificate in ${path}`);
  return found;
}

function readNamed(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OutputError(`${key}: cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
}

/** Each certificate once, however many names and bundles it is in. Other files do no harm. */
function certificatesIn(folder: string): string[] {
  const paths = new Set(namesIn(folder).flatMap((name) => realFile(join(folder, name))));
  const texts = [...paths].flatMap((path) => readNamed('ca_path', path).match(CERTIFICATE) ?? []);
  return [...new Set(texts)];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, FILES_MAX);
  } catch {
    // The default folder is not on every machine.
    return [];
  }
}

/** Links are followed; what is no file, too large or gone is passed over. */
function realFile(path: string): string[] {
  try {
    const real = realpathSync(path);
    const stat = statSync(real);
    return stat.isFile() && stat.size <= FILE_BYTES_MAX ? [real] : [];
  } catch {
    return [];
  }
}
