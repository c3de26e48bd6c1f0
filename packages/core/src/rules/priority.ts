/** Names of priorities, as rule files and configurations write them. */

import { PRIORITIES, type Priority } from './rule.ts';

/** Upper and lower case are alike; "Info" is short for "Informational". */
export function parsePriority(text: string): Priority | undefined {
  const name = text.toLowerCase();
  const index = PRIORITIES.findIndex((priority) => priority.toLowerCase() === name);
  if (index >= 0) return index as Priority;
  return name === 'info' ? 6 : undefined;
}

export function formatPriority(priority: Priority): string {
  return PRIORITIES[priority];
}
