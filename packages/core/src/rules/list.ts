/** `list` items. */

import { type Collection, LIST_ITEMS_MAX } from './collection.ts';
import type { ItemReader } from './item-reader.ts';
import { APPEND_DEPRECATED, APPEND_WITH_OVERRIDE, NO_LIST_TO_APPEND_TO } from './merge-messages.ts';
import { readOverrides } from './override.ts';

const KEYS: ReadonlySet<string> = new Set(['list', 'items', 'append', 'override']);
const OVERRIDABLE = { append: ['items'], replace: ['items'] };

/** What may stand without quotes in a condition: only such names can be used there. */
const NAME = /^[^()"' \t\n\v\f\r=,]+$/;

export function readList(name: string, list: ItemReader, collection: Collection): void {
  if (!NAME.test(name)) {
    const expected = '([^()"\'[:space:]=,]+)';
    list.report.warning(
      'LOAD_INVALID_LIST_NAME',
      `List has an invalid name. List names should match a regular expression: ${expected}`,
      list.context,
      { message: `the list's name "${name}" cannot be written in a condition` },
    );
  }
  defineOrAppend(list, name, collection);
  if (list.failed) collection.refused.add(`list ${name}`);
  else list.warnUnknownKeys(KEYS);
}

function defineOrAppend(list: ItemReader, name: string, collection: Collection): void {
  const { context, report } = list;
  const items = list.scalars('items')?.map((scalar) => scalar.text);
  const appendKey = list.optionalBoolean('append') ?? false;
  if (appendKey) report.warning('LOAD_DEPRECATED_ITEM', APPEND_DEPRECATED, context);
  const overrides = readOverrides(list, OVERRIDABLE);
  if (items === undefined || overrides === undefined) return;
  if (appendKey && overrides.append.size + overrides.replace.size > 0) {
    list.fail(APPEND_WITH_OVERRIDE);
    return;
  }
  if (!appendKey && !overrides.append.has('items')) {
    if (hasRoom(list, name, items.length, collection)) {
      collection.defineList({ name, context, items });
    }
    return;
  }
  const previous = collection.lists.get(name);
  if (previous === undefined) {
    if (!collection.refused.has(`list ${name}`)) failUnknownList(list, name, collection);
    return;
  }
  if (hasRoom(list, name, previous.items.length + items.length, collection)) {
    collection.defineList({ ...previous, items: [...previous.items, ...items] });
  }
}

function hasRoom(list: ItemReader, name: string, items: number, collection: Collection): boolean {
  if (collection.hasRoomFor(name, items)) return true;
  list.failWith('LOAD_ERR_VALIDATE', `List '${name}' has too many items`, list.context, {
    message: `list "${name}" would have ${items} items; all lists together may have ${LIST_ITEMS_MAX}`,
  });
  return false;
}

function failUnknownList(list: ItemReader, name: string, collection: Collection): void {
  const meant = collection.suggest(name, collection.lists.keys());
  list.failWith('LOAD_ERR_VALIDATE', NO_LIST_TO_APPEND_TO, list.context, {
    message: `there is no list "${name}" before this to append to`,
    ...(meant !== undefined && { hint: `did you mean "${meant}"?` }),
  });
}
