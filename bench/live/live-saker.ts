/** Saker as users start it, watching this machine while loads run. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuNsOf, type Memory, memoryOf } from './process-cost.ts';

const root = join(import.meta.dirname, '../..');

export interface LiveSakerOptions {
  readonly rules: readonly string[];
  /** What follows `-o`, beside the alerts on standard output. */
  readonly options?: readonly string[];
  /** Beside that of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each line of the standard output. Default: it goes nowhere. */
  readonly onLine?: (line: string) => void;
}

/** What Saker says when it ends. */
export interface Summary {
  readonly events: number;
  readonly lost: number;
  readonly alerts: number;
}

/** From here on it sees everything. */
const READY = "Opening 'syscall' source";
const READY_MS = 20_000;
const LOOK_MS = 10;
/** What was put off until the start is over is done then. */
const SETTLE_MS = 500;

export class LiveSaker {
  readonly child: ChildProcess;
  /** What it has said so far. */
  stderr = '';

  constructor({ rules, options = [], environment = {}, onLine }: LiveSakerOptions) {
    const set = ['stdout_output.enabled=true', 'log_stderr=true', 'log_level=info', ...options];
    const args = [
      '-c',
      '/dev/null',
      ...rules.flatMap((file) => ['-r', file]),
      ...set.flatMap((option) => ['-o', option]),
    ];
    const stdout = onLine === undefined ? 'ignore' : 'pipe';
    this.child = spawn(join(root, 'bin/saker'), args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', stdout, 'pipe'],
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    if (onLine !== undefined) this.#readLines(onLine);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Waits until it watches and has come to rest. */
  async ready(): Promise<void> {
    const end = performance.now() + READY_MS;
    while (!this.stderr.includes(READY)) {
      if (this.child.exitCode !== null || performance.now() > end) {
        throw new Error(`saker does not watch: ${this.stderr}`);
      }
      // oxlint-disable-next-line no-await-in-loop -- one look after the other is the point
      await pause(LOOK_MS);
    }
    await pause(SETTLE_MS);
  }

  cpuNs(): number {
    return cpuNsOf(this.pid);
  }

  memory(): Memory {
    return memoryOf(this.pid);
  }

  /**
   * Whether it runs from the bundle, as installed: a source that is newer makes it slower to start.
   */
  isBundled(): boolean {
    return readFileSync(`/proc/${this.pid}/cmdline`, 'utf8').includes('saker-bundle');
  }

  async stop(): Promise<Summary> {
    const closed = once(this.child, 'close');
    this.child.kill('SIGINT');
    await closed;
    const found = /Events: (\d+), lost: (\d+), alerts: (\d+)/.exec(this.stderr);
    if (found === null || this.child.exitCode !== 0) {
      throw new Error(`saker ended with ${this.child.exitCode}: ${this.stderr}`);
    }
    const [events = 0, lost = 0, alerts = 0] = found.slice(1).map(Number);
    return { events, lost, alerts };
  }

  #readLines(onLine: (line: string) => void): void {
    let rest = '';
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
  }
}
