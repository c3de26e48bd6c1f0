/**
 * Sets of system calls, as PPM_SC codes, that follow from the event table: which calls carry the
 * bulk of the traffic, which ones state needs, and so which ones are left out unless somebody asks
 * for them (`base_syscalls`, `-A`, `-i`, `--list-events`).
 */

import { eventTable } from './event-table.ts';
import { eventSyscalls, genericSyscalls, neverDroppedSyscalls } from './names.gen.ts';
import { EC, EF } from './param-types.gen.ts';

/** Calls that have an event of their own, with parameters. Of others only the name is told. */
export const describedSyscalls: ReadonlySet<number> = syscallsOf(() => true);

/** Calls whose events read from or write to a descriptor. */
export const ioSyscalls: ReadonlySet<number> = syscallsOf(
  ({ category }) => category === EC.EC_IO_READ || category === EC.EC_IO_WRITE,
);

/** Calls whose events are about descriptors (without reading or writing), sockets, files. */
export const ioOtherSyscalls: ReadonlySet<number> = syscallsOfCategory(EC.EC_IO_OTHER);
export const netSyscalls: ReadonlySet<number> = syscallsOfCategory(EC.EC_NET);
export const fileSyscalls: ReadonlySet<number> = syscallsOfCategory(EC.EC_FILE);

/** Calls whose events change what state knows, and those that drivers never drop. */
export const stateSyscalls: ReadonlySet<number> = new Set([
  ...syscallsOf(
    ({ flags, source }) =>
      (flags & EF.EF_MODIFIES_STATE) !== 0 && (source & (EC.EC_SYSCALL | EC.EC_TRACEPOINT)) !== 0,
  ),
  ...neverDroppedSyscalls,
]);

/** Calls that are frequent and that state can do without: not captured unless asked for. */
export const ignoredSyscalls: ReadonlySet<number> = new Set(
  [...ioSyscalls].filter((code) => !stateSyscalls.has(code)),
);

/** Codes of the events that stand for any of the calls, of old formats too. */
export function eventsOfSyscalls(syscalls: ReadonlySet<number>): ReadonlySet<number> {
  const events = eventTable.filter(({ id }) => codesOf(id).some((code) => syscalls.has(code)));
  return new Set(events.map(({ id }) => id));
}

/** PPM_SC codes that an event stands for; none for events that are no system calls. */
export function codesOf(event: number): readonly number[] {
  return eventSyscalls[event] ?? (isGeneric(event) ? genericSyscalls : []);
}

/** Whether the event stands for system calls that have none of their own. */
export function isGeneric(event: number): boolean {
  return eventTable[event]?.code.startsWith('PPME_GENERIC_') ?? false;
}

function syscallsOfCategory(wanted: number): ReadonlySet<number> {
  return syscallsOf(({ category }) => category === wanted);
}

/** System calls with an event of their own that satisfies the test. */
function syscallsOf(
  test: (event: { category: number; flags: number; source: number }) => boolean,
): ReadonlySet<number> {
  const events = eventTable.filter((event) => !isGeneric(event.id) && test(event));
  return new Set(events.flatMap(({ id }) => codesOf(id)));
}
