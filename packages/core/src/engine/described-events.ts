/**
 * Names of events and system calls for descriptions of rules (`-L`): which a condition's checks on
 * `evt.type` mean, and under which name they are told.
 */

import { eventTable } from '../events/event-table.ts';
import { isGeneric } from '../events/syscall-sets.ts';
import type { FieldTable } from '../fields/field-catalogue.ts';
import { SYSCALL_SOURCE } from '../fields/field-classes.ts';
import type { DescribedPlugin, DescribeOptions, NamedIndex } from '../rules/describe.ts';
import { syscallIndex } from './plan/syscall-index.ts';
import { syscallEventTypes } from './syscall-source.ts';

const events: NamedIndex = {
  ...syscallEventTypes,
  nameOf(type) {
    // The name of a generic event says nothing.
    return isGeneric(type) ? undefined : eventTable[type]?.name;
  },
};

/** What describing the rules of the syscall source takes. */
export function describeOptions(fields: FieldTable): DescribeOptions {
  return { events, syscalls: syscallIndex, plugins: [containerPlugin(fields)] };
}

/** Falco has these fields from a plugin, and tells which rules need it. */
function containerPlugin(fields: FieldTable): DescribedPlugin {
  const sources = [SYSCALL_SOURCE];
  const names = fields.classes
    .filter(({ listsArgumentKinds }) => listsArgumentKinds === true)
    .flatMap((all) => all.fields.map(({ name }) => name));
  return {
    name: 'container',
    extracts: { sources, fields: names },
    asyncEvents: { sources, names: ['container', 'container_removed'] },
  };
}
