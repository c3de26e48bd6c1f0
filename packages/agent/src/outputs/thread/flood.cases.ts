/**
 * For tests: a process that gives its outputs some 2,000 alerts a second until it is told to stop,
 * and says how it goes. A process of its own, because it writes to its standard output.
 *
 * Its argument is the configuration of its outputs, as JSON.
 */

import type { Alert } from '@saker/core/engine/alert.ts';
import type { Priority } from '@saker/core/rules/rule.ts';
import type { OutputsConfig } from '../../config/output-config.ts';
import type { OutputCounters } from '../output-counters.ts';
import { OutputThreads } from './output-threads.ts';

export interface FloodReport {
  readonly produced: number;
  readonly counters: readonly OutputCounters[];
  readonly logs: readonly string[];
  /** Nothing runs any more; undefined while alerts come. */
  readonly isDone: boolean | undefined;
}

const TURN_MS = 5;
const ALERTS_PER_TURN = 10;
const REPORT_TURNS = 10;

const logs: string[] = [];
const outputs = new OutputThreads({
  outputs: JSON.parse(process.argv[2] ?? '') as OutputsConfig,
  json: true,
  versions: { version: '0.44.1', engineVersion: '0.63.0', fieldsChecksum: '' },
  log: (level, message) => logs.push(`${level}: ${message}`),
});

const alert: Alert = {
  rule: 'Flood',
  priority: 5,
  source: 'syscall',
  tags: [],
  hostname: 'h',
  time: 1,
  timeText: '',
  timeUtc: '',
  message: 'm',
  outputFields: new Map([['proc.name', 'x'.repeat(100)]]),
};
let produced = 0;
let turns = 0;

function report(isDone: boolean | undefined): void {
  const message: FloodReport = { produced, counters: outputs.counters, logs, isDone };
  process.send?.(message);
}

const timer = setInterval(() => {
  for (let count = 0; count < ALERTS_PER_TURN; count++) {
    const priority = (produced % 8) as Priority;
    const line = JSON.stringify({ number: produced++, text: 'x'.repeat(200) });
    outputs.write({ line, priority, alert });
  }
  outputs.flush();
  if (++turns % REPORT_TURNS === 0) report(undefined);
}, TURN_MS);

async function stop(): Promise<void> {
  clearInterval(timer);
  report(await outputs.closed());
  process.disconnect();
}

process.on('message', () => void stop());
