/** What a replay found, in the end: alerts per rule, how much was read, and what was left out. */

import { dateTimeText } from '@saker/core/events/time-text.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { ReadCounts } from '@saker/core/scap/read-counts.ts';
import type { CaptureReplay, EventTime } from '../capture/capture-replay.ts';
import { counted, durationText, grouped } from '../terminal/quantity.ts';
import type { Style } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';
import type { Screen } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible-text.ts';
import { priorityName, priorityPaint } from '../terminal/priority.ts';

/** What is normal in old captures, in which calls have an enter event of their own, is not told. */
const LEFT_OUT: readonly (readonly [count: keyof ReadCounts, one: string, many: string])[] = [
  ['unknownType', 'event of a type newer than this version', 'events of types newer than this version'],
  ['noConversion', 'old event in a form that no version had', 'old events in a form that no version had'],
  ['wrongEnter', "old event after another call's beginning", "old events after another call's beginning"],
  ['shortEnter', 'old event whose beginning lacks a value', 'old events whose beginning lacks a value'],
  ['tooLong', 'old event longer than 64 KiB', 'old events longer than 64 KiB'],
  ['entersForgotten', 'old event that waited too long for its end', 'old events that waited too long for their end'],
];

const WORD = 0x1_0000_0000;

/** Rules by the number of their alerts. Empty without any. */
export function ruleTable(alerts: ReadonlyMap<Rule, number>, screen: Screen): string {
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

export interface ReplayFacts {
  readonly alerts: number;
  readonly rules: number;
  readonly seconds: number;
}

/** One line about the replay, one about the capture, one for each kind of event that was left out. */
export function readLines(replay: CaptureReplay, facts: ReplayFacts, style: Style): string[] {
  const { firstTime, lastTime, counts, events } = replay;
  const found = `${counted(facts.alerts, 'alert')} from ${counted(facts.rules, 'rule')}`;
  const lines = [
    `${style.bold(found)} on ${counted(events, 'event')} in ${durationText(facts.seconds)}`,
  ];
  if (firstTime !== undefined && lastTime !== undefined) {
    lines.push(`captured ${spanText(firstTime, lastTime)}`);
  }
  for (const [count, one, many] of LEFT_OUT) {
    if (counts[count] === 0) continue;
    lines.push(style.yellow(`left out: ${counted(counts[count], one, many)}`));
  }
  if (counts.extraParams > 0) {
    const those = counted(counts.extraParams, 'event');
    lines.push(style.yellow(`${those} with parameters newer than this version, which were ignored`));
  }
  return lines;
}

/** `2026-11-01 10:00:00 to 10:04:12 (4 min 12 s)`, local time. */
function spanText(first: EventTime, last: EventTime): string {
  const [from, to] = [first, last].map(({ low, high }) => dateTimeText(low, high).slice(0, 19));
  const end = from?.slice(0, 10) === to?.slice(0, 10) ? to?.slice(11) : to;
  const seconds = ((last.high - first.high) * WORD + (last.low - first.low)) / 1e9;
  return `${from} to ${end} (${durationText(Math.max(0, seconds))})`;
}
