/** What a replay found, in the end: alerts per rule, how much was read, and what was left out. */

import { dateTimeText } from '@saker/core/events/time-text.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { ReadCounts } from '@saker/core/scap/read-counts.ts';
import type { CaptureReplay, EventTime } from '../capture/capture-replay.ts';
import { priorityName, priorityPaint } from '../terminal/priority.ts';
import { counted, durationText, grouped } from '../terminal/quantity.ts';
import type { Style } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';
import type { Screen } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible-text.ts';

/** What is normal in old captures, in which calls have an enter event of their own, is not told. */
const LEFT_OUT: readonly (readonly [count: keyof ReadCounts, which: string])[] = [
  ['unknownType', 'of a type newer than this version'],
  ['noConversion', 'of an old form that no version had'],
  ['wrongEnter', "of an old form, after the beginning of another thread's call"],
  ['shortEnter', 'of an old form, of whose beginning a value is missing'],
  ['tooLong', 'longer than 64 KiB in the current form'],
  ['entersForgotten', 'of an old form that waited too long for the end of the call'],
];

const WORD = 0x1_0000_0000;

export interface ReplaySummary {
  readonly capture: Pick<CaptureReplay, 'events' | 'counts' | 'firstTime' | 'lastTime'>;
  /** By rule. */
  readonly alerts: ReadonlyMap<Rule, number>;
  /** How many rules were run. */
  readonly rules: number;
  readonly seconds: number;
  /** Whatever else is to be said. */
  readonly notes: readonly string[];
}

/** Begins with an empty line, because it follows the alerts, and ends with a newline. */
export function summaryText(summary: ReplaySummary, screen: Screen): string {
  const table = ruleTable(summary.alerts, screen);
  const lines = [...replayLines(summary, screen.style), ...summary.notes];
  return `\n${table === '' ? '' : `${table}\n`}${lines.join('\n')}\n`;
}

/** Rules by the number of their alerts. Empty without any. */
function ruleTable(alerts: ReadonlyMap<Rule, number>, screen: Screen): string {
  if (alerts.size === 0) return '';
  const { style } = screen;
  const columns = [
    { title: 'alerts', align: 'right' },
    { title: 'priority' },
    { title: 'rule', shrinks: true },
  ] as const;
  const rows = [...alerts]
    .toSorted(([, left], [, right]) => right - left)
    .map(([rule, count]) => [
      grouped(count),
      { text: priorityName(rule.priority), paint: priorityPaint(rule.priority, style) },
      visible(rule.name),
    ]);
  return formatTable(columns, rows, { style, width: screen.columns });
}

/** About the replay, about the capture, and one line for each kind of event that was left out. */
function replayLines({ capture, alerts, rules, seconds }: ReplaySummary, style: Style): string[] {
  const { firstTime, lastTime, counts, events } = capture;
  const total = [...alerts.values()].reduce((sum, count) => sum + count, 0);
  const found = style.bold(`${counted(total, 'alert')} from ${counted(rules, 'rule')}`);
  const lines = [`${found} on ${counted(events, 'event')} in ${durationText(seconds)}`];
  if (firstTime !== undefined && lastTime !== undefined) {
    lines.push(`captured ${spanText(firstTime, lastTime)}`);
  }
  const left = LEFT_OUT.filter(([count]) => counts[count] > 0).map(
    ([count, which]) => `left out: ${counted(counts[count], 'event')} ${which}`,
  );
  if (counts.extraParams > 0) {
    const those = counted(counts.extraParams, 'event');
    left.push(`${those} with parameters newer than this version, which were ignored`);
  }
  return [...lines, ...left.map(style.yellow)];
}

/** `2026-11-01 10:00:00 to 10:04:12 (4 min 12 s)`, local time. */
function spanText(first: EventTime, last: EventTime): string {
  const [from, to] = [first, last].map(({ low, high }) => dateTimeText(low, high).slice(0, 19));
  const end = from?.slice(0, 10) === to?.slice(0, 10) ? to?.slice(11) : to;
  const seconds = ((last.high - first.high) * WORD + (last.low - first.low)) / 1e9;
  return `${from} to ${end} (${durationText(Math.max(0, seconds))})`;
}
