import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ringBytes, ringText } from './ring-size.ts';

test('presets are sizes of the one ring', () => {
  const sizes = Array.from({ length: 10 }, (_, at) => ringBytes(at + 1) / (1 << 20));
  assert.deepEqual(sizes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
  assert.match(ringText(ringBytes(4)), /is: 8388608 bytes \(8 MBs\)/);
});
