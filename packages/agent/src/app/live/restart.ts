/**
 * SIGHUP: configuration and rules are read again. As Falco does, the program starts anew; but only
 * once a trial run has shown that what it would start with is valid. Until then, and when it is
 * not, detection goes on.
 */

import { type ChildProcess, execFile } from 'node:child_process';

/** A trial that takes longer than this will not end. */
const TRIAL_MS = 60_000;
const MS_PER_SECOND = 1000;

export class RestartTrial {
  /** The program ends: what the trial says concerns nobody. */
  isCancelled = false;
  #child: ChildProcess | undefined = undefined;

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Undefined when a start would succeed, else what it would complain about. Never rejects. */
  run(): Promise<string | undefined> {
    const { execPath, execArgv, argv, env } = process;
    const args = [...execArgv, ...argv.slice(1), '--dry-run'];
    return new Promise((resolve) => {
      try {
        this.#child = execFile(execPath, args, { env, timeout: TRIAL_MS }, (error, _, stderr) => {
          this.#child = undefined;
          resolve(error === null ? undefined : complaintOf(stderr, error));
        });
      } catch (error) {
        // No memory, or arguments that are too long with one more.
        resolve(`the trial could not be started: ${String(error)}`);
      }
    });
  }

  /** The program shall not wait for a trial when it ends. */
  cancel(): void {
    this.isCancelled = true;
    this.#child?.kill('SIGKILL');
  }
}

/** From the error on: its hint may be a line of its own. */
function complaintOf(stderr: string, error: Error & { readonly killed?: boolean }): string {
  if (error.killed === true) {
    return `the trial with --dry-run took longer than ${TRIAL_MS / MS_PER_SECOND} s`;
  }
  const said = stderr.trim();
  const from = said.search(/^Error: /m);
  if (from >= 0) return said.slice(from + 'Error: '.length);
  return said.split('\n').at(-1) || error.message;
}
