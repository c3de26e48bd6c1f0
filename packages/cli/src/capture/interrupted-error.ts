/** Somebody pressed Ctrl-C, or sent another signal that ends programs. */

export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}: the rest of the capture was not read`);
    this.signal = signal;
  }
}
