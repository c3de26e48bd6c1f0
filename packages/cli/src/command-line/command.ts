/** What a command is: how it is called, what its help says, and what it does. */

import type { Terminal } from '../terminal/terminal.ts';
import type { Arguments } from './arguments.ts';

export interface OptionSpec {
  readonly name: string;
  readonly letter?: string;
  /** How help names the value, e.g. `FILE`. Options without one are switches. */
  readonly value?: string;
  readonly repeatable?: boolean;
  readonly meaning: string;
}

export interface Command {
  /** As it is typed: `replay`, `rules check`. */
  readonly name: string;
  /** What follows the name. */
  readonly operands: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly { readonly line: string; readonly meaning: string }[];
  /** Imports what it needs. The exit code. */
  readonly run: (call: Call) => Promise<number>;
}

/** One call of a command. */
export interface Call {
  readonly args: Arguments;
  /** All there are: `help` tells of them. */
  readonly commands: readonly Command[];
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const EXIT_OK = 0;
/** What was to be done failed, or was found to be wrong. */
export const EXIT_FAILED = 1;
/** The command line cannot be understood. */
export const EXIT_USAGE = 2;
/** Stopped by a signal, whose number is added, as shells say it. */
export const EXIT_SIGNAL = 128;
