/** Class evt on events of a plugin's source. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEvent, viewRecord } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { EventContext } from '../state/event-context.ts';
import { SystemState } from '../state/system-state.ts';
import { evtGenericFields } from './evt-generic.ts';
import { evtPluginFields } from './evt-plugin.ts';
import type { Value } from './field.ts';
import { FieldTable } from './field-catalogue.ts';

const header = { time: 1_700_000_000_123_456_789n, tid: -1 };

function contextOf(record: Uint8Array): EventContext {
  const event = viewRecord(record);
  return new EventContext(event, new SystemState(event));
}

function pluginEvent(data: string): EventContext {
  return contextOf(encodeEvent(PPME.PPME_PLUGINEVENT_E, header, [7, data]));
}

function asyncEvent(): EventContext {
  return contextOf(encodeEvent(PPME.PPME_ASYNCEVENT_E, header, [7, 'tick', 'x']));
}

function valuesOf(
  context: EventContext,
  line?: string,
): Readonly<Record<string, Value | undefined>> {
  const facts = { source: 'mine', plugin: 'my_plugin', describe: () => line };
  const fields = evtPluginFields(facts).filter(({ name }) =>
    ['evt.source', 'evt.pluginname', 'evt.plugininfo'].includes(name),
  );
  return Object.fromEntries(
    fields.map((field) => {
      const { name } = field;
      const extract = field.bind(undefined);
      assert.ok(typeof extract === 'function');
      const value = extract(context);
      const folded = field.known?.(context.event.type, undefined);
      // What is folded must be what is extracted.
      if (folded !== undefined) assert.equal(folded === 'absent' ? undefined : folded.value, value);
      return [name, value];
    }),
  );
}

test('the plugin, and what it says of its event', () => {
  assert.deepEqual(valuesOf(pluginEvent('data'), 'a line'), {
    'evt.pluginname': 'my_plugin',
    'evt.plugininfo': 'a line',
    'evt.source': 'mine',
  });
  assert.deepEqual(valuesOf(asyncEvent(), 'a line'), {
    'evt.pluginname': undefined,
    'evt.plugininfo': undefined,
    'evt.source': 'mine',
  });
});

test('without a line of the plugin the first bytes are shown', () => {
  const shown = (data: string): unknown => valuesOf(pluginEvent(data))['evt.plugininfo'];
  assert.equal(shown(''), 'datalen=0 data=');
  assert.equal(shown('x'.repeat(50)), `datalen=50 data=${'x'.repeat(50)}`);
  assert.equal(shown('x'.repeat(51)), `datalen=51 data=${'x'.repeat(50)}...`);
  assert.equal(shown('a\nb'), 'datalen=3 data=<binary>');
  assert.equal(shown(`${'x'.repeat(50)}\n`), `datalen=51 data=${'x'.repeat(50)}...`);
});

test('all others are those of every source', () => {
  const names = evtPluginFields({ source: 'mine', plugin: 'p' }).map(({ name }) => name);
  assert.deepEqual(
    names,
    evtGenericFields.map(({ name }) => name),
  );
});

test('names of async events are values of evt.type', () => {
  const table = new FieldTable([], ['tick']);
  assert.equal(table.isEventType('tick'), true);
  assert.equal(table.isEventType('openat'), true);
  assert.equal(new FieldTable().isEventType('tick'), false);
  assert.ok([...table.eventTypes()].includes('tick'));
});
