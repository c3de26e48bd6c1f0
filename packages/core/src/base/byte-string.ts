/**
 * Conversions between byte strings (one char per byte) and text or bytes. Why: docs/decisions/0003.
 */

import { type ByteString, host } from './host.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the class is "all ASCII"
const ascii = /^[\x00-\x7f]*$/;

/** What a person reads: ill-formed UTF-8 becomes U+FFFD, one per maximal part. */
export function toText(bytes: ByteString): string {
  return ascii.test(bytes) ? bytes : host.decodeUtf8(toBytes(bytes));
}

/**
 * The bytes of a text, e.g. of a literal in a rule, in the form in which event values are compared.
 */
export function fromText(text: string): ByteString {
  if (ascii.test(text)) return text;
  const bytes = host.encodeUtf8(text);
  return host.byteString(bytes, 0, bytes.length);
}

export function toBytes(text: ByteString): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The part before the first NUL: what C strings compare and print. */
export function untilNul(text: ByteString): ByteString {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** Every byte that is not printable ASCII becomes a dot. */
export function printable(bytes: ByteString): string {
  return bytes.replace(/[^ -~]/g, '.');
}
