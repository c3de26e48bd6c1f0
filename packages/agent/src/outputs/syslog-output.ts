/** `syslog_output`: each alert is a message whose severity is the priority of its rule. */

import { setTimeout as wait } from 'node:timers/promises';
import type { SyslogOutputConfig } from '../config/output-config.ts';
import { SyslogError, SyslogSocket } from '../host/syslog-socket.ts';
import { type AlertOutput, type Outcome, type OutgoingAlert, OutputError } from './alert-output.ts';
import { AlertSequence } from './alert-sequence.ts';

/** Between two attempts while the daemon is behind. */
const BEHIND_MS = 5;
const NO_MORE_TIME = 'syslog is behind and there is no more time';

export class SyslogOutput implements AlertOutput {
  readonly isClosed = false;
  readonly #socket: SyslogSocket;
  readonly #sequence: AlertSequence;
  #isClosing = false;

  constructor({ ident, path }: SyslogOutputConfig, outcome: Outcome) {
    this.#socket = new SyslogSocket(ident, path);
    const deliver = async ([alert]: readonly OutgoingAlert[]): Promise<void> => {
      if (alert !== undefined) await this.#deliver(alert);
    };
    this.#sequence = new AlertSequence({ deliver, outcome });
  }

  write(alert: OutgoingAlert): void {
    this.#sequence.add(alert);
  }

  flush(): void {
    this.#sequence.start();
  }

  reopen(): void {
    this.#socket.close();
  }

  finish(): void {}

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#sequence.giveUp(new OutputError(NO_MORE_TIME));
    this.#socket.close();
  }

  async #deliver({ priority, line }: OutgoingAlert): Promise<void> {
    try {
      while (!this.#socket.send(priority, line)) {
        await wait(BEHIND_MS);
        // Not once more: it would open the socket again.
        if (this.#isClosing) throw new OutputError(NO_MORE_TIME);
      }
    } catch (cause) {
      if (!(cause instanceof SyslogError)) throw cause;
      throw new OutputError(cause.message, { cause });
    }
  }
}
