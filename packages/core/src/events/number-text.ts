/**
 * Integers and floating-point numbers as event arguments show them: what C's printf makes of them.
 */

import type { Int64 } from '../base/int64.ts';
import { PF } from './param-types.gen.ts';

const PADDED_DIGITS = 9;

/**
 * An integer of up to 32 bits in a print format (one of `PF`). Decimal is signed for 32-bit values,
 * whatever their type: 2^31 and more read negative. Hexadecimal and octal are unsigned.
 */
export function formatInteger(value: number, format: number): string {
  switch (format) {
    case PF.PF_HEX:
      return hexText(value >>> 0);
    case PF.PF_OCT:
      return octalText(value >>> 0);
    case PF.PF_10_PADDED_DEC:
      return paddedText(value | 0);
    default:
      return String(value | 0);
  }
}

/** The same for 64-bit values. */
export function formatInteger64(value: Int64, format: number): string {
  switch (format) {
    case PF.PF_HEX:
      return hexText(asUnsigned64(value));
    case PF.PF_OCT:
      return octalText(asUnsigned64(value));
    case PF.PF_10_PADDED_DEC:
      return paddedText(asSigned64(value));
    default:
      return String(asSigned64(value));
  }
}

function asUnsigned64(value: Int64): Int64 {
  return value >= 0 ? value : BigInt.asUintN(64, BigInt(value));
}

function asSigned64(value: Int64): Int64 {
  return typeof value === 'number' ? value : BigInt.asIntN(64, value);
}

/** `%X` */
export function hexText(value: Int64): string {
  return value.toString(16).toUpperCase();
}

/** `%#o`: a leading zero, but 0 is one digit. */
function octalText(value: Int64): string {
  return value === 0 ? '0' : `0${value.toString(8)}`;
}

/** `%09d`: the sign counts as a digit. */
export function paddedText(value: Int64): string {
  if (value >= 0) return String(value).padStart(PADDED_DIGITS, '0');
  return `-${String(-value).padStart(PADDED_DIGITS - 1, '0')}`;
}

const GENERAL_DIGITS = 6;
/** Enough decimals to tell a tie from every other double between 10^-9 and 10^11. */
const TIE_DIGITS = 60;

/**
 * `%g`: 6 significant digits, no trailing zeros, exponent form below 10^-4 and from 10^6. For
 * finite numbers >= 0.
 */
export function formatGeneral(value: number): string {
  const rounded = roundedHalfEven(value);
  const exponent = Number(rounded.slice(rounded.indexOf('e') + 1));
  if (exponent < -4 || exponent >= GENERAL_DIGITS) {
    const mantissa = withoutTrailingZeros(rounded.slice(0, rounded.indexOf('e')));
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  return withoutTrailingZeros(Number(rounded).toFixed(GENERAL_DIGITS - 1 - exponent));
}

/** `d.ddddde±x`. JavaScript rounds ties up, C to the even digit. */
function roundedHalfEven(value: number): string {
  const exact = value.toExponential(TIE_DIGITS);
  const kept = exact.slice(0, GENERAL_DIGITS + 1);
  const rest = exact.slice(GENERAL_DIGITS + 1, exact.indexOf('e'));
  const isTie = /^50*$/.test(rest);
  const lastIsEven = Number(kept.at(-1)) % 2 === 0;
  if (isTie && lastIsEven) return kept + exact.slice(exact.indexOf('e'));
  return value.toExponential(GENERAL_DIGITS - 1);
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
