/** Priorities of rules in words and colours. */

import { PRIORITIES, type Priority } from '@saker/core/rules/rule.ts';
import type { Paint, Style } from './style.ts';

/** `Informational` is written short, so that columns are not wider than the others need. */
export function priorityName(priority: Priority): string {
  return priority === 6 ? 'Info' : PRIORITIES[priority];
}

export function priorityPaint(priority: Priority, style: Style): Paint {
  if (priority <= 2) return style.alarm;
  if (priority === 3) return style.red;
  if (priority === 4) return style.yellow;
  return priority === 5 ? style.cyan : style.dim;
}
