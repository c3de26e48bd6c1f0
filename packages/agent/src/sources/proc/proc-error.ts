/** The host's /proc is not there to be read: nothing is known of what runs already. */

export class ProcError extends Error {
  override readonly name = 'ProcError';
  /** What to do about it. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
