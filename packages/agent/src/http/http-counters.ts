/** What an HTTP thread counts, in memory that both threads see: nobody has to be asked. */

export const HTTP_COUNTERS = [
  /** Requests that were answered, in whatever way. */
  'requests',
  /** Answers that were errors: 4xx and 5xx. */
  'errors',
  /** Connections that found no room. */
  'connectionsRefused',
  /** Requests that were no HTTP, were too slow or had too long headers. */
  'requestsMalformed',
  /** Bodies that were longer than their route takes. */
  'bodiesTooLong',
  /** Requests that found the main thread, or the room for bodies, taken. */
  'busy',
] as const;
export type HttpCounter = (typeof HTTP_COUNTERS)[number];

export class HttpCounters {
  readonly buffer: SharedArrayBuffer;
  readonly #words: BigUint64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(HTTP_COUNTERS.length * 8)) {
    this.buffer = buffer;
    this.#words = new BigUint64Array(buffer);
  }

  add(name: HttpCounter): void {
    Atomics.add(this.#words, HTTP_COUNTERS.indexOf(name), 1n);
  }

  get(name: HttpCounter): number {
    return Number(Atomics.load(this.#words, HTTP_COUNTERS.indexOf(name)));
  }
}
