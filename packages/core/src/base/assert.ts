/**
 * Our own mistakes, never the user's input nor the world's failures: those have diagnostics and
 * typed errors.
 */

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

export function assertNever(value: never): never {
  throw new Error(`assertion failed: unexpected case ${JSON.stringify(value)}`);
}
