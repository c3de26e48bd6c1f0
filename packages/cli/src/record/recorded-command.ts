/** The command whose life is recorded. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { CommandError } from '@saker/agent/app/command-error.ts';
import { reasonOf } from '@saker/agent/host/errno.ts';
import { EXIT_FAILED, EXIT_SIGNAL } from '../command-line/command.ts';
import { visible } from '../terminal/visible-text.ts';

/** How long a command that is asked to end may take. */
const GRACE_MS = 5000;

/** With our standard streams. CommandError when there is no such command. */
export async function startCommand(words: readonly string[]): Promise<RecordedCommand> {
  const [program = '', ...args] = words;
  const child = spawn(program, args, { stdio: 'inherit' });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new CommandError(`cannot run ${visible(program)}: ${spawnProblem(cause)}`, { cause });
  }
  return new RecordedCommand(child);
}

export class RecordedCommand {
  /** Set when it has ended: as shells say it. */
  exitCode: number | undefined = undefined;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  /** Of a process that was just started. */
  constructor(child: ChildProcess) {
    this.#child = child;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    child.on('exit', (code, signal) => {
      this.exitCode = exitCodeOf(code, signal);
      resolve();
    });
  }

  /** Asks it to end, and does not ask for ever. Does nothing where it has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.exitCode !== undefined) return;
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    await this.#ended;
    clearTimeout(timer);
  }
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code;
  return signal === null ? EXIT_FAILED : EXIT_SIGNAL + constants.signals[signal];
}

/** Of Node's `spawn x ENOENT`, which says it in no other way. */
function spawnProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such command';
  if (code === 'EACCES') return 'it may not be run';
  return reasonOf(error);
}
