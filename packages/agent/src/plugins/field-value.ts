/** What plugins give for fields, to the values that rules compare. */

import { parseIpv4, parseIpv6 } from '@saker/core/base/address-text.ts';
import { fromText, untilNul } from '@saker/core/base/byte-string.ts';
import { host } from '@saker/core/base/host.ts';
import { type Int64, normalise64 } from '@saker/core/base/int64.ts';
import { PT } from '@saker/core/events/param-types.gen.ts';
import type { Scalar } from '@saker/core/fields/field.ts';
import type { PluginFieldType, PluginValue } from './plugin.ts';

/** Undefined: a field of the type cannot have the value. */
export type ValueReader = (value: PluginValue) => Scalar | undefined;

export interface FieldKind {
  /** One of `PT`. */
  readonly type: number;
  /** What is expected, for messages. */
  readonly expected: string;
  readonly read: ValueReader;
}

const UINT64_MAX = (1n << 64n) - 1n;

const NUMBER = 'a whole number from 0 to 2^64 - 1';
const ADDRESS = 'an IPv4 or IPv6 address as text, or its 4 or 16 bytes';

export const fieldKinds: Readonly<Record<PluginFieldType, FieldKind>> = {
  string: { type: PT.PT_CHARBUF, expected: 'a string', read: stringOf },
  uint64: { type: PT.PT_UINT64, expected: NUMBER, read: unsignedOf },
  bool: { type: PT.PT_BOOL, expected: 'true or false', read: booleanOf },
  reltime: { type: PT.PT_RELTIME, expected: NUMBER, read: unsignedOf },
  abstime: { type: PT.PT_ABSTIME, expected: NUMBER, read: unsignedOf },
  ipaddr: { type: PT.PT_IPADDR, expected: ADDRESS, read: addressOf },
  ipnet: { type: PT.PT_IPNET, expected: ADDRESS, read: addressOf },
};

/** As C has strings: what is behind a NUL does not count. */
function stringOf(value: PluginValue): Scalar | undefined {
  if (typeof value === 'string') return untilNul(fromText(value));
  return value instanceof Uint8Array
    ? untilNul(host.byteString(value, 0, value.length))
    : undefined;
}

function unsignedOf(value: PluginValue): Int64 | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'bigint' || value < 0n || value > UINT64_MAX) return undefined;
  return normalise64(value);
}

function booleanOf(value: PluginValue): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function addressOf(value: PluginValue): Scalar | undefined {
  if (typeof value === 'string') return parseIpv4(value) ?? parseIpv6(value);
  if (!(value instanceof Uint8Array) || (value.length !== 4 && value.length !== 16)) {
    return undefined;
  }
  return host.byteString(value, 0, value.length);
}
