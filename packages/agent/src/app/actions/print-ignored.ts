/** `-i`: the system calls that nobody watches unless asked for. */

import { eventTable } from '@saker/core/events/event-table.ts';
import { eventsOfSyscalls, ignoredSyscalls, isGeneric } from '@saker/core/events/syscall-sets.ts';

export function ignoredText(): string {
  const codes = eventsOfSyscalls(ignoredSyscalls);
  const events = eventTable.filter(({ id }) => codes.has(id) && !isGeneric(id));
  const names = [...new Set(events.map(({ name }) => name))].toSorted();
  return `Ignored syscall(s):\n${names.map((name) => `- ${name}\n`).join('')}\n`;
}
