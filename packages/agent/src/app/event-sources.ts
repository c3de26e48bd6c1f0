/** Which event sources are read: all that there are, less what the flags switch off. */

import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import type { Config } from '../config/config.ts';
import { CommandError } from './command-error.ts';
import type { Flags } from './flags.ts';

type SourceFlags = Pick<Flags, 'enableSources' | 'disableSources'>;

/**
 * In the order of `known`. Falco's messages. They mean nothing, and are not looked at, when a
 * capture is replayed.
 */
export function chosenSources(
  { enableSources, disableSources }: SourceFlags,
  known: readonly string[],
): readonly string[] {
  if (enableSources.length > 0 && disableSources.length > 0) {
    throw new CommandError('You can not mix --enable-source and --disable-source');
  }
  expectKnown('enabling', enableSources, known);
  expectKnown('disabling', disableSources, known);
  const chosen = known.filter((source) =>
    enableSources.length > 0 ? enableSources.includes(source) : !disableSources.includes(source),
  );
  if (chosen.length === 0) throw new CommandError('Must enable at least one event source');
  return chosen;
}

function expectKnown(what: string, sources: readonly string[], known: readonly string[]): void {
  const unknown = sources.find((source) => !known.includes(source));
  if (unknown === undefined) return;
  const hint = `the sources are ${known.join(', ')}`;
  throw new CommandError(`Attempted ${what} an unknown event source: ${unknown} (${hint})`);
}

/** Without a driver there are no system calls. CommandError when nothing else is left to read. */
export function readSources(chosen: readonly string[], { engine }: Config): readonly string[] {
  if (engine.kind !== 'nodriver') return chosen;
  const read = chosen.filter((source) => source !== SYSCALL_SOURCE);
  if (read.length > 0) return read;
  throw new CommandError(
    'engine.kind is nodriver: no system calls are watched then, and no other source of events is ' +
      'enabled: name a plugin that has one in load_plugins, and leave its source enabled',
  );
}
