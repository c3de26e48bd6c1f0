/**
 * What is said about what was lost between the kernel and here, and about the kernel's silence.
 */

import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import type { Sensor } from '@saker/sensor/sensor.ts';
import type { Config } from '../../config/config.ts';
import type { Logger } from '../../host/logger.ts';
import { DropMonitor, lostIn } from '../../sources/drops/drop-monitor.ts';
import { SilenceMonitor } from '../../sources/drops/silence-monitor.ts';
import type { LiveEvents } from '../../sources/live/live-events.ts';

export interface LiveLossesParts {
  readonly config: Pick<Config, 'drops' | 'emptyReadsMax'>;
  readonly source: {
    readonly sensor: Pick<Sensor, 'counters' | 'ring'>;
    readonly events: Pick<LiveEvents, 'damaged' | 'pendingBytesHighest'>;
  };
  readonly log: Logger;
  /** Delivers an alert about the program itself. */
  readonly tell: (message: InternalMessage) => void;
}

const MIB_BYTES = 1 << 20;

export class LiveLosses {
  readonly #parts: LiveLossesParts;
  readonly #drops: DropMonitor;
  readonly #silence: SilenceMonitor;
  #damagedTold = 0;

  constructor(parts: LiveLossesParts) {
    this.#parts = parts;
    const { config, source } = parts;
    const { sensor } = source;
    const now = performance.now();
    this.#drops = new DropMonitor(config.drops, sensor.counters(), now);
    this.#silence = new SilenceMonitor(config.emptyReadsMax, now);
  }

  /** After a batch that had events, with the time of its last one. */
  onEvents(nowMs: number, timeLow: number, timeHigh: number): void {
    this.#silence.onEvents(nowMs, timeLow, timeHigh);
  }

  /** To be called now and then. True: so much was lost that the run is to end. */
  check(nowMs: number): boolean {
    const { tell } = this.#parts;
    const silence = this.#silence.check(nowMs);
    if (silence !== undefined) tell(silence);
    if (!this.#drops.isDue(nowMs)) return false;
    this.#tellDamaged();
    const { log, source } = this.#parts;
    const { sensor } = source;
    const { logs, alert, exits } = this.#drops.check(sensor.counters(), nowMs);
    for (const { level, text } of logs) log.log(level, text);
    if (alert !== undefined) tell(alert);
    return exits;
  }

  #tellDamaged(): void {
    const { log, source } = this.#parts;
    const { events } = source;
    const damaged = events.damaged - this.#damagedTold;
    if (damaged === 0) return;
    this.#damagedTold += damaged;
    log.error(`${damaged} records of the sensor were no valid events: please report this`);
  }

  /** For the end of the run; the sensor must still be open. */
  get counts(): { readonly events: number; readonly lost: number } {
    const counters = this.#parts.source.sensor.counters();
    return { events: counters.records, lost: lostIn(counters) };
  }

  /** Likewise: what was lost of each class, and how full the ring was. */
  get summary(): string {
    const { sensor, events } = this.#parts.source;
    const most = (events.pendingBytesHighest / MIB_BYTES).toFixed(1);
    const size = sensor.ring.sizeBytes / MIB_BYTES;
    return `${this.#drops.summary()}Ring buffer: at most ${most} of ${size} MiB were waiting\n`;
  }
}
