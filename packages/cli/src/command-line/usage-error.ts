/** The command line is wrong: exit code 2, with what to read. */

export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** e.g. `replay`: whose help is worth reading. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.command = command;
  }
}
