/**
 * Field values as outputs show them: as text in messages, and as values in the JSON
 * `output_fields`. Which text a value of which type gets is a contract with users' tools: it equals
 * Falco's, and fields/answers.test.ts compares it.
 *
 * Texts are byte strings, so that a column width counts bytes; JSON strings are Unicode.
 */

import { printable, toText, untilNul } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';
import { formatAddress } from '../events/address.ts';
import { hexText, paddedText } from '../events/number-text.ts';
import { PF, PT, paramWidths } from '../events/param-types.gen.ts';
import type { Field, FieldArgument, FieldOutput, JsonValue, Scalar, Value } from './field.ts';

/** What a message shows for a field without a value. */
export const ABSENT_TEXT = '<NA>';
/**
 * A list's text is cut to this many bytes, a buffer's to that many: Falco's 1,024 byte work buffer.
 */
const LIST_BYTES_MAX = 1023;
export const BUFFER_BYTES_MAX = 1021;

/**
 * How values of one type read: a field's own type and format, or those of a transformer's result.
 */
export interface ValueType {
  /** One of `PT`. */
  readonly type: number;
  /** One of `PF`. */
  readonly format: number;
}

/** One use of a field in an output, or why its argument is not valid. */
export function outputOf(field: Field, argument: FieldArgument | undefined): FieldOutput | string {
  const extract = field.bind(argument);
  if (typeof extract === 'string') return extract;
  if (field.output !== undefined) return field.output(argument);
  return {
    text(context) {
      const value = extract(context);
      return value === undefined ? undefined : valueText(value, field);
    },
    json: (context) => jsonValue(extract(context), field),
  };
}

export function valueText(value: Value, as: ValueType): ByteString {
  if (!isList(value)) return scalarText(value, as);
  return `(${value.map((item) => scalarText(item, as)).join(',')})`.slice(0, LIST_BYTES_MAX);
}

export function jsonValue(value: Value | undefined, as: ValueType): JsonValue {
  if (value === undefined) return null;
  if (isList(value)) {
    return value.length === 0 ? null : value.map((item) => toText(scalarText(item, as)));
  }
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return toText(scalarText(value, as));
  if (as.type === PT.PT_DOUBLE) {
    return as.format === PF.PF_DEC ? Math.trunc(Number(value)) : { raw: doubleText(Number(value)) };
  }
  if (as.format === PF.PF_HEX || as.format === PF.PF_OCT) return integerText(value, as);
  return jsonInteger(signedAs(value, as.type));
}

/** A JSON number that is exact beyond 2^53 too. */
export function jsonInteger(value: Int64): JsonValue {
  return typeof value === 'bigint' ? { raw: String(value) } : value;
}

function isList(value: Value): value is readonly Scalar[] {
  return Array.isArray(value);
}

function scalarText(value: Scalar, as: ValueType): ByteString {
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') return stringText(value, as.type);
  if (as.type === PT.PT_DOUBLE) return oneDecimal(Number(value));
  return integerText(value, as);
}

function stringText(value: ByteString, type: number): ByteString {
  switch (type) {
    case PT.PT_BYTEBUF:
    case PT.PT_DYN:
      return printable(value).slice(0, BUFFER_BYTES_MAX);
    case PT.PT_IPADDR:
    case PT.PT_IPV4ADDR:
    case PT.PT_IPV6ADDR:
      return formatAddress(value);
    case PT.PT_IPNET:
      return '<IPNET>';
    default:
      return untilNul(value);
  }
}

/** As conditions and outputs have it; in event arguments octal numbers begin with 0. */
function integerText(value: Int64, as: ValueType): string {
  switch (as.format) {
    case PF.PF_HEX:
      return hexText(unsignedOf(value, as.type));
    case PF.PF_OCT:
      return unsignedOf(value, as.type).toString(8);
    case PF.PF_10_PADDED_DEC:
      return paddedText(value);
    default:
      return String(signedAs(value, as.type));
  }
}

/** Signed types print values of 2^63 and more, such as inodes of some file systems, as negative. */
function signedAs(value: Int64, type: number): Int64 {
  return typeof value === 'bigint' && type === PT.PT_INT64 ? BigInt.asIntN(64, value) : value;
}

function unsignedOf(value: Int64, type: number): Int64 {
  return value >= 0 ? value : BigInt.asUintN(8 * (paramWidths[type] || 8), BigInt(value));
}

/** As C's `%.1f`: an exact tie goes to the even digit, where toFixed goes up. */
function oneDecimal(value: number): string {
  const twentieths = value * 20;
  const tie = Number.isInteger(twentieths) && twentieths % 2 !== 0 && twentieths / 20 === value;
  if (!tie) return value.toFixed(1);
  const below = Math.floor(value * 10);
  return ((below % 2 === 0 ? below : below + 1) / 10).toFixed(1);
}

/**
 * Decimal places up to which a number below 1 is written without an exponent, and digits up to
 * which one above is.
 */
const PLAIN_ZEROS_MAX = 4;
const PLAIN_DIGITS_MAX = 15;

/**
 * The shortest decimal that reads back equal, always with a fraction or an exponent: `0.0`, `0.03`,
 * `2.5e-05`. JavaScript's digits, with the exponent where Falco's JSON library has it.
 */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponent = ''] = Math.abs(value).toExponential().split('e');
  const sign = value < 0 ? '-' : '';
  const digits = mantissa.replace('.', '');
  /** Where the decimal point stands: before digit 0, behind the last one, or between. */
  const point = Number(exponent) + 1;
  if (point > PLAIN_DIGITS_MAX || point <= -PLAIN_ZEROS_MAX) {
    const power = String(Math.abs(point - 1)).padStart(2, '0');
    return `${sign}${mantissa}e${point > 0 ? '+' : '-'}${power}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return `${sign}${digits.padEnd(point, '0')}.0`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
