import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LOST_CLASSES, readCounters, readCpuCounters } from './sensor-counters.ts';

const WORD_BYTES = 8;
const ROW_WORDS = 24;
const LOST_AT = 8;

test('the counters of all processors are added up', () => {
  const rows = new DataView(new ArrayBuffer(3 * ROW_WORDS * WORD_BYTES));
  const set = (row: number, word: number, value: bigint) =>
    rows.setBigUint64((row * ROW_WORDS + word) * WORD_BYTES, value, true);
  set(0, 0, 10n);
  set(2, 0, 5n);
  set(1, 1, 3n);
  set(0, LOST_AT + LOST_CLASSES.indexOf('open'), 7n);
  set(2, LOST_AT + LOST_CLASSES.indexOf('open'), 1n);
  set(2, LOST_AT + LOST_CLASSES.indexOf('proc'), 2n);
  const { records, tooLong, lost, lostTotal } = readCounters(rows);
  assert.deepEqual({ records, tooLong, lostTotal }, { records: 15, tooLong: 3, lostTotal: 10 });
  assert.equal(lost.open, 8);
  assert.equal(lost.proc, 2);
  assert.equal(lost.close, 0);
  assert.deepEqual(readCpuCounters(rows), [
    { records: 10, lost: 7 },
    { records: 0, lost: 3 },
    { records: 5, lost: 3 },
  ]);
});

test('the classes are those of the programs, in their order', () => {
  const header = readFileSync(join(import.meta.dirname, '../bpf/maps.h'), 'utf8');
  const body = /enum lost_class \{([^}]*)\}/.exec(header)?.[1] ?? '';
  const classes = [...body.matchAll(/LOST_(\w+),/g)].map(([, name = '']) => name.toLowerCase());
  assert.deepEqual(classes, LOST_CLASSES);
});
