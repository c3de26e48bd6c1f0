/**
 * SIGHUP: configuration and rules are read again. As Falco does, the program starts anew; but only
 * once a trial run has shown that what it would start with is valid. Until then, and when it is not,
 * detection goes on.
 */

import { execFile } from 'node:child_process';

/** A trial that takes longer than this will not end. */
const TRIAL_MS = 60_000;

/** Undefined when a start would succeed, else what it would complain about. */
export function tryRestart(): Promise<string | undefined> {
  const { execPath, execArgv, argv, env } = process;
  const args = [...execArgv, ...argv.slice(1), '--dry-run'];
  return new Promise((resolve) => {
    execFile(execPath, args, { env, timeout: TRIAL_MS }, (error, _stdout, stderr) => {
      resolve(error === null ? undefined : lastLine(stderr) || error.message);
    });
  });
}

/** The same program with the same arguments, in this process. Returns only where that cannot be. */
export function restart(): void {
  const { execPath, execArgv, argv, env } = process;
  process.execve?.(execPath, [execPath, ...execArgv, ...argv.slice(1)], env);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
