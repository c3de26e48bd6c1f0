import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { sensorImage } from '../image.ts';
import { skipWithoutSensor } from '../records/harness.ts';
import { SensorError } from '../sensor-error.ts';
import { tryDetection } from './trial.ts';

const script = `
  const { tryDetection } = await import(${JSON.stringify(import.meta.resolve('./trial.ts'))});
  const { sensorImage } = await import(${JSON.stringify(import.meta.resolve('../image.ts'))});
  try {
    console.log(tryDetection(sensorImage()).hook);
  } catch ({ code, message }) {
    console.log(code + ': ' + message);
  }
`;

/** The trial in a process that has these capabilities only. */
function tryWithCapabilities(...names: readonly string[]): string {
  const set = ['-all', ...names.map((name) => `+${name}`)].join(',');
  const { stdout, stderr } = spawnSync(
    'setpriv',
    ['--bounding-set', set, '--inh-caps', '-all', process.execPath, '-e', script],
    { encoding: 'utf8' },
  );
  return `${stdout}${stderr}`.trim();
}

describe('tryDetection', { skip: skipWithoutSensor }, () => {
  test('works on this machine', () => {
    const { hook, milliseconds } = tryDetection(sensorImage());
    assert.match(hook, /^(tp_btf|raw_tracepoint)$/);
    assert.ok(milliseconds > 0);
  });

  test('needs CAP_BPF and CAP_PERFMON, and no more of root', () => {
    assert.equal(tryWithCapabilities('bpf', 'perfmon'), 'tp_btf');
    assert.equal(tryWithCapabilities('bpf'), 'missing-capability: CAP_PERFMON is missing');
    const none = 'missing-capability: CAP_BPF and CAP_PERFMON are missing';
    assert.equal(tryWithCapabilities(), none);
  });

  test('a file that is no object is told as such', () => {
    assert.throws(
      () => tryDetection(new TextEncoder().encode('no ELF file'.repeat(50))),
      (error) => error instanceof SensorError && error.code === 'object-missing',
    );
  });
});
