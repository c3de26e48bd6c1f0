/** `--list`: all fields, or those of one event source. */

import { fieldClasses, SYSCALL_SOURCE, staticClass } from '@saker/core/fields/field-classes.ts';
import { listFields } from '@saker/core/fields/field-listing.ts';
import { staticFields } from '@saker/core/fields/static.ts';
import { CommandError } from '../command-error.ts';
import type { Flags } from '../flags.ts';

export function fieldListText(flags: Flags, fields: ReadonlyMap<string, string>): string {
  const source = flags.listSource ?? '';
  if (source !== '' && source !== SYSCALL_SOURCE) {
    const known = `the sources are ${SYSCALL_SOURCE}`;
    throw new CommandError(`--list: there is no event source "${source}", ${known}`);
  }
  const own = staticFields(fields);
  return listFields(own.length === 0 ? fieldClasses : [...fieldClasses, staticClass(own)], {
    format: flags.format,
    sources: [SYSCALL_SOURCE],
    namesOnly: flags.namesOnly,
    verbose: flags.verbose,
  });
}
