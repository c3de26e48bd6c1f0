/** Real captures of several ages, against what Falco counted and called in them. */

import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { eventTable } from '../events/event-table.ts';
import { EventView } from '../events/event-view.ts';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { readCapture } from './capture-source.ts';
import { recordingSink, type SinkCall } from './read-bytes.cases.ts';
import { ReadCounts } from './read-counts.ts';
import { ScapReader } from './scap-reader.ts';

interface Reading {
  readonly snapshot: SinkCall[];
  readonly counts: ReadCounts;
  /** Number of events, and the names of the first ones. */
  readonly events: number;
  readonly names: readonly (string | undefined)[];
}

const NAMES_MAX = 30_000;

async function readShared(name: string): Promise<Reading> {
  const snapshot: SinkCall[] = [];
  const names: (string | undefined)[] = [];
  const reader = new ScapReader(new EventView(), recordingSink(snapshot));
  const stream = createReadStream(sharedPath(`compat/${name}.scap`)) as AsyncIterable<Buffer>;
  await readCapture(stream, reader, ({ type }) => {
    if (names.length < NAMES_MAX) names.push(eventTable[type]?.name);
    return true;
  });
  return { snapshot, counts: reader.counts, events: reader.event.num, names };
}

/** What Falco called each event, by number; it shows no enter events of syscalls. */
function answeredTypes(name: string): Map<number, string> {
  const text = gunzipSync(readFileSync(sharedPath(`compat/${name}.fields.jsonl.gz`))).toString();
  const types = new Map<number, string>();
  for (const line of text.split('\n')) {
    const num = Number(/^\[(\d+),"Fields 00"/.exec(line)?.[1]);
    const type = /"evt\.type":"([^"]*)"/.exec(line)?.[1];
    if (num > 0 && type !== undefined) types.set(num, type);
  }
  return types;
}

/**
 * Events that the answers name otherwise than the table: by the native call, or by the plugin's
 * event.
 */
const namedOtherwise = new Set(['syscall', 'asyncevent']);

const captures: readonly (readonly [string, number, Partial<ReadCounts>])[] = [
  ['open1', 24_012, {}],
  ['curl_google', 991, { merged: 536, oldEnter: 9 }],
  ['curl_google_comments', 991, { merged: 536, oldEnter: 9 }],
  ['single_ipv6_conn', 1717, { merged: 10, oldEnter: 1 }],
  ['test_ipv6_client', 297, { merged: 29 }],
];

suite('real captures', { skip: skipWithoutShared }, () => {
  for (const [name, count, counts] of captures) {
    test(`${name}: number and names of events`, async () => {
      const reading = await readShared(name);
      assert.equal(reading.events, count);
      assert.deepEqual(reading.counts, Object.assign(new ReadCounts(), counts));
      const types = answeredTypes(name);
      assert.ok(types.size > count / 2, `${types.size} answers`);
      for (const [num, type] of types) {
        const own = reading.names[num - 1] ?? '';
        if (!namedOtherwise.has(own)) assert.equal(own, type, `event ${num}`);
      }
    });
  }

  test('bench1: number of events', async () => {
    const reading = await readShared('bench1');
    assert.equal(reading.events, 1_414_856);
    assert.deepEqual(reading.counts, new ReadCounts());
  });

  test('open1: the machine', async () => {
    const { snapshot } = await readShared('open1');
    const kinds = Map.groupBy(snapshot, ([kind]) => kind);
    const sizes = [...kinds].map(([kind, calls]) => `${kind} ${calls.length}`);
    assert.deepEqual(sizes, [
      'machine 1',
      'networkInterface 2',
      'user 27',
      'group 51',
      'thread 20',
      'fd 46',
    ]);
    const root = { uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/bash' };
    assert.deepEqual(kinds.get('user')?.[0], ['user', root]);
  });
});
