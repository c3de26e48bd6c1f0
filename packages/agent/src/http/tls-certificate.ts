/** The PEM file that TLS is served with: certificate, its chain, and key in one, as for Falco. */

import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { reasonOf } from '../host/errno.ts';
import { HttpError } from './http-error.ts';

const HINT =
  'it is to hold a certificate and its key, both in PEM: cat certificate.pem key.pem > falco.pem';

/** The file's bytes, once it is known that they can be used. */
export function readCertificate(path: string): Buffer {
  const refuse = (why: string, cause?: unknown): HttpError => {
    const message = `cannot serve TLS with ${path}: ${why}`;
    const error = new HttpError({ code: 'certificate', message, hint: HINT });
    if (cause !== undefined) error.cause = cause;
    return error;
  };
  let pem: Buffer;
  try {
    pem = readFileSync(path);
  } catch (cause) {
    throw refuse(reasonOf(cause), cause);
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw refuse('there is no certificate in it');
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem.toString('latin1'))) {
    throw refuse('there is no private key in it');
  }
  try {
    createSecureContext({ cert: pem, key: pem });
  } catch (cause) {
    throw refuse(reasonOf(cause), cause);
  }
  return pem;
}
