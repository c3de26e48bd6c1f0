/**
 * Makes the Field objects of what is most common: a field without an argument and with one
 * extractor.
 */

import type { Extractor, Field } from './field.ts';

export type SimpleField = Omit<Field, 'bind' | 'argument' | 'class'> & {
  readonly extract: Extractor;
};

/**
 * A maker of fields without argument for one class. The catalogue refuses arguments before it
 * binds.
 */
export function fieldMaker(className: string): (spec: SimpleField) => Field {
  return ({ extract, ...facts }) => ({ class: className, bind: () => extract, ...facts });
}

/** An argument that must be a number: `evt.arg[0]`, `fd.types[1]`; undefined for anything else. */
export function argumentIndex(text: string): number | undefined {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined;
}
