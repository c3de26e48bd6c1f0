import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleReaders } from './readings.cases.ts';
import { asOfNow } from './readings.ts';

test('each part is asked once at most, and not before', () => {
  const asked: string[] = [];
  const sample = sampleReaders();
  const counted = Object.fromEntries(
    Object.entries(sample).map(([name, read]: [string, unknown]) => [
      name,
      typeof read === 'function' ? () => (asked.push(name), { of: name }) : read,
    ]),
  );
  const now = asOfNow({ ...sample, ...counted });
  assert.deepEqual(asked, []);
  for (const read of Object.values(now)) {
    if (typeof read !== 'function') continue;
    assert.equal(read(), read());
  }
  const names = Object.keys(sample).filter((name) => name !== 'facts');
  assert.deepEqual(asked.toSorted(), names.toSorted());
});

test('what there is nobody to ask about stays so', () => {
  const { sensor: _, plugins: __, ...readers } = sampleReaders();
  assert.deepEqual(Object.keys(asOfNow(readers)).toSorted(), Object.keys(readers).toSorted());
});
