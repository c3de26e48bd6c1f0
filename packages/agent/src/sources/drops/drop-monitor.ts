/**
 * `syscall_event_drops`: what is done about records that were lost between the kernel and here.
 * Once a second the counters are compared with those of the second before, as Falco does
 * (event_drops.cpp).
 */

import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import { LOST_CLASSES, type SensorCounters } from '@saker/sensor/sensor-counters.ts';
import type { DropsConfig } from '../../config/config.ts';
import type { LogLevel } from '../../config/log-level.ts';
import { TokenBucket } from './token-bucket.ts';

const CHECK_EVERY_MS = 1000;
const RULE = 'Falco internal: syscall event drop';
const DEBUG_PRIORITY = 7;

export interface DropReport {
  readonly logs: readonly { readonly level: LogLevel; readonly text: string }[];
  readonly alert: InternalMessage | undefined;
  /** The program ends with an error. */
  readonly exits: boolean;
}

export class DropMonitor {
  /** Seconds in which too much was lost. */
  detected = 0;
  /** How often something was done about it. */
  actionsTaken = 0;
  readonly #policy: DropsConfig;
  readonly #bucket: TokenBucket;
  #last: SensorCounters;
  #nextMs: number;

  /** Times are those of one clock that never goes back; `counters` are those at the start. */
  constructor(policy: DropsConfig, counters: SensorCounters, nowMs: number) {
    this.#policy = policy;
    this.#bucket = new TokenBucket(policy.rate, policy.maxBurst, nowMs);
    this.#last = counters;
    this.#nextMs = nowMs + CHECK_EVERY_MS;
  }

  /** Whether `check` is to be called: reading the counters costs more than asking. */
  isDue(nowMs: number): boolean {
    return nowMs > this.#nextMs;
  }

  check(counters: SensorCounters, nowMs: number): DropReport {
    const delta = difference(counters, this.#last);
    this.#last = counters;
    this.#nextMs = nowMs + CHECK_EVERY_MS;
    const { simulate, threshold } = this.#policy;
    const lost = lostIn(delta) + (simulate ? 1 : 0);
    const logs: DropReport['logs'] = simulate
      ? [{ level: 'info', text: 'Simulating syscall event drop' }]
      : [];
    // What was lost is among the records. Only a simulated loss can come without any.
    const isTooMuch = lost > 0 && lost / delta.records > (simulate ? 0 : threshold);
    if (!isTooMuch) return { logs, alert: undefined, exits: false };
    this.detected++;
    if (this.#bucket.claim(nowMs)) return this.#act(logs, delta, lost);
    const text = 'Syscall event drop but token bucket depleted, skipping actions';
    return { logs: [...logs, { level: 'debug', text }], alert: undefined, exits: false };
  }

  /** For the end of the run, as Falco prints it. */
  summary(): string {
    return (
      'Syscall event drop monitoring:\n' +
      `   - event drop detected: ${this.detected} occurrences\n` +
      `   - num times actions taken: ${this.actionsTaken}\n`
    );
  }

  #act(before: DropReport['logs'], delta: SensorCounters, lost: number): DropReport {
    this.actionsTaken++;
    const { actions } = this.#policy;
    const text = `${RULE}. ${lost} system calls dropped in last second.`;
    const exits = actions.includes('exit');
    const logs = [...before];
    if (actions.includes('log')) logs.push({ level: 'warning', text });
    if (exits) {
      const ending = 'Exiting: syscall_event_drops.actions has "exit".';
      logs.push({ level: 'critical', text }, { level: 'critical', text: ending });
    }
    const alert: InternalMessage | undefined = actions.includes('alert')
      ? { rule: RULE, priority: DEBUG_PRIORITY, text, fields: alertFields(delta, lost) }
      : undefined;
    return { logs, alert, exits };
  }
}

/** Lost for whatever reason. */
export function lostIn({ lostTotal, tooLong }: SensorCounters): number {
  return lostTotal + tooLong;
}

function difference(now: SensorCounters, before: SensorCounters): SensorCounters {
  const lost = { ...now.lost };
  for (const name of LOST_CLASSES) lost[name] -= before.lost[name];
  return {
    records: now.records - before.records,
    lost,
    lostTotal: now.lostTotal - before.lostTotal,
    tooLong: now.tooLong - before.tooLong,
  };
}

/** All values are texts. Pages and bugs of the kernel module have no counterpart here. */
function alertFields(delta: SensorCounters, lost: number): Record<string, string> {
  const fields: Record<string, string> = {
    n_evts: String(delta.records),
    n_drops: String(lost),
    n_drops_buffer_total: String(delta.lostTotal),
    n_drops_scratch_map: String(delta.tooLong),
    n_drops_page_faults: '0',
    n_drops_bug: '0',
    ebpf_enabled: '1',
  };
  for (const name of LOST_CLASSES) {
    // Falco has no key for the others: they are in the total only.
    if (name !== 'other') fields[`n_drops_buffer_${name}_exit`] = String(delta.lost[name]);
  }
  return fields;
}
