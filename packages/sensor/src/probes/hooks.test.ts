import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sensorImage } from '../image.ts';
import { skipWithoutSensor } from '../records/harness.ts';
import { SensorError } from '../sensor-error.ts';
import { HOOKS, probeHooks } from './hooks.ts';

test('what detection needs is open; of the rest it is known', { skip: skipWithoutSensor }, () => {
  const hooks = probeHooks(sensorImage());
  assert.deepEqual(Object.keys(hooks), [...HOOKS]);
  assert.equal(hooks.tp_btf, undefined);
  assert.equal(hooks.raw_tracepoint, undefined);
  for (const hook of HOOKS) {
    const refusal = hooks[hook];
    if (refusal !== undefined) assert.ok(refusal instanceof SensorError);
  }
});

test('without an object every way is refused, with the reason', { skip: skipWithoutSensor }, () => {
  const hooks = probeHooks(new Uint8Array(100));
  for (const hook of HOOKS) assert.equal(hooks[hook]?.code, 'object-missing');
});
