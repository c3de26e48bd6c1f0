/**
 * What is said about what was lost: records between the kernel and here, the kernel's silence,
 * lines that outputs had no room for.
 */

import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import type { Sensor } from '@saker/sensor/sensor.ts';
import type { Config } from '../../config/config.ts';
import type { Logger } from '../../host/logger.ts';
import { DropReport } from '../../outputs/drop-report.ts';
import type { OutputThreads } from '../../outputs/thread/output-threads.ts';
import { DropMonitor, lostIn } from '../../sources/drops/drop-monitor.ts';
import { SilenceMonitor } from '../../sources/drops/silence-monitor.ts';
import type { LiveEvents } from '../../sources/live/live-events.ts';

export interface LiveLossesParts {
  readonly config: Pick<Config, 'drops' | 'emptyReadsMax'>;
  readonly sensor: Pick<Sensor, 'counters' | 'ring'>;
  readonly events: Pick<LiveEvents, 'damaged' | 'pendingBytesHighest'>;
  readonly outputs: Pick<OutputThreads, 'counters' | 'lost'>;
  readonly log: Logger;
  /** Delivers an alert about the program itself. */
  readonly tell: (message: InternalMessage) => void;
}

const MIB_BYTES = 1 << 20;

export class LiveLosses {
  readonly #parts: LiveLossesParts;
  readonly #drops: DropMonitor;
  readonly #silence: SilenceMonitor;
  readonly #outputDrops = new DropReport();
  #damagedTold = 0;

  constructor(parts: LiveLossesParts) {
    this.#parts = parts;
    const { config, sensor } = parts;
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
    this.#tellOutputDrops(nowMs);
    this.#tellDamaged();
    const { sensor, log } = this.#parts;
    const { logs, alert, exits } = this.#drops.check(sensor.counters(), nowMs);
    for (const { level, text } of logs) log.log(level, text);
    if (alert !== undefined) tell(alert);
    return exits;
  }

  #tellOutputDrops(nowMs: number): void {
    const { outputs, log, tell } = this.#parts;
    const report = this.#outputDrops.check(outputs.counters, nowMs);
    if (report === undefined) return;
    log.error(report.text);
    tell(report.alert);
  }

  #tellDamaged(): void {
    const { events, log } = this.#parts;
    const damaged = events.damaged - this.#damagedTold;
    if (damaged === 0) return;
    this.#damagedTold += damaged;
    log.error(`${damaged} records of the sensor were no valid events: please report this`);
  }

  /** For the end of the run; the sensor must still be open. `alerts`: how many went out. */
  summary(alerts: number): string {
    const { sensor, events, outputs } = this.#parts;
    const counters = sensor.counters();
    const most = (events.pendingBytesHighest / MIB_BYTES).toFixed(1);
    const size = sensor.ring.sizeBytes / MIB_BYTES;
    const lostAlerts = outputs.lost === 0 ? '' : `, alerts lost: ${outputs.lost}`;
    return (
      this.#drops.summary() +
      `Events: ${counters.records}, lost: ${lostIn(counters)}, alerts: ${alerts}${lostAlerts}\n` +
      `Ring buffer: at most ${most} of ${size} MiB were waiting\n`
    );
  }
}
