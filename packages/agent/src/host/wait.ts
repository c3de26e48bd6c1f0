const never = new Int32Array(new SharedArrayBuffer(4));

/** Does nothing for so many milliseconds, and lets nothing else run: for synchronous code. */
export function waitMs(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}
