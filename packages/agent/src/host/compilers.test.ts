import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** V8's mark on the compiled code that it keeps, which depends on the flags of the moment. */
const SCRIPT = `
  import { cachedDataVersionTag } from 'node:v8';
  const { startOptimising, stopOptimising } = await import(process.argv[1]);
  const tags = [cachedDataVersionTag()];
  startOptimising();
  tags.push(cachedDataVersionTag());
  stopOptimising();
  tags.push(cachedDataVersionTag());
  console.log(JSON.stringify(tags));
`;

const module = new URL('compilers.ts', import.meta.url).href;

function tagsUnder(...flags: string[]): number[] {
  const args = [...flags, '--input-type=module', '-e', SCRIPT, module];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(stderr, '');
  return JSON.parse(stdout) as number[];
}

test('thresholds of the start are lowered for events and restored', () => {
  const flags = ['--invocation-count-for-maglev=20000', '--invocation-count-for-maglev-osr=10000'];
  const more = ['--invocation-count-for-turbofan=50000', '--invocation-count-for-osr=20000'];
  const [before, during, after] = tagsUnder(...flags, ...more);
  assert.notEqual(during, before);
  assert.equal(after, before);
});

test('without thresholds nothing changes', () => {
  const [before, during, after] = tagsUnder();
  assert.equal(during, before);
  assert.equal(after, before);
});
