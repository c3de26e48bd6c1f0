/**
 * Class evt on the events of a plugin's source: the same fields as everywhere, of which three tell
 * of the plugin.
 */

import { type ByteString, host } from '../base/host.ts';
import { PPME } from '../events/event-codes.gen.ts';
import type { EventContext } from '../state/event-context.ts';
import { evtGenericFields } from './evt-generic.ts';
import type { Extractor, Field, Known } from './field.ts';

export interface PluginSourceFacts {
  readonly source: ByteString;
  /** Name of the plugin that gives the source's events. */
  readonly plugin: ByteString;
  /** The plugin's own line about an event; "" or undefined: it has none to say. */
  readonly describe?: ((context: EventContext) => ByteString | undefined) | undefined;
}

/** Index of the data among the parameters of a plugin's event. */
const DATA = 1;
/** As many bytes of an event's data are shown where the plugin says nothing: Falco's 50. */
const SHOWN_BYTES = 50;
/** What isprint(3) does not take, in the C locale. */
const unprintable = /[^ -~]/;

/** The fields of class evt for one source. */
export function evtPluginFields(facts: PluginSourceFacts): readonly Field[] {
  const { source, plugin, describe } = facts;
  const own = new Map<string, OwnValue>([
    ['evt.source', { known: () => ({ value: source }), extract: () => source }],
    [
      'evt.pluginname',
      {
        known: (type) => (isPluginEvent(type) ? { value: plugin } : 'absent'),
        extract: ({ event }) => (isPluginEvent(event.type) ? plugin : undefined),
      },
    ],
    [
      'evt.plugininfo',
      {
        known: (type) => (isPluginEvent(type) ? undefined : 'absent'),
        extract: (context) =>
          isPluginEvent(context.event.type) ? describe?.(context) || shownData(context) : undefined,
      },
    ],
  ]);
  return evtGenericFields.map((field) => {
    const value = own.get(field.name);
    if (value === undefined) return field;
    return { ...field, known: value.known, bind: () => value.extract };
  });
}

interface OwnValue {
  readonly known: (eventType: number) => Known | undefined;
  readonly extract: Extractor;
}

function isPluginEvent(type: number): boolean {
  return type === PPME.PPME_PLUGINEVENT_E;
}

function shownData({ event }: EventContext): ByteString {
  const length = event.paramLength(DATA);
  const start = event.paramStart(DATA);
  const shown = host.byteString(event.bytes, start, start + Math.min(length, SHOWN_BYTES));
  if (unprintable.test(shown)) return `datalen=${length} data=<binary>`;
  return `datalen=${length} data=${shown}${length > SHOWN_BYTES ? '...' : ''}`;
}
