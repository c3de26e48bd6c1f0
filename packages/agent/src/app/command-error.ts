/** Why a command cannot go on, in words for the user: printed as `Error: ...`, exit code 1. */

export class CommandError extends Error {
  override readonly name = 'CommandError';
}
