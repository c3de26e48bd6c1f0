import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenBucket } from './token-bucket.ts';

/** Which of the claims at these times, in seconds, are granted. */
function granted(rate: number, burst: number, times: readonly number[]): readonly number[] {
  const bucket = new TokenBucket(rate, burst, 0);
  return times.filter((seconds) => bucket.claim(seconds * 1000));
}

test('tokens come back at the rate, up to the burst', () => {
  assert.deepEqual(granted(0.1, 1, [0, 1, 9, 10, 11, 30, 31]), [0, 10, 30]);
  assert.deepEqual(
    granted(1, 3, [0, 0, 0, 0, 1, 1, 100, 100, 100, 100]),
    [0, 0, 0, 1, 100, 100, 100],
  );
  // One message every 30 seconds: the defaults.
  assert.deepEqual(granted(0.033_33, 1, [1, 20, 32, 60, 63]), [1, 32, 63]);
});

test('no burst: never', () => {
  assert.deepEqual(granted(1, 0, [0, 10, 1000]), []);
});
