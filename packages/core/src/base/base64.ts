/** Bytes as standard base64 (RFC 4648 section 4), with padding. */

import type { ByteString } from './host.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: ByteString): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const rest = bytes.length - at;
    // charCodeAt past the end is NaN, which shifts to 0.
    const group =
      (bytes.charCodeAt(at) << 16) | (bytes.charCodeAt(at + 1) << 8) | bytes.charCodeAt(at + 2);
    text += DIGITS.charAt(group >> 18) + DIGITS.charAt((group >> 12) & 63);
    text += rest > 1 ? DIGITS.charAt((group >> 6) & 63) : '=';
    text += rest > 2 ? DIGITS.charAt(group & 63) : '=';
  }
  return text;
}
