/**
 * `--enable-source` and `--disable-source`. This version reads one source, so they can only be
 * right or wrong.
 */

import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import { CommandError } from './command-error.ts';
import type { Flags } from './flags.ts';

/** Falco's messages. They mean nothing, and are not looked at, when a capture is replayed. */
export function checkEventSources({ enableSources, disableSources }: Flags): void {
  if (enableSources.length > 0 && disableSources.length > 0) {
    throw new CommandError('You can not mix --enable-source and --disable-source');
  }
  for (const source of enableSources) {
    if (source !== SYSCALL_SOURCE) {
      throw new CommandError(`Attempted enabling an unknown event source: ${source}`);
    }
  }
  for (const source of disableSources) {
    if (source !== SYSCALL_SOURCE) {
      throw new CommandError(`Attempted disabling an unknown event source: ${source}`);
    }
  }
  if (disableSources.length > 0) {
    throw new CommandError('Must enable at least one event source');
  }
}
