/**
 * The syscall source as the loader of rules wants it: its fields, the names of its events, and what
 * is built in.
 */

import { PPME } from '../events/event-codes.gen.ts';
import { EVENT_TYPES, eventTable } from '../events/event-table.ts';
import { genericSyscalls } from '../events/names.gen.ts';
import { syscallName } from '../events/names.ts';
import type { FieldTable } from '../fields/field-catalogue.ts';
import { SYSCALL_SOURCE } from '../fields/field-classes.ts';
import type { SourceFields } from '../rules/compile-options.ts';
import type { EventTypeIndex } from '../rules/event-types.ts';

/** System calls without an event of their own are told apart by a parameter of these. */
const GENERIC: readonly number[] = [PPME.PPME_GENERIC_E, PPME.PPME_GENERIC_X];
/** Whatever is no event and no system call may be the name of an async event. */
const ASYNC: readonly number[] = [PPME.PPME_ASYNCEVENT_E];

let idsByName: Map<string, number[]> | undefined;

function indexNames(): Map<string, number[]> {
  const index = new Map<string, number[]>();
  for (const { id, name } of eventTable) index.set(name, [...(index.get(name) ?? []), id]);
  for (const code of genericSyscalls) {
    const name = syscallName(code);
    if (name !== undefined && !index.has(name)) index.set(name, [...GENERIC]);
  }
  return index;
}

export const syscallEventTypes: EventTypeIndex = {
  size: EVENT_TYPES,
  named(name) {
    idsByName ??= indexNames();
    return idsByName.get(name) ?? ASYNC;
  },
  shared: new Set([...GENERIC, ...ASYNC]),
};

/** The sources that rules may name, by name, with their fields; `more` are those of plugins. */
export function ruleSources(
  fields: FieldTable,
  more: ReadonlyMap<string, FieldTable> = new Map(),
): ReadonlyMap<string, SourceFields> {
  const tables = new Map([[SYSCALL_SOURCE, fields], ...more]);
  return new Map(Array.from(tables, ([source, table]) => [source, sourceFields(table)]));
}

function sourceFields(fields: FieldTable): SourceFields {
  const suggestedFields = fields.classes
    .flatMap((each) => each.fields)
    .filter((field) => field.suggested === true)
    .map((field) => field.name);
  return { catalogue: fields, suggestedFields };
}
