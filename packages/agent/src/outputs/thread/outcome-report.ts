/** What became of the alerts of one output, said to the thread of events once per turn. */

import type { Outcome, OutputError } from '../alert-output.ts';
import type { OutputName } from '../open-outputs.ts';
import type { FromOutputs } from './messages.ts';

export class OutcomeReport implements Outcome {
  readonly #name: OutputName;
  readonly #tell: (message: FromOutputs) => void;
  #delivered = 0;
  #failed = 0;
  #problem: string | undefined = undefined;
  #isUnread = false;
  #isDue = false;

  constructor(name: OutputName, tell: (message: FromOutputs) => void) {
    this.#name = name;
    this.#tell = tell;
  }

  delivered(count: number): void {
    this.#delivered += count;
    this.#tellSoon();
  }

  failed(count: number, problem: OutputError): void {
    this.#failed += count;
    this.problem(problem);
  }

  unread(count: number): void {
    this.#failed += count;
    this.#isUnread = true;
    this.#tellSoon();
  }

  problem({ message }: OutputError): void {
    this.#problem = message;
    this.#tellSoon();
  }

  /** Now instead of soon. */
  flush(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    const name = this.#name;
    const [delivered, failed, problem] = [this.#delivered, this.#failed, this.#problem];
    this.#delivered = 0;
    this.#failed = 0;
    this.#problem = undefined;
    this.#tell({ kind: 'settled', name, delivered, failed, problem });
    if (!this.#isUnread) return;
    this.#isUnread = false;
    this.#tell({ kind: 'unread', name });
  }

  #tellSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.flush());
  }
}
