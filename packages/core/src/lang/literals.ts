/**
 * Text of a literal to the value that events are compared with. The same text means different
 * values for different types: `10` is a number for proc.pid and two bytes for proc.name.
 */

import { parseIpv4, parseIpv6 } from '../base/address-text.ts';
import type { ByteString } from '../base/host.ts';
import { type Int64, normalise64 } from '../base/int64.ts';
import type { Net } from '../base/net.ts';
import { compileRegex } from '../base/regex.ts';
import { suggest } from '../base/suggest.ts';
import type { Operator } from './ast.ts';
import { shortened } from './found.ts';
import { literalBytes } from './quoting.ts';
import { SERVICE_NAMES, servicePort } from './services.ts';
import { type IntegerShape, valueType } from './value-types.ts';

/**
 * Falco allows 255 bytes. Longer texts compare as well as short ones; the limit keeps a rules file
 * from being used as memory.
 */
export const LITERAL_BYTES_MAX = 4096;

/** Strings, buffers and addresses are byte strings. */
export type LiteralValue = ByteString | Int64 | boolean | Net;

export interface LiteralProblem {
  readonly error: string;
  readonly hint?: string | undefined;
  /** What Falco says. */
  readonly falco: string;
}

export interface ParsedLiteral {
  readonly value: LiteralValue;
  /** The text is accepted but cannot mean what its author thought. */
  readonly warning?: string;
}

/**
 * `type` is that of the left side. For `regex` the value is the pattern, for `bcontains` and
 * `bstartswith` the hex digits, both checked to be ones.
 */
export function parseLiteral(
  text: string,
  type: number,
  operator: Operator,
): ParsedLiteral | LiteralProblem {
  if (operator === 'bcontains' || operator === 'bstartswith') return parseHex(text);
  const { name, family, integer } = valueType(type);
  if (family === 'buffer') return parseText(text);
  if (text.includes('\0')) {
    return {
      error: 'a value cannot contain a NUL byte',
      hint: 'values of events end at the first NUL, so it could never match',
      falco: 'filter error: filter value cannot contain a NUL byte (\\x00)',
    };
  }
  if (family === 'string') return operator === 'regex' ? parsePattern(text) : parseText(text);
  if (name === 'PORT') return parsePort(text);
  if (name === 'DOUBLE') return parseInteger(text, -32);
  if (integer !== 0) return parseInteger(text, integer);
  if (family === 'boolean') return parseBoolean(text);
  if (name === 'IPV4ADDR') return parseAddress(text, true);
  if (name === 'IPV6ADDR') return parseAddress(text, false);
  if (name === 'IPADDR') return parseAddress(text, text.includes('.'));
  if (family === 'address')
    return parseNet(text, name === 'IPNET' ? text.includes('.') : name === 'IPV4NET');
  return {
    error: `values of type ${name} cannot be compared`,
    falco: `wrong parameter type ${type}`,
  };
}

function parseText(text: string): ParsedLiteral | LiteralProblem {
  const value = literalBytes(text);
  if (value.length <= LITERAL_BYTES_MAX) return { value };
  return {
    error: `the value has ${value.length} bytes; at most ${LITERAL_BYTES_MAX} are allowed`,
    falco:
      `filter parameter too long (used=${value.length + 1}, ` +
      `available=${LITERAL_BYTES_MAX + 1}):${text}`,
  };
}

function parsePattern(text: string): ParsedLiteral | LiteralProblem {
  const parsed = parseText(text);
  if ('error' in parsed) return parsed;
  const regex = compileRegex(text);
  if (!('error' in regex)) return parsed;
  return {
    error: `not a regular expression: ${regex.error}`,
    hint: 'the syntax is that of RE2, without look-around and back references',
    falco: `invalid regex pattern: ${regex.error}`,
  };
}

function parseHex(text: string): ParsedLiteral | LiteralProblem {
  if (text.length > 2 * LITERAL_BYTES_MAX) return parseText(text);
  if (/^(?:[0-9a-fA-F]{2})*$/.test(text)) return { value: text };
  return {
    error: `'${shortened(text)}' is not an even number of hex digits`,
    hint: 'bytes are written as pairs of hex digits without 0x: 7f454c46',
    falco: 'filter error: bcontains and bstartswith operator support hex strings only',
  };
}

const integerForm = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)$/;

function notANumber(text: string): LiteralProblem {
  let hint: string | undefined;
  if (/^0[xX]/.test(text))
    hint = `hex numbers are not read here; write ${Number(text) || 'the decimal'}`;
  else if (/^[+-]?[0-9]*\.[0-9]+$/.test(text)) hint = 'only whole numbers are allowed';
  else if (/^[0-9]+(?:ns|us|ms|s|m|h|d|[kKMG]B?)$/.test(text))
    hint = 'units are not read; durations are in nanoseconds';
  return {
    error: `'${shortened(text)}' is not a whole number`,
    hint,
    falco: `${text} is not a valid number`,
  };
}

/** More digits than any 64-bit number has; so a long row of them costs nothing. */
const DIGITS_MAX = 25;

/** As sscanf reads numbers: what does not fit wraps around. Falco does so silently. */
function parseInteger(text: string, shape: IntegerShape): ParsedLiteral | LiteralProblem {
  const [, sign = '', row] = integerForm.exec(text) ?? [];
  if (row === undefined) return notANumber(text);
  const digits = row.replace(/^0+(?=[0-9])/, '');
  const significant = digits.length > DIGITS_MAX ? '9'.repeat(DIGITS_MAX) : digits;
  const exact = sign === '-' ? -BigInt(significant) : BigInt(significant);
  const bits = Math.abs(shape);
  const wrapped =
    shape < 0 ? BigInt.asIntN(bits, signedWord(exact)) : BigInt.asUintN(bits, unsignedWord(exact));
  const value = normalise64(wrapped);
  if (wrapped === exact) return { value };
  const kind = shape < 0 ? 'signed' : 'unsigned';
  const written = sign + digits.slice(0, DIGITS_MAX);
  return {
    value,
    warning: `${written} does not fit ${bits} bits ${kind} and is read as ${value}`,
  };
}

/** strtol stops at the ends of its range. */
function signedWord(exact: bigint): bigint {
  const most = (1n << 63n) - 1n;
  return exact > most ? most : exact < -most - 1n ? -most - 1n : exact;
}

/** strtoul takes a sign and negates what follows it, unless that is too large already. */
function unsignedWord(exact: bigint): bigint {
  const most = (1n << 64n) - 1n;
  return exact > most || exact < -most ? most : exact;
}

function parsePort(text: string): ParsedLiteral | LiteralProblem {
  if (text === '') return { value: 0 };
  if (/^[0-9]+$/.test(text)) return parseInteger(text, 16);
  const port = servicePort(text);
  if (port !== undefined) return { value: port };
  const near = suggest(text, SERVICE_NAMES);
  return {
    error: `'${shortened(text)}' is neither a port number nor a known service`,
    hint: near === undefined ? undefined : `did you mean '${near}'?`,
    falco: `unrecognized protocol ${text}`,
  };
}

function parseBoolean(text: string): ParsedLiteral | LiteralProblem {
  if (text === 'true') return { value: true };
  if (text === 'false') return { value: false };
  return {
    error: `'${shortened(text)}' is neither true nor false`,
    hint: /^(?:true|false)$/i.test(text) ? 'write it in lower case' : undefined,
    falco: `filter error: unrecognized boolean value ${text}`,
  };
}

function parseAddress(text: string, v4: boolean): ParsedLiteral | LiteralProblem {
  const value = v4 ? parseIpv4(text) : parseIpv6(text);
  if (value !== undefined) return { value };
  return {
    error: `'${shortened(text)}' is not an IPv${v4 ? 4 : 6} address`,
    hint: text.includes('/')
      ? 'networks are compared with fd.net, fd.cnet, fd.snet and the like'
      : undefined,
    falco: `unrecognized IPv${v4 ? 4 : 6} address ${text}`,
  };
}

function parseNet(text: string, v4: boolean): ParsedLiteral | LiteralProblem {
  const slash = text.indexOf('/');
  const bitsMax = v4 ? 32 : 128;
  if (slash < 0) {
    return {
      error: `'${shortened(text)}' is not a network: the prefix is missing`,
      hint: `write ${text}/${bitsMax} for one address`,
      falco: v4 ? `unrecognized IP network ${text}` : `invalid v6 netmask: ${text}`,
    };
  }
  const mask = text.slice(slash + 1);
  const address = v4 ? parseIpv4(text.slice(0, slash)) : parseIpv6(text.slice(0, slash));
  if (address === undefined) {
    return {
      error: `'${shortened(text)}' does not begin with an IPv${v4 ? 4 : 6} address`,
      falco: `unrecognized ${v4 ? 'IP' : 'IPv6'} address ${text}`,
    };
  }
  const bits = parseInteger(mask, 8);
  if ('error' in bits) return bits;
  const prefixBits = Number(bits.value);
  if (prefixBits <= bitsMax && (v4 || prefixBits > 0)) return { value: { address, prefixBits } };
  return {
    error: `'${mask}' is not a prefix length from ${v4 ? 0 : 1} to ${bitsMax}`,
    falco: `invalid ${v4 ? '' : 'v6 '}netmask ${mask}`,
  };
}
