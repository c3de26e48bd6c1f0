/** Alerts as lines for people: time, priority, rule, message. */

import type { Alert } from '@saker/core/engine/alert.ts';
import { priorityName, priorityPaint } from '../terminal/priority.ts';
import type { Style } from '../terminal/style.ts';
import type { Screen } from '../terminal/terminal.ts';
import { padEnd, wrap } from '../terminal/text-width.ts';
import { visible } from '../terminal/visible-text.ts';

const PRIORITY_COLUMNS = 'Emergency'.length;
const GAP = '  ';
/** A narrower terminal breaks the lines itself. */
const WRAP_COLUMNS_MIN = 60;
const HANGING_COLUMNS = 8;

/** One line where there is no terminal; on one, as many as it needs. Without the last line end. */
export function formatAlertForPeople(alert: Alert, { style, columns }: Screen): string {
  const name = priorityName(alert.priority);
  const priority = priorityPaint(alert.priority, style)(name);
  const head = [style.dim(alert.timeText), padEnd(priority, PRIORITY_COLUMNS)].join(GAP) + GAP;
  const rule = visible(alert.rule);
  const text = `${rule}${messageAfter(rule, visible(alert.message))}`;
  const indent = alert.timeText.length + PRIORITY_COLUMNS + 2 * GAP.length;
  if (columns === undefined || columns < WRAP_COLUMNS_MIN)
    return head + boldRule(text, rule, style);
  const [first = '', ...rest] = wrap(text, columns - indent);
  const hanging = ' '.repeat(HANGING_COLUMNS);
  const lines = wrap(rest.join(' '), columns - HANGING_COLUMNS);
  const more = rest.length === 0 ? [] : lines.map((line) => hanging + line);
  return [head + boldRule(first, rule, style), ...more].join('\n');
}

/** Many messages begin with the name of their rule, which then need not be said twice. */
function messageAfter(rule: string, message: string): string {
  if (!message.startsWith(rule)) return `: ${message}`;
  const rest = message.slice(rule.length);
  return /^[\p{L}\p{N}]/u.test(rest) ? `: ${message}` : rest;
}

/** A rule's name that is broken over lines is bold as far as the first one goes. */
function boldRule(line: string, rule: string, { bold }: Style): string {
  return line.startsWith(rule) ? bold(rule) + line.slice(rule.length) : bold(line);
}
