import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromText, toText } from '../base/byte-string.ts';
import { encodeEvent, viewRecord } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { closeEvent, makeEvent, Scene, valueOf } from '../fields/scene.cases.ts';
import { EventContext } from '../state/event-context.ts';
import { jsonFields } from './json-fields.ts';

const TIME = 1_540_561_366_808_261_000n;
const scene = new Scene();

function shown(text: string, field: string): string | undefined {
  const event = makeEvent(PPME.PPME_PLUGINEVENT_E, [1, fromText(text)], { num: 1, time: TIME });
  const value = valueOf(jsonFields, field, scene.on(undefined, event));
  assert.ok(value === undefined || typeof value === 'string');
  return value === undefined ? undefined : toText(value);
}

test('values of a document', () => {
  const json = '{"a": {"name": "né", "n": 1.5, "list": [1, null]}, "z": false}';
  const cases: readonly [field: string, value: string | undefined][] = [
    ['json.value[/a/name]', 'né'],
    ['json.value[/a/n]', '1.5'],
    ['json.value[/a/list]', '[1,null]'],
    ['json.value[/a/list/1]', 'null'],
    ['json.value[/z]', 'false'],
    ['json.value[/y]', undefined],
    ['jevt.value[/a/name]', 'né'],
    ['json.obj', JSON.stringify({ a: { name: 'né', n: 1.5, list: [1, null] }, z: false }, null, 2)],
    ['json.rawtime', String(TIME)],
    ['jevt.rawtime', String(TIME)],
  ];
  for (const [field, value] of cases) {
    assert.equal(shown(json, field), value, field);
  }
  assert.equal(shown(json, 'jevt.obj'), shown(json, 'json.obj'));
});

test('what is no document has no values', () => {
  for (const text of ['', 'abc', '"abc"', '17', '{"a":', '{"a":1}x', '\0\xff']) {
    for (const field of ['json.value[/a]', 'json.obj', 'json.rawtime']) {
      assert.equal(shown(text, field), undefined, `${field} of ${text}`);
    }
  }
});

test('events of system calls have no values', () => {
  const context = scene.on(scene.process(7), closeEvent());
  for (const field of ['json.value[/a]', 'json.obj', 'json.rawtime']) {
    assert.equal(valueOf(jsonFields, field, context), undefined);
  }
  for (const field of jsonFields) {
    assert.equal(field.known?.(PPME.PPME_SYSCALL_CLOSE_X, undefined), 'absent');
    assert.equal(field.known?.(PPME.PPME_PLUGINEVENT_E, undefined), undefined);
  }
});

/** One view, placed over one record after another, as sources do it. */
test('a document is not taken for that of another event', () => {
  const record = (text: string, time: bigint) =>
    encodeEvent(PPME.PPME_PLUGINEVENT_E, { time, tid: 0 }, [1, text]);
  const first = record('{"a":1}', TIME);
  const event = viewRecord(first);
  const context = new EventContext(event, scene.state);
  const read = () => valueOf(jsonFields, 'json.value[/a]', context);
  assert.equal(read(), '1');
  first.set(record('{"a":2}', TIME));
  event.num++;
  assert.equal(read(), '2', 'the same buffer and time, another number');
  first.set(record('{"a":3}', TIME + 1n));
  event.place(0, first.length);
  assert.equal(read(), '3', 'another time');
  const other = record('{"a":4}', TIME + 1n);
  event.attach(other, new DataView(other.buffer));
  event.place(0, other.length);
  assert.equal(read(), '4', 'another buffer');
});
