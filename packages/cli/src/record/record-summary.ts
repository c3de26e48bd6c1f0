/** What was recorded, and what was not. */

import type { SensorCounters } from '@saker/sensor/sensor-counters.ts';
import { bytesText, counted, durationText, grouped, listed } from '../terminal/quantity.ts';
import type { Style } from '../terminal/style.ts';
import { visible } from '../terminal/visible-text.ts';

export interface RecordSummary {
  readonly path: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly events: number;
  /** Events that a filter left out and readers need all the same. */
  readonly hidden: number;
  /** Events that the format has no place for. */
  readonly leftOut: number;
  readonly counters: SensorCounters;
}

/** Ends with a newline. */
export function summaryText(summary: RecordSummary, style: Style): string {
  const { path, bytes, seconds, events, hidden, leftOut, counters } = summary;
  const what = style.bold(counted(events, 'event'));
  const lines = [`${what} in ${durationText(seconds)}: ${visible(path)}, ${bytesText(bytes)}`];
  if (hidden > 0) {
    lines.push(`with ${counted(hidden, 'event')} that readers need and do not show`);
  }
  if (leftOut > 0) {
    lines.push(
      style.yellow(`left out: ${counted(leftOut, 'event')} longer than the format allows`),
    );
  }
  if (counters.tooLong > 0) {
    lines.push(style.yellow(`left out: ${counted(counters.tooLong, 'event')} longer than 64 KiB`));
  }
  lines.push(...lostLines(counters, style));
  return `${lines.join('\n')}\n`;
}

function lostLines({ lost, lostTotal }: SensorCounters, style: Style): string[] {
  if (lostTotal === 0) return ['none lost'];
  const classes = Object.entries(lost)
    .filter(([, count]) => count > 0)
    .toSorted(([, left], [, right]) => right - left)
    .map(([name, count]) => `${name.replaceAll('_', ' ')} ${grouped(count)}`);
  return [
    style.red(
      `lost: ${counted(lostTotal, 'event')} (${listed(classes)}), faster than they are written`,
    ),
    'fewer come with --syscalls or with a --filter on evt.type',
  ];
}
