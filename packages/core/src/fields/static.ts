/**
 * The class `static`: texts that the configuration defines (`static_fields`), the same on every
 * event.
 */

import { fromText } from '../base/byte-string.ts';
import type { Field } from './field.ts';
import { CHARBUF } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('static');

/** A field `static.<name>` per entry, in the order of names, as Falco lists and suggests them. */
export function staticFields(values: ReadonlyMap<string, string>): readonly Field[] {
  const names = [...values.keys()].sort();
  return names.map((name) => {
    const value = fromText(values.get(name) ?? '');
    return field({
      name: `static.${name}`,
      ...CHARBUF,
      description: 'Set in the configuration under static_fields.',
      suggested: true,
      known: () => ({ value }),
      extract: () => value,
    });
  });
}
