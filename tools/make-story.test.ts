import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { tellStory } from './make-story.ts';

const root = resolve(import.meta.dirname, '..');
const sample = resolve(root, 'samples/story.scap');
const rules = resolve(root, 'rules/saker_rules.yaml');

test('samples/story.scap is what tools/make-story.ts writes', () => {
  const parts: Buffer[] = [];
  tellStory((bytes) => parts.push(Buffer.from(bytes)));
  assert.ok(Buffer.concat(parts).equals(readFileSync(sample)), 'run: node tools/make-story.ts');
});

test('the story triggers every rule that Saker ships', () => {
  const args = ['-c', '/dev/null', '-r', rules, '-o', 'engine.kind=replay'];
  const file = ['-o', `engine.replay.capture_file=${sample}`, '-o', 'json_output=true'];
  const { stdout, stderr } = spawnSync(resolve(root, 'bin/saker'), [...args, ...file], {
    encoding: 'utf8',
  });
  const alerts = stdout.split('\n').filter((line) => line !== '');
  const triggered = new Set(alerts.map((line) => (JSON.parse(line) as { rule: string }).rule));
  const shipped = [...readFileSync(rules, 'utf8').matchAll(/^- rule: (.*)$/gm)].map(
    ([, name]) => name ?? '',
  );
  assert.equal(shipped.length, 10);
  assert.deepEqual([...triggered].toSorted(), shipped.toSorted(), stderr);
});
