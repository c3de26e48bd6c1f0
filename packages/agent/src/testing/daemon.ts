/** For tests only: a daemon that a test starts, waits for and ends. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 25;
/** Of a command that asks a daemon for something. */
const COMMAND_TIMEOUT_MS = 60_000;

export interface DaemonOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Its output goes there, and from there into the message when it does not start. */
  readonly logPath: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** True, or resolves to true, when it can be used. */
  readonly isReady: () => boolean | Promise<boolean>;
}

export class Daemon {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('exit', resolve));
  }

  /** Resolves when it is ready; an error with the end of its log when it does not become so. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const log = openSync(options.logPath, 'a');
    const child = spawn(options.command, options.args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...options.environment },
    });
    closeSync(log);
    const daemon = new Daemon(child);
    const failed = new Promise<void>((_, reject) => child.once('error', reject));
    const end = performance.now() + START_TIMEOUT_MS;
    while (!(await Promise.race([options.isReady(), failed.then(() => false)]))) {
      if (child.exitCode !== null || performance.now() > end) {
        await daemon.stop();
        const lines = readFileSync(options.logPath, 'utf8').trimEnd().split('\n').slice(-8);
        throw new Error(`${options.command} did not start:\n${lines.join('\n')}`);
      }
      await wait(POLL_MS);
    }
    return daemon;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** SIGTERM, and SIGKILL for one that does not go. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  /** As if it crashed. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

/** The standard output without its last line end; an error with the standard error. */
export function command(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const options = {
    timeout: COMMAND_TIMEOUT_MS,
    maxBuffer: 16 << 20,
    env: { ...process.env, ...environment },
  };
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trimEnd());
      else reject(new Error(`${file} ${args.join(' ')}: ${stderr.trim() || error.message}`));
    });
  });
}
