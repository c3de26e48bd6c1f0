/** Parameters by name: `evt.arg.flags` is another parameter on each type of event. */

import type { ByteString } from '../base/host.ts';
import { eventTable, type ParamInfo } from '../events/event-table.ts';
import type { EventView } from '../events/event-view.ts';
import { MISSING_TEXT, stringAt } from '../events/param-value.ts';

/** The string of a parameter; one without bytes reads as a missing one. */
export function stringParam(event: EventView, index: number): ByteString {
  const length = event.paramLength(index);
  return length === 0 ? MISSING_TEXT : stringAt(event, event.paramStart(index), length);
}

/** No parameter of that name. */
export const NO_PARAM = -1;

/** Of the parameters that exist: each is looked for in the whole table once. */
const knownIndexes = new Map<string, Int8Array>();

/**
 * By event code, the index of the parameter with that name, or NO_PARAM, so that events only index
 * it. To be read only: all uses of a name share it.
 */
export function paramIndexes(name: string): Int8Array {
  let indexes = knownIndexes.get(name);
  if (indexes === undefined) {
    indexes = new Int8Array(eventTable.length).fill(NO_PARAM);
    for (const { id, params } of eventTable) {
      indexes[id] = params.findIndex((param) => param.name === name);
    }
    if (indexes.some((index) => index !== NO_PARAM)) knownIndexes.set(name, indexes);
  }
  return indexes;
}

/** The names of all parameters, each once. */
export function paramNames(): Set<string> {
  return new Set(eventTable.flatMap(({ params }) => params.map(({ name }) => name)));
}

/**
 * The first parameter of that name in the event table: it stands for all in checks that have no
 * event yet.
 */
export function firstParam(name: string): ParamInfo | undefined {
  for (const { params } of eventTable) {
    const found = params.find((param) => param.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}
