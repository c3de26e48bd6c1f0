/** What rules of a source can use: the fields that every event has, and those of plugins. */

import { fromText, untilNul } from '@saker/core/base/byte-string.ts';
import { evtPluginFields } from '@saker/core/fields/evt-plugin.ts';
import { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import {
  type FieldClass,
  fieldClasses,
  SYSCALL_SOURCE,
  servesSource,
  staticClass,
} from '@saker/core/fields/field-classes.ts';
import { staticFields } from '@saker/core/fields/static.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { EventSourcing } from './plugin.ts';
import { thrownText } from './plugin-error.ts';
import type { FieldOwner } from './plugin-fields.ts';

/** A source that plugins give, with the one that opens it. */
export interface SourceOrigin {
  readonly sourcing: EventSourcing;
  readonly owner: FieldOwner;
}

export interface TableParts {
  /** Of all plugins. */
  readonly classes: readonly FieldClass[];
  /** static_fields of the configuration. */
  readonly ownFields: ReadonlyMap<string, string>;
  /** Names of async events of plugins. */
  readonly asyncEvents: readonly string[];
}

/** Fields of system calls: those that Saker has, and those of plugins that read system calls. */
export function syscallFields(parts: TableParts): FieldTable {
  return new FieldTable(
    [...fieldClasses, ...pluginClasses(SYSCALL_SOURCE, parts), ...ownClasses(parts)],
    parts.asyncEvents,
  );
}

export function sourceFields(origin: SourceOrigin, parts: TableParts): FieldTable {
  const { source } = origin.sourcing;
  return new FieldTable(
    [eventClass(origin), ...pluginClasses(source, parts), ...ownClasses(parts)],
    parts.asyncEvents,
  );
}

function pluginClasses(source: string, { classes }: TableParts): FieldClass[] {
  return classes.filter((each) => servesSource(each, source));
}

function ownClasses({ ownFields }: TableParts): FieldClass[] {
  return ownFields.size === 0 ? [] : [staticClass(staticFields(ownFields))];
}

function eventClass({ sourcing, owner }: SourceOrigin): FieldClass {
  const { source } = sourcing;
  let hasFailed = false;
  const describe = (context: EventContext): string => {
    try {
      return sourcing.describe?.(owner.seen.of(context)) ?? '';
    } catch (thrown) {
      if (!hasFailed) owner.onProblem(`an event cannot be described: ${thrownText(thrown)}`);
      hasFailed = true;
      return '';
    }
  };
  const fields = evtPluginFields({
    source: fromText(source),
    plugin: fromText(owner.name),
    describe: (context) => untilNul(fromText(describe(context))),
  });
  return { name: 'evt', qualifier: 'All event types', description: '', source, fields };
}
