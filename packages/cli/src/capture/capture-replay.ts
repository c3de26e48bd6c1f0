/** A capture file through the state of the machine that it tells of, event by event. */

import { Signals } from '@saker/agent/app/signals.ts';
import { installNodeHost } from '@saker/agent/host/node-host.ts';
import { CaptureFile } from '@saker/agent/sources/capture-file.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import type { ReadCounts } from '@saker/core/scap/read-counts.ts';
import { ScapReader } from '@saker/core/scap/scap-reader.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import type { Progress } from '../terminal/progress.ts';
import { bytesText, roughly } from '../terminal/quantity.ts';
import { visible } from '../terminal/visible-text.ts';
import { InterruptedError } from './interrupted-error.ts';

export interface ReplayListener {
  /**
   * For every event that state has applied; `isShown`: rules may see it. False ends the replay.
   */
  onEvent(context: EventContext, isShown: boolean): boolean;
  /** Now and then, and at the end: a moment to write what was found. False ends the replay. */
  onPause?(): boolean;
  /** What progress says beside bytes and events. */
  note?(): string;
}

/** A time of an event as two words. */
export interface EventTime {
  readonly low: number;
  readonly high: number;
}

export class CaptureReplay {
  readonly path: string;
  readonly state: SystemState;
  /** All events that were read, also those that rules do not see. */
  events = 0;
  firstTime: EventTime | undefined = undefined;
  readonly #event = new EventView();
  readonly #reader: ScapReader;
  readonly #file: CaptureFile;

  /** Opens the file: CaptureFileError when that cannot be done. */
  constructor(path: string) {
    installNodeHost();
    this.path = path;
    this.#file = new CaptureFile(path);
    this.state = new SystemState(this.#event);
    this.#reader = new ScapReader(this.#event, this.state);
  }

  get counts(): ReadCounts {
    return this.#reader.counts;
  }

  /** Of the last event; undefined before the first. */
  get lastTime(): EventTime | undefined {
    if (this.events === 0) return undefined;
    return { low: this.#event.timeLow, high: this.#event.timeHigh };
  }

  /**
   * Once. True when all was read, false when the listener wanted no more. What is wrong with the
   * capture is thrown as CaptureFileError, after every event before it; InterruptedError on a
   * signal.
   */
  async run(listener: ReplayListener, progress: Progress): Promise<boolean> {
    const signals = new Signals();
    const size = this.#file.size();
    let goesOn = true;
    try {
      await this.#file.read(this.#reader, {
        onEvent: () => (goesOn = this.#onEvent(listener)),
        onPause: () => {
          progress.update(size === 0 ? undefined : this.#file.bytesRead / size, (seconds) =>
            this.#progressText(size, seconds, listener.note?.()),
          );
          goesOn = signals.stopRequested === undefined && listener.onPause?.() !== false;
          return goesOn;
        },
      });
    } finally {
      progress.clear();
      signals.release();
      this.#file.close();
    }
    const signal = signals.stopRequested;
    if (signal === undefined) return goesOn;
    throw new InterruptedError(signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT');
  }

  #onEvent(listener: ReplayListener): boolean {
    const event = this.#event;
    this.events++;
    this.firstTime ??= { low: event.timeLow, high: event.timeHigh };
    const isShown = this.state.apply();
    return listener.onEvent(this.state.context, isShown);
  }

  #progressText(size: number, seconds: number, note: string | undefined): string {
    const read = bytesText(this.#file.bytesRead);
    const parts = [
      size === 0 ? read : `${read} of ${bytesText(size)}`,
      `${roughly(this.events / seconds)} events/s`,
      ...(note === undefined ? [] : [note]),
      visible(this.path),
    ];
    return parts.join(', ');
  }
}
