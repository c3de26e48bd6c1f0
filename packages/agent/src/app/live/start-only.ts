/** Parts of the configuration that only a start can change, and what is said about them. */

import type { Config } from '../../config/config.ts';
import type { Logger } from '../../host/logger.ts';

type Part = readonly [keys: string, of: (config: Config) => unknown];

/** With the reason for each. */
const startOnly: readonly Part[] = [
  // The ring and the constants of the programs are made once.
  ['engine', ({ engine }) => engine],
  ['falco_libs.snaplen', ({ snapBytes }) => snapBytes],
  // What the state keeps, it keeps.
  ['falco_libs.thread_table_size', ({ threadTableSize }) => threadTableSize],
  ['falco_libs.thread_table_auto_purging_*', ({ threadPurge }) => threadPurge],
  // Connections to runtimes, with what they told.
  ['container_engines', ({ containers }) => containers],
  // Sources know their machine from the time they are opened.
  ['plugins_hostinfo', ({ pluginsSeeHost }) => pluginsSeeHost],
  // Their counts are since the start.
  ['syscall_event_drops', ({ drops }) => drops],
  ['syscall_event_timeouts', ({ emptyReadsMax }) => emptyReadsMax],
];

/** Says which of them were changed in vain. */
export function tellStartOnly(before: Config, after: Config, log: Pick<Logger, 'warning'>): void {
  const changed = startOnly.filter(([, of]) => textOf(of(before)) !== textOf(of(after)));
  if (changed.length === 0) return;
  const keys = changed.map(([name]) => name).join(', ');
  log.warning(`${keys}: changed, which takes effect when Saker is started again`);
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (part instanceof Map ? [...part] : part));
}
