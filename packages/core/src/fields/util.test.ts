import assert from 'node:assert/strict';
import test from 'node:test';
import { closeEvent, extractorOf, Scene, valueOf } from './scene.cases.ts';
import { staticFields } from './static.ts';
import { utilFields } from './util.ts';

test('util.cnt counts events, however often it is asked', () => {
  const scene = new Scene();
  const count = extractorOf(utilFields, 'util.cnt');
  const other = extractorOf(utilFields, 'util.cnt');
  const ask = (num: number) => count(scene.on(undefined, closeEvent(num)));
  assert.deepEqual([ask(3), ask(3), ask(4), ask(9), ask(9)], [1, 1, 2, 3, 3]);
  assert.equal(other(scene.on(undefined, closeEvent(9))), 1, 'each use counts for itself');
});

test('static fields, sorted by name', () => {
  const fields = staticFields(
    new Map([
      ['zone', 'eu-1'],
      ['owner', 'Jürgen'],
    ]),
  );
  assert.deepEqual(
    fields.map(({ name, class: of, suggested }) => [name, of, suggested]),
    [
      ['static.owner', 'static', true],
      ['static.zone', 'static', true],
    ],
  );
  const context = new Scene().on(undefined);
  assert.equal(valueOf(fields, 'static.zone', context), 'eu-1');
  assert.equal(valueOf(fields, 'static.owner', context), 'J\xc3\xbcrgen', 'a byte string');
  assert.deepEqual(fields[1]?.known?.(0, undefined), { value: 'eu-1' });
  assert.deepEqual(staticFields(new Map()), []);
});
