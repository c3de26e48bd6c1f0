/**
 * What Node does better than the web standards that core falls back to. Call before anything is
 * decoded.
 */

import { type ByteString, installHost } from '@saker/core/base/host.ts';

/** Large pieces: each costs a turn of the event loop. */
const GUNZIP_CHUNK_BYTES = 256 << 10;

/** Buffer's own methods, which work on any Uint8Array and which the type declarations leave out. */
const { latin1Slice, latin1Write } = Buffer.prototype as unknown as {
  readonly latin1Slice: (this: Uint8Array, start: number, end: number) => string;
  readonly latin1Write: (this: Uint8Array, text: string, start: number, length: number) => number;
};

/**
 * Up to this length a call into native code costs more than it saves (measured: 50 ns against 20).
 */
const SHORT_BYTES_MAX = 8;

function byteString(bytes: Uint8Array, start: number, end: number): ByteString {
  const length = end - start;
  return length <= SHORT_BYTES_MAX
    ? shortByteString(bytes, start, length)
    : latin1Slice.call(bytes, start, end);
}

/**
 * Spelled out, because `fromCharCode` with a spread or in a loop is slower than the native call.
 */
function shortByteString(bytes: Uint8Array, at: number, length: number): ByteString {
  if (length <= 0) return '';
  const a = bytes[at] ?? 0;
  if (length === 1) return String.fromCharCode(a);
  const b = bytes[at + 1] ?? 0;
  if (length === 2) return String.fromCharCode(a, b);
  const c = bytes[at + 2] ?? 0;
  if (length === 3) return String.fromCharCode(a, b, c);
  const d = bytes[at + 3] ?? 0;
  if (length === 4) return String.fromCharCode(a, b, c, d);
  const e = bytes[at + 4] ?? 0;
  if (length === 5) return String.fromCharCode(a, b, c, d, e);
  const f = bytes[at + 5] ?? 0;
  if (length === 6) return String.fromCharCode(a, b, c, d, e, f);
  const g = bytes[at + 6] ?? 0;
  if (length === 7) return String.fromCharCode(a, b, c, d, e, f, g);
  return String.fromCharCode(a, b, c, d, e, f, g, bytes[at + 7] ?? 0);
}

function writeByteString(text: ByteString, into: Uint8Array, start: number): void {
  const { length } = text;
  if (length > SHORT_BYTES_MAX) {
    latin1Write.call(into, text, start, length);
    return;
  }
  for (let at = 0; at < length; at++) into[start + at] = text.charCodeAt(at);
}

/** The modules are loaded when something is packed: they take 4 ms. */
async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const { createGunzip } = process.getBuiltinModule('node:zlib');
  const { pipeline, Readable } = process.getBuiltinModule('node:stream');
  const unpacked = createGunzip({ chunkSize: GUNZIP_CHUNK_BYTES });
  // A failure of either end destroys both, and so rejects the loop below.
  pipeline(Readable.from(chunks), unpacked, () => undefined);
  for await (const chunk of unpacked) yield chunk as Uint8Array;
}

export function installNodeHost(): void {
  installHost({ byteString, writeByteString, gunzip });
}
