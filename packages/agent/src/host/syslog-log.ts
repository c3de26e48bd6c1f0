/**
 * `log_syslog`: messages of the program itself to syslog, beside the standard error. What is needed
 * for it takes 10 ms to load, so it is loaded behind the first message, which waits.
 */

import type { SyslogSocket } from './syslog-socket.ts';

interface Message {
  readonly severity: number;
  readonly text: string;
}

/** Messages that wait for what is loaded: a start says less than that. */
const WAITING_MAX = 1000;

export class SyslogLog {
  /** Messages that the daemon did not take. The standard error has them, and nothing waits. */
  lost = 0;
  readonly ident: string;
  readonly #path: string | undefined;
  #socket: SyslogSocket | undefined;
  #loading: Promise<void> | undefined;
  #waiting: Message[] = [];

  constructor(ident: string, path?: string) {
    this.ident = ident;
    this.#path = path;
  }

  /** `severity`: 0 (emergency) to 7 (debug). */
  add(severity: number, text: string): void {
    if (this.#socket !== undefined) {
      this.#send(this.#socket, { severity, text });
    } else if (this.#waiting.length < WAITING_MAX) {
      this.#waiting.push({ severity, text });
      this.#loading ??= this.#load();
    } else {
      this.lost++;
    }
  }

  /** All messages so far are with the daemon, or lost. */
  async flush(): Promise<void> {
    await this.#loading;
  }

  close(): void {
    this.#socket?.close();
  }

  async #load(): Promise<void> {
    const { SyslogSocket } = await import('./syslog-socket.ts');
    const socket = new SyslogSocket(this.ident, this.#path);
    for (const message of this.#waiting) this.#send(socket, message);
    this.#waiting = [];
    this.#socket = socket;
  }

  #send(socket: SyslogSocket, { severity, text }: Message): void {
    try {
      if (!socket.send(severity, text)) this.lost++;
    } catch {
      this.lost++;
    }
  }
}
