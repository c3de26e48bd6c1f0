/**
 * What core needs of the machine that runs it, and the only place that names it. Every host that we
 * run on (Node, browsers) has the web-standard globals below; a host that can do better hands its
 * own in with `installHost` before anything is decoded.
 */

/**
 * A JavaScript string that holds one byte (0..255) per char: see
 * docs/decisions/0003-byte-strings.md.
 */
export type ByteString = string;

export interface Host {
  /** The bytes `start` to `end` as a byte string. Copies; the buffer may be reused at once. */
  byteString(bytes: Uint8Array, start: number, end: number): ByteString;
  /** The reverse: writes the byte string into the buffer from `start` on, where it must fit. */
  writeByteString(text: ByteString, into: Uint8Array, start: number): void;
  /** UTF-8 to Unicode; each maximal ill-formed part becomes one U+FFFD. Never throws. */
  decodeUtf8(bytes: Uint8Array): string;
  encodeUtf8(text: string): Uint8Array<ArrayBuffer>;
  /** Unpacks a gzip stream piece by piece; a damaged stream rejects. */
  gunzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

interface WebGlobals {
  readonly TextDecoder: new (
    label: string,
    options: { ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
  readonly DecompressionStream: new (format: 'gzip') => unknown;
  readonly ReadableStream: {
    from(chunks: AsyncIterable<Uint8Array>): {
      pipeThrough(stream: unknown): AsyncIterable<Uint8Array>;
    };
  };
}

const web = globalThis as unknown as WebGlobals;
const decoder = new web.TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new web.TextEncoder();

function byteStringOf(bytes: Uint8Array, start: number, end: number): ByteString {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

function writeByteString(text: ByteString, into: Uint8Array, start: number): void {
  for (let at = 0; at < text.length; at++) into[start + at] = text.charCodeAt(at);
}

export const host: Host = {
  byteString: byteStringOf,
  writeByteString,
  decodeUtf8: (bytes) => decoder.decode(bytes),
  encodeUtf8: (text) => encoder.encode(text),
  gunzip: (chunks) =>
    web.ReadableStream.from(chunks).pipeThrough(new web.DecompressionStream('gzip')),
};

export function installHost(better: Partial<Host>): void {
  Object.assign(host, better);
}
