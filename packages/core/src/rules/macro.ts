/** `macro` items. */

import type { Collection } from './collection.ts';
import type { ItemReader } from './item-reader.ts';
import {
  APPEND_DEPRECATED,
  APPEND_WITH_OVERRIDE,
  NO_MACRO_TO_APPEND_TO,
} from './merge-messages.ts';
import { readOverrides } from './override.ts';
import { SplicedText } from './spliced-text.ts';

const KEYS: ReadonlySet<string> = new Set(['macro', 'condition', 'append', 'override']);
const OVERRIDABLE = { append: ['condition'], replace: ['condition'] };

/** What a condition reads as the name of a macro. */
const NAME = /^[a-zA-Z]+[a-zA-Z0-9_]*$/;

export function readMacro(name: string, macro: ItemReader, collection: Collection): void {
  if (!NAME.test(name)) {
    macro.report.warning(
      'LOAD_INVALID_MACRO_NAME',
      'Macro has an invalid name. Macro names should match a regular expression: ([a-zA-Z]+[a-zA-Z0-9_]*)',
      macro.context,
      { message: `the macro's name "${name}" cannot be written in a condition` },
    );
  }
  defineOrAppend(macro, name, collection);
  if (macro.failed) collection.refused.add(`macro ${name}`);
  else macro.warnUnknownKeys(KEYS);
}

function defineOrAppend(macro: ItemReader, name: string, collection: Collection): void {
  const { context, report } = macro;
  const scalar = macro.scalar('condition');
  const appendKey = macro.optionalBoolean('append') ?? false;
  if (appendKey) report.warning('LOAD_DEPRECATED_ITEM', APPEND_DEPRECATED, context);
  const overrides = readOverrides(macro, OVERRIDABLE);
  if (scalar === undefined || overrides === undefined) return;
  if (appendKey && overrides.append.size + overrides.replace.size > 0) {
    macro.fail(APPEND_WITH_OVERRIDE);
    return;
  }
  const condition = SplicedText.of({ source: context.source, scalar });
  if (!appendKey && !overrides.append.has('condition')) {
    const conditionContext = context.child('macro condition', scalar);
    collection.defineMacro({ name, context, condition, conditionContext });
    return;
  }
  const previous = collection.macros.get(name);
  if (previous === undefined) {
    if (!collection.refused.has(`macro ${name}`)) failUnknownMacro(macro, name, collection);
    return;
  }
  collection.defineMacro({ ...previous, condition: previous.condition.append(condition) });
}

function failUnknownMacro(macro: ItemReader, name: string, collection: Collection): void {
  const meant = collection.suggest(name, collection.macros.keys());
  macro.failWith('LOAD_ERR_VALIDATE', NO_MACRO_TO_APPEND_TO, macro.context, {
    message: `there is no macro "${name}" before this to append to`,
    ...(meant !== undefined && { hint: `did you mean "${meant}"?` }),
  });
}
