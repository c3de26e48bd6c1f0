import assert from 'node:assert/strict';
import { test } from 'node:test';
import { viewRecord } from '@saker/core/events/encode.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { unknownDocument } from './container-document.ts';
import { encodeContainerEvent } from './container-event.ts';
import { formatContainer } from './container-text.ts';

test('state takes containers from events', () => {
  const document = { ...unknownDocument, type: 0, id: 'c1', name: 'Ünal', image: 'x'.repeat(9) };
  const { json } = formatContainer(document, 100);
  const event = new EventView();
  const state = new SystemState(event);
  const apply = (record: Uint8Array) => {
    event.attach(record, new DataView(record.buffer, record.byteOffset, record.length));
    assert.ok(event.place(0, record.length));
    state.apply();
  };
  apply(encodeContainerEvent(json, 1_795_267_320_000_000_123n));
  assert.equal(state.containers.get('c1')?.name, 'Ãnal'.replace('Ã', '\xc3\x9c'));
  assert.equal(state.containers.get('c1')?.type, 'docker');
  apply(encodeContainerEvent(json, 5, 'container_removed'));
  assert.equal(state.containers.get('c1'), undefined);
});

test('the record', () => {
  const view = viewRecord(encodeContainerEvent('{}', 5));
  assert.equal(view.u32(0), 0);
  assert.equal(view.string(1), 'container');
  assert.equal(view.raw(2), '{}\0');
  assert.equal(view.tid, 0);
});
