/** open_params of the k8saudit plugin: where audit events come from. */

import { AUDIT_FROM_WEB_SERVER } from '../../config/service-config.ts';

export type AuditOrigin =
  | {
      readonly kind: 'webhook';
      readonly isTls: boolean;
      /** '' stands for every address of the machine. */
      readonly host: string;
      readonly port: number;
      readonly path: string;
    }
  /** Followed from its end. */
  | { readonly kind: 'tail'; readonly path: string }
  /** A file or a folder of files, read once. */
  | { readonly kind: 'files'; readonly path: string }
  /** Only what is posted to the web server. */
  | { readonly kind: 'web-server' };

export const WEB_SERVER_PARAMS: string = AUDIT_FROM_WEB_SERVER;

const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s;
const authorityAndPath =
  /^\/\/(\[[0-9a-fA-F:.]+\]|[^/:?#[\]]*)(?::([0-9]*))?(\/[^?#]*)?(?:[?#].*)?$/s;
const PORT_MAX = 65_535;
const FORMS =
  'http://:9765/k8s-audit, https://..., file:///var/log/audit.log, or the path of a file';

/** Throws an Error that says what is wrong. */
export function parseOpenParams(params: string): AuditOrigin {
  const text = params.trim();
  if (text === '') throw new Error(`open_params is empty: give ${FORMS} or folder`);
  if (text === WEB_SERVER_PARAMS) return { kind: 'web-server' };
  const [, name = '', rest = ''] = scheme.exec(text) ?? [];
  switch (name.toLowerCase()) {
    case '':
      return { kind: 'files', path: text };
    case 'http':
    case 'https':
      return webhookOf(text, name.toLowerCase() === 'https', rest);
    case 'file':
      return tailOf(text, rest);
    default:
      throw new Error(`scheme "${name}" is not supported: give ${FORMS} or folder`);
  }
}

function webhookOf(text: string, isTls: boolean, rest: string): AuditOrigin {
  const match = authorityAndPath.exec(rest);
  if (match === null) throw new Error(`"${text}" is no URL: give ${FORMS}`);
  const [, host = '', port = '', path = '/'] = match;
  const number = Number(port);
  if (port === '' || number > PORT_MAX) {
    throw new Error(`"${text}" has no port from 0 to ${PORT_MAX}: http://:9765/k8s-audit has one`);
  }
  const address = host.startsWith('[') ? host.slice(1, -1) : host;
  return { kind: 'webhook', isTls, host: address, port: number, path: decoded(text, path) };
}

function tailOf(text: string, rest: string): AuditOrigin {
  const match = authorityAndPath.exec(rest);
  const [, host = '', , path = ''] = match ?? [];
  if (match === null || path === '' || (host !== '' && host !== 'localhost')) {
    throw new Error(
      `"${text}" names no file: three slashes begin a path, file:///var/log/audit.log`,
    );
  }
  return { kind: 'tail', path: decoded(text, path) };
}

function decoded(text: string, path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new Error(`"${text}" has a percent sign that stands for nothing`, { cause });
  }
}
