/** Parameters of a request's URI, as the API server wrote it. */

import type { ByteString } from '../base/host.ts';
import { resolvePath } from '../json/json-pointer.ts';
import type { Shape } from './audit-shape.ts';

const percent = /%([0-9a-fA-F]{2})/g;

/** Undefined: a percent sign without two digits behind it. */
function decode(written: ByteString): ByteString | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(written)) return undefined;
  return written
    .replaceAll('+', ' ')
    .replace(percent, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/**
 * The first value of the parameter that is called `name`; undefined without one. What is not well
 * escaped, or holds a semicolon, is passed over, so that it hides no other parameter.
 */
export function queryParam(uri: ByteString, name: ByteString): ByteString | undefined {
  const [beforeFragment = ''] = uri.split('#');
  const question = beforeFragment.indexOf('?');
  if (question < 0) return undefined;
  for (const pair of beforeFragment.slice(question + 1).split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const equals = pair.indexOf('=');
    const key = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (key !== name) continue;
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The parameter that the key in brackets names. */
export const uriParam: Shape =
  ({ head }, { key }) =>
  (root) => {
    const uri = resolvePath(root, head);
    return uri && queryParam(uri.text, key);
  };
