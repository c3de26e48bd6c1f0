/** `--list`: all fields, or those of one event source. */

import { fieldClasses, SYSCALL_SOURCE, staticClass } from '@saker/core/fields/field-classes.ts';
import { listFields } from '@saker/core/fields/field-listing.ts';
import { staticFields } from '@saker/core/fields/static.ts';
import type { LoadedPlugins } from '../../plugins/loaded-plugins.ts';
import { CommandError } from '../command-error.ts';
import type { Flags } from '../flags.ts';

export function fieldListText(
  flags: Flags,
  ownFields: ReadonlyMap<string, string>,
  plugins: LoadedPlugins,
): string {
  const source = flags.listSource ?? '';
  const sources = [SYSCALL_SOURCE, ...plugins.sources];
  if (source !== '' && !sources.includes(source)) {
    const known = `the sources are ${sources.join(', ')}`;
    throw new CommandError(`--list: there is no event source "${source}", ${known}`);
  }
  const own = staticFields(ownFields);
  const ownClasses = own.length === 0 ? [] : [staticClass(own)];
  return listFields([...fieldClasses, ...plugins.fieldClasses, ...ownClasses], {
    format: flags.format,
    sources: source === '' ? sources : [source],
    namesOnly: flags.namesOnly,
    verbose: flags.verbose,
  });
}
