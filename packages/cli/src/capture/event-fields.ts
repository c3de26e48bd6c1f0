/** Fields by name, as text, on the current event. */

import { assert } from '@saker/core/base/assert.ts';
import { toText } from '@saker/core/base/byte-string.ts';
import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { outputOf } from '@saker/core/fields/value-text.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';

export type FieldTexts<Name extends string> = Readonly<Record<Name, string | undefined>>;

/** A reader of these fields. Values are Unicode and not made visible. */
export function fieldReader<Name extends string>(
  fields: FieldTable,
  names: readonly Name[],
): (context: EventContext) => FieldTexts<Name> {
  const readers = names.map((name) => {
    const bound = fields.bind({ name, argument: undefined });
    const output = bound && outputOf(bound.field, bound.argument);
    assert(output !== undefined && typeof output !== 'string', `no field ${name}`);
    return [name, output] as const;
  });
  return (context) => {
    const texts = readers.map(([name, output]) => {
      const text = output.text(context);
      return [name, text === undefined ? undefined : toText(text)] as const;
    });
    return Object.fromEntries(texts) as FieldTexts<Name>;
  };
}
