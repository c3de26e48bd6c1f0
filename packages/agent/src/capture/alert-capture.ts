/** One capture on its way to its file: snapshot, events, gzip. */

import type { EventView } from '@saker/core/events/event-view.ts';
import { ScapWriter } from '@saker/core/scap/scap-writer.ts';
import { snapshotEvents, writeSnapshot } from '@saker/core/state/state-snapshot.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import { GzipEncoder } from './gzip-encoder.ts';
import { QueuedFile } from './queued-file.ts';

export class AlertCapture {
  readonly #file: QueuedFile;
  readonly #gzip: GzipEncoder;
  readonly #writer: ScapWriter;

  /** CaptureWriteError when there can be no such file. */
  constructor(path: string) {
    this.#file = new QueuedFile(path);
    this.#gzip = new GzipEncoder((bytes) => this.#file.write(bytes));
    this.#writer = new ScapWriter((bytes) => this.#gzip.write(bytes));
  }

  get path(): string {
    return this.#file.path;
  }

  /** Of the file, without the last events: at most 512 KiB of them, before they are compressed. */
  get bytes(): number {
    return this.#file.bytes;
  }

  get failure(): string | undefined {
    return this.#file.failure;
  }

  /** What state knows. `time`: nanoseconds since the epoch. */
  begin(state: SystemState, time: bigint): void {
    writeSnapshot(state, this.#writer);
    for (const record of snapshotEvents(state, time)) {
      this.#writer.record(record, { cpu: 0, stateOnly: true });
    }
  }

  event(event: EventView): void {
    this.#writer.event(event);
  }

  /** Resolves when the file is complete, or failed. */
  async end(): Promise<void> {
    this.#writer.flush();
    this.#gzip.end();
    return this.#file.end();
  }
}
