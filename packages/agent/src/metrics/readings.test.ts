import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleReaders } from './readings.cases.ts';
import { asOfNow } from './readings.ts';

test('each part is asked once at most, and not before', () => {
  let asked = 0;
  const counting = <Value>(value: Value) => {
    return (): Value => {
      asked++;
      return value;
    };
  };
  const now = asOfNow({
    facts: sampleReaders().facts,
    setup: counting(sampleReaders().setup()),
    sources: counting([]),
    rules: counting([]),
    alerts: counting({ outputs: [], unnamed: 0 }),
    // undefined is an answer, too.
    containers: counting(undefined),
    others: counting([]),
  });
  assert.equal(asked, 0);
  for (let time = 0; time < 2; time++) {
    now.setup();
    now.sources();
    now.rules();
    now.alerts();
    now.containers?.();
    now.others?.();
  }
  assert.equal(asked, 6);
});

test('what there is nobody to ask about stays so, the rest is there', () => {
  const { sensor: _, plugins: __, ...readers } = sampleReaders();
  assert.deepEqual(new Set(Object.keys(asOfNow(readers))), new Set(Object.keys(readers)));
});
