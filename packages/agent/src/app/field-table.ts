/**
 * The fields that rules can use: those of the syscall source, and the configuration's static ones.
 */

import { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { fieldClasses, staticClass } from '@saker/core/fields/field-classes.ts';
import { staticFields } from '@saker/core/fields/static.ts';

export function fieldTable(ownFields: ReadonlyMap<string, string>): FieldTable {
  if (ownFields.size === 0) return new FieldTable();
  return new FieldTable([...fieldClasses, staticClass(staticFields(ownFields))]);
}
