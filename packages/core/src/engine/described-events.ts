/**
 * Names of events and system calls for descriptions of rules (`-L`): which a condition's checks on
 * `evt.type` mean, and under which name they are told.
 */

import { eventTable } from '../events/event-table.ts';
import { isGeneric } from '../events/syscall-sets.ts';
import { fieldClasses, SYSCALL_SOURCE } from '../fields/field-classes.ts';
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

/** What describing rules takes; `plugins`: those that are loaded, but for containers. */
export function describeOptions(plugins: readonly DescribedPlugin[] = []): DescribeOptions {
  return { events, syscalls: syscallIndex, plugins: [containerPlugin, ...plugins] };
}

/** Falco has these fields from a plugin, and tells which rules need it. */
const containerPlugin: DescribedPlugin = {
  name: 'container',
  extracts: {
    sources: [SYSCALL_SOURCE],
    fields: fieldClasses
      .filter(({ listsArgumentKinds }) => listsArgumentKinds === true)
      .flatMap((all) => all.fields.map(({ name }) => name)),
  },
  asyncEvents: { sources: [SYSCALL_SOURCE], names: ['container', 'container_removed'] },
};
