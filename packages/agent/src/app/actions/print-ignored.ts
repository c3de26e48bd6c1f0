/** `-i`: the system calls that nobody watches unless asked for. */

import { eventTable } from '@saker/core/events/event-table.ts';
import { eventsOfSyscalls, ignoredSyscalls } from '@saker/core/events/syscall-sets.ts';

export function ignoredText(): string {
  const codes = eventsOfSyscalls(ignoredSyscalls);
  const events = eventTable.filter(({ id, code }) => codes.has(id) && !isGeneric(code));
  const names = [...new Set(events.map(({ name }) => name))].toSorted();
  return `Ignored syscall(s):\n${names.map((name) => `- ${name}\n`).join('')}\n`;
}

/** The event that stands for every call without one of its own. */
function isGeneric(code: string): boolean {
  return code.startsWith('PPME_GENERIC_');
}
