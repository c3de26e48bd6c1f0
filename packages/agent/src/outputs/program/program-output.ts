/**
 * `program_output`: alerts are lines of a program's standard input. With `keep_alive` one program
 * is given all, and another one is started when it ends; otherwise each alert has its own.
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { ProgramOutputConfig } from '../../config/output-config.ts';
import {
  type AlertOutput,
  type Outcome,
  type OutgoingAlert,
  OutputError,
} from '../alert-output.ts';
import { AlertSequence } from '../alert-sequence.ts';
import { type ProgramEnd, ShellProgram } from './shell-program.ts';

/** Of a shell: it found the program and could not run it, or did not find it. */
const NOT_RUN_CODES: readonly (number | undefined)[] = [126, 127];
/** A program that ends sooner is started again after a pause, which grows. */
const SHORT_LIFE_MS = 1000;
const PAUSE_MS = 100;
const PAUSE_MS_MAX = 5000;
/** How long one that hangs may go on after it shall be replaced. */
const REPLACE_MS = 2000;
/** How long the last one may take to read what it was given. */
const LAST_MS = 800;

export class ProgramOutput implements AlertOutput {
  readonly isClosed = false;
  readonly #config: ProgramOutputConfig;
  readonly #outcome: Outcome;
  readonly #sequence: AlertSequence;
  #program: ShellProgram | undefined;
  /** Before the next start. */
  #pauseMs = 0;
  #isClosing = false;

  constructor(config: ProgramOutputConfig, outcome: Outcome) {
    this.#config = config;
    this.#outcome = outcome;
    const deliver = ([alert]: readonly OutgoingAlert[]): Promise<void> =>
      this.#deliver(`${alert?.line ?? ''}\n`);
    this.#sequence = new AlertSequence({ deliver, outcome });
  }

  write(alert: OutgoingAlert): void {
    this.#sequence.add(alert);
  }

  flush(): void {
    this.#sequence.start();
  }

  /** The next alert goes to a new one. An alert that the old one does not take goes there too. */
  reopen(): void {
    const program = this.#program;
    if (program === undefined) return;
    this.#program = undefined;
    program.closeInput();
    setTimeout(() => program.kill(), REPLACE_MS).unref();
  }

  finish(): void {}

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#sequence.giveUp(this.#error('is still busy, and there is no more time'));
    const program = this.#program;
    if (program === undefined) return;
    if (program.isBehind || !this.#config.keepAlive) program.kill();
    program.closeInput();
    await Promise.race([program.ended, wait(LAST_MS, undefined, { ref: false })]);
    program.release();
  }

  #deliver(line: string): Promise<void> {
    return this.#config.keepAlive ? this.#toKept(line) : this.#toOwn(line);
  }

  /** A line that a program did not take is for the next one, once. */
  async #toKept(line: string): Promise<void> {
    for (const isLast of [false, true]) {
      const program = await this.#kept();
      try {
        await program.write(line);
        return;
      } catch (cause) {
        if (this.#program === program) this.#program = undefined;
        const { text } = await program.ended;
        if (isLast || this.#isClosing) throw this.#error(`does not read alerts: ${text}`, cause);
      }
    }
  }

  async #kept(): Promise<ShellProgram> {
    if (this.#program?.end !== undefined) this.#program = undefined;
    if (this.#program !== undefined) return this.#program;
    if (this.#pauseMs > 0) await wait(this.#pauseMs);
    const program = this.#start();
    void program.ended.then((end) => this.#onEnd(program, end));
    return program;
  }

  #onEnd(program: ShellProgram, { code, text }: ProgramEnd): void {
    const isReplaced = this.#program !== program;
    const hasLived = performance.now() - program.startedAtMs >= SHORT_LIFE_MS;
    this.#pauseMs = hasLived ? 0 : Math.min(Math.max(this.#pauseMs * 2, PAUSE_MS), PAUSE_MS_MAX);
    if (isReplaced || this.#isClosing) return;
    this.#program = undefined;
    if (!hasLived || code !== 0) this.#outcome.problem(this.#error(`does not stay: ${text}`));
  }

  async #toOwn(line: string): Promise<void> {
    const program = this.#start();
    let failure: unknown;
    try {
      await program.write(line);
    } catch (error) {
      failure = error;
    }
    program.closeInput();
    const { code, text } = await program.ended;
    this.#program = undefined;
    const isRead = failure === undefined && code !== undefined && !NOT_RUN_CODES.includes(code);
    if (!isRead) throw this.#error(`did not take an alert: ${text}`, failure);
  }

  #start(): ShellProgram {
    try {
      this.#program = new ShellProgram(this.#config.program);
      return this.#program;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw this.#error(`cannot be started: ${reason}`, cause);
    }
  }

  /** Without the command: there may be a password in it. */
  #error(what: string, cause?: unknown): OutputError {
    return new OutputError(`the program ${what}`, { cause });
  }
}
