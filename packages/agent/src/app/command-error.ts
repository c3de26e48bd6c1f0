/** Why a command cannot go on, in words for the user: printed behind `Error: `, exit code 1. */

export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Of the files that throw them: by name, because their classes are only loaded with those. */
const OTHER_NAMES = [
  'ConfigFileError',
  'CaptureFileError',
  'OutputError',
  'StreamError',
  'PluginError',
  'HttpError',
];

/**
 * Errors whose message is for whoever typed the command. Anything else is our mistake and shows its
 * stack.
 */
export function isForUser(error: unknown): error is Error {
  if (error instanceof CommandError) return true;
  return error instanceof Error && OTHER_NAMES.includes(error.name);
}
