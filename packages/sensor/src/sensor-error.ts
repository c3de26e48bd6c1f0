/** The kernel, or what this process may do with it, does not allow to watch. */

/** What stands in the way, by name. */
export type SensorProblem =
  | 'libbpf-missing'
  | 'object-missing'
  | 'no-btf'
  | 'kernel-too-old'
  | 'missing-capability'
  | 'lockdown'
  | 'memory-lock'
  | 'load-failed'
  | 'attach-failed';

export interface SensorErrorOptions extends ErrorOptions {
  /** What to do about it. */
  readonly hint?: string;
}

export class SensorError extends Error {
  override readonly name = 'SensorError';
  readonly code: SensorProblem;
  readonly hint: string | undefined;

  constructor(code: SensorProblem, message: string, options: SensorErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.hint = options.hint;
  }
}
