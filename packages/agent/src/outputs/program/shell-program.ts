/**
 * A program started by the shell, as popen(3) does it, with a pipe to its standard input: a real
 * one, because programs that open /dev/stdin cannot do so with a socket. It leads a process group
 * of its own: the signal that a terminal sends to end the agent does not end it before it has read
 * the last alerts, and all that the shell started can be ended together.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { openPipe } from '../../host/pipe.ts';

/** How a program ended. */
export interface ProgramEnd {
  /** undefined: by a signal, or it never began. */
  readonly code: number | undefined;
  /** For the end of a sentence. */
  readonly text: string;
}

export class ShellProgram {
  readonly startedAtMs: number = performance.now();
  /** Never rejects. */
  readonly ended: Promise<ProgramEnd>;
  end: ProgramEnd | undefined = undefined;
  readonly #child: ChildProcess;
  readonly #input: Socket;
  /** Writes that the pipe has not taken yet. */
  #pendingWrites = 0;

  constructor(command: string) {
    const { readEnd, writeEnd } = openPipe();
    this.#input = new Socket({ fd: writeEnd, readable: false, writable: true });
    // Each write is told of its own failure.
    this.#input.on('error', () => undefined);
    try {
      const stdio = [readEnd, 'inherit', 'inherit'] as const;
      this.#child = spawn('/bin/sh', ['-c', command], { stdio: [...stdio], detached: true });
    } finally {
      closeSync(readEnd);
    }
    this.ended = new Promise((resolve) => {
      const onEnd = (end: ProgramEnd): void => {
        this.end = end;
        this.#input.destroy();
        resolve(end);
      };
      this.#child.once('error', (error) => onEnd({ code: undefined, text: error.message }));
      this.#child.once('exit', (code, signal) => onEnd(endOf(code, signal)));
    });
  }

  /** The pipe takes nothing at the moment. */
  get isBehind(): boolean {
    return this.#pendingWrites > 0;
  }

  /** Resolves when the pipe has taken all of it, rejects when nobody reads it any more. */
  async write(text: string): Promise<void> {
    this.#pendingWrites++;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#input.write(text, (error) => (error ? reject(error) : resolve()));
      });
    } finally {
      this.#pendingWrites--;
    }
  }

  /** It is told that nothing more comes. */
  closeInput(): void {
    this.#input.end();
  }

  /** With everything that it started. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.end !== undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It went in the meantime.
    }
  }

  /** The agent may end without it. */
  release(): void {
    this.#child.unref();
    this.#input.unref();
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): ProgramEnd {
  if (code !== null) return { code, text: `it ended with status ${code}` };
  return { code: undefined, text: `it was ended by ${signal}` };
}
