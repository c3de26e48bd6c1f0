/**
 * PPM_SC codes by the names that rules and configurations write. A call with an event of its own
 * goes by the event's name, and old events count too: `accept` means accept4 as well, `setuid` also
 * setuid32. A call without one goes by its own name.
 */

import { eventTable } from '../../events/event-table.ts';
import { genericSyscalls } from '../../events/names.gen.ts';
import { SYSCALL_CODES, syscallName } from '../../events/names.ts';
import { codesOf, eventsOfSyscalls, isGeneric } from '../../events/syscall-sets.ts';
import type { NamedIndex } from '../../rules/describe.ts';

const NO_CODES: readonly number[] = [];

/** Built when somebody asks: most commands never do. */
let codesByName: Map<string, number[]> | undefined;
/** Of codes with several names the one of the first event. */
let firstNames: Map<number, string> | undefined;

function indexNames(): Map<string, number[]> {
  const codes = new Map<string, number[]>();
  const names = new Map<number, string>();
  const add = (name: string, code: number): void => {
    const known = codes.get(name);
    if (known === undefined) codes.set(name, [code]);
    else if (!known.includes(code)) known.push(code);
    if (!names.has(code)) names.set(code, name);
  };
  for (const { id, name } of eventTable) {
    if (!isGeneric(id)) for (const code of codesOf(id)) add(name, code);
  }
  for (const code of genericSyscalls) {
    const name = syscallName(code);
    if (name !== undefined && !codes.has(name)) add(name, code);
  }
  codesByName = codes;
  firstNames = names;
  return codes;
}

/** Codes of the calls that `name` means; none for names of other events and for unknown ones. */
export function syscallsNamed(name: string): readonly number[] {
  return (codesByName ?? indexNames()).get(name) ?? NO_CODES;
}

/** Every name that means a call: for suggestions. */
export function syscallEventNames(): Iterable<string> {
  return (codesByName ?? indexNames()).keys();
}

/** For the analysis of conditions. A code is told by the name of its first event. */
export const syscallIndex: NamedIndex = {
  size: SYSCALL_CODES,
  named: syscallsNamed,
  shared: new Set(),
  nameOf(code) {
    if (firstNames === undefined) indexNames();
    return firstNames?.get(code) ?? syscallName(code);
  },
};

/**
 * The names of all events that the calls can be, and the names of calls without one, sorted: what
 * messages about a set list. There may be more of them than calls.
 */
export function eventNamesOf(syscalls: ReadonlySet<number>): readonly string[] {
  const names = new Set<string>();
  const told = new Set<number>();
  for (const event of eventsOfSyscalls(syscalls)) {
    const name = eventTable[event]?.name;
    if (name === undefined || isGeneric(event)) continue;
    names.add(name);
    for (const code of codesOf(event)) told.add(code);
  }
  for (const code of syscalls) {
    const name = told.has(code) ? undefined : syscallName(code);
    if (name !== undefined) names.add(name);
  }
  return [...names].toSorted();
}
