/**
 * Names of events and system calls for descriptions of rules (`-L`): which a condition's checks on
 * `evt.type` mean, and under which name they are told.
 */

import { eventTable } from '../events/event-table.ts';
import { genericSyscalls } from '../events/names.gen.ts';
import { SYSCALL_CODES, syscallName } from '../events/names.ts';
import { codesOf, isGeneric } from '../events/syscall-sets.ts';
import type { FieldTable } from '../fields/field-catalogue.ts';
import { SYSCALL_SOURCE } from '../fields/field-classes.ts';
import type { DescribedPlugin, DescribeOptions, NamedIndex } from '../rules/describe.ts';
import { syscallEventTypes } from './syscall-source.ts';

const events: NamedIndex = {
  ...syscallEventTypes,
  nameOf(type) {
    // The name of a generic event says nothing.
    return isGeneric(type) ? undefined : eventTable[type]?.name;
  },
};

/** PPM_SC codes. Calls are told by the name of their event (`pread`), others by their own. */
class SyscallIndex implements NamedIndex {
  readonly size: number = SYSCALL_CODES;
  readonly shared: ReadonlySet<number> = new Set();
  readonly #codes = new Map<string, number[]>();
  readonly #names = new Map<number, string>();

  constructor() {
    for (const event of eventTable) {
      if (isGeneric(event.id)) continue;
      for (const code of codesOf(event.id)) this.#add(event.name, code);
    }
    for (const code of genericSyscalls) {
      const name = syscallName(code);
      if (name !== undefined && !this.#codes.has(name)) this.#add(name, code);
    }
  }

  named(name: string): Iterable<number> {
    return this.#codes.get(name) ?? [];
  }

  nameOf(code: number): string | undefined {
    return this.#names.get(code) ?? syscallName(code);
  }

  #add(name: string, code: number): void {
    this.#codes.set(name, [...(this.#codes.get(name) ?? []), code]);
    if (!this.#names.has(code)) this.#names.set(code, name);
  }
}

/** What describing the rules of the syscall source takes. */
export function describeOptions(fields: FieldTable): DescribeOptions {
  return { events, syscalls: new SyscallIndex(), plugins: [containerPlugin(fields)] };
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
