/** For tests: the agent as a process of its own, which watches this machine, and its alerts. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** One line of `json_output`. */
export interface LiveAlert {
  readonly rule: string;
  readonly priority: string;
  readonly output: string;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

export interface LiveAgentOptions {
  readonly rules: readonly string[];
  /** A configuration file. Default: none. */
  readonly config?: string;
  /** What follows `-o`; json_output and stdout_output are on without it. */
  readonly options?: readonly string[];
  /** The command. Default: the sources, run by the Node that runs the test. */
  readonly command?: readonly string[];
  /** Whether somebody reads the standard output. Default: true. */
  readonly reads?: boolean;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** For `test(name, { skip: skipWithoutSensor }, ...)`: false, or the reason that is printed. */
export const skipWithoutSensor: false | string = reasonToSkip();

function reasonToSkip(): false | string {
  if (process.getuid?.() !== 0) return 'watching system calls takes root';
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'the kernel does not describe its types (BTF)';
  return false;
}

/** Between two looks at what is not told by an event. */
const LOOK_MS = 20;

/** `look` until it gives something, or the time is over: then undefined. */
export async function within<T>(
  timeoutMs: number,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other is the point
    const found = await look();
    if (found !== undefined || performance.now() > end) return found;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await pause(LOOK_MS);
  }
}

export class LiveAgent {
  readonly alerts: LiveAlert[] = [];
  readonly child: ChildProcess;
  stderr = '';
  readonly #ended: Promise<Ended>;

  constructor(agent: LiveAgentOptions) {
    const {
      rules,
      config = '/dev/null',
      options = [],
      command = fromSources,
      reads = true,
    } = agent;
    const [program = '', ...first] = command;
    const set = ['stdout_output.enabled=true', 'json_output=true', ...options];
    this.child = spawn(
      program,
      [
        ...first,
        '-c',
        config,
        ...rules.flatMap((file) => ['-r', file]),
        ...set.flatMap((option) => ['-o', option]),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#ended = this.#end();
    const { stdout } = this.child;
    if (!reads || stdout === null) return;
    createInterface({ input: stdout }).on('line', (line) => {
      this.alerts.push(JSON.parse(line) as LiveAlert);
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The first alert that `matches`, of the past as well; undefined when time is over. */
  async alert(
    matches: (alert: LiveAlert) => boolean,
    timeoutMs: number,
  ): Promise<LiveAlert | undefined> {
    return within(timeoutMs, () => {
      if (this.child.exitCode !== null) throw new Error(`the agent ended: ${this.stderr}`);
      return this.alerts.find(matches);
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal);
    return this.#ended;
  }

  async #end(): Promise<Ended> {
    const [code, signal] = (await once(this.child, 'close')) as [
      number | null,
      NodeJS.Signals | null,
    ];
    return { code, signal, stderr: this.stderr };
  }
}

const fromSources = [process.execPath, resolve(import.meta.dirname, '../main.ts')];
/** As users start it: a bundle where it is as new as the sources. */
export const asInstalled: readonly string[] = [join(import.meta.dirname, '../../../../bin/saker')];
