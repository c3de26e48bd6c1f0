/** The section `capture` through the whole command: captures of a replay, replayed. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { type Outcome, saker } from '../testing.ts';

const rulesFiles = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'];
const publicRules = rulesFiles.flatMap((name) => ['-r', sharedPath(`rules/${name}`)]);

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'saker-capture-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

function replay(file: string, ...more: readonly string[]): Promise<Outcome> {
  const engine = ['engine.kind=replay', `engine.replay.capture_file=${file}`, 'json_output=true'];
  return saker('-c', '/dev/null', ...set(...engine), ...more);
}

function set(...options: readonly string[]): string[] {
  return options.flatMap((option) => ['-o', option]);
}

/** In order of time. */
function capturesIn(path: string): string[] {
  return readdirSync(path)
    .toSorted()
    .map((name) => join(path, name));
}

test('alerts of the captures are the alerts', { skip: skipWithoutShared }, async (context) => {
  const path = folder(context);
  const { stdout, stderr } = await replay(
    sharedPath('compat/open1.scap'),
    ...publicRules,
    ...set('capture.enabled=true', 'capture.mode=all_rules', 'capture.default_duration=200'),
    ...set(`capture.path_prefix=${path}/c`),
  );
  assert.match(stderr, /Capture is enabled in mode 'all_rules'\. Capturing events to .*\/c\n/);
  const captures = capturesIn(path);
  assert.equal(captures.length, 3);
  let again = '';
  for (const capture of captures) again += (await replay(capture, ...publicRules)).stdout;
  assert.ok(stdout === again, 'the same lines, in the same order');
});

test('a size that is reached is an alert', { skip: skipWithoutShared }, async (context) => {
  const path = folder(context);
  const rules = join(path, 'rules.yaml');
  const rule = {
    rule: 'Any',
    desc: 'd',
    condition: 'evt.num = 100',
    output: 'x',
    priority: 'INFO',
  };
  writeFileSync(rules, JSON.stringify([{ ...rule, capture: true, capture_duration: 3_600_000 }]));
  const { stdout } = await replay(
    sharedPath('compat/bench1.scap'),
    '-r',
    rules,
    ...set('capture.enabled=true', 'capture.max_file_size_mb=2'),
    ...set(`capture.path_prefix=${path}/c`),
  );
  const [, message = ''] = stdout.split('\n');
  const alert = JSON.parse(message) as Record<string, unknown>;
  const [capture = ''] = capturesIn(path);
  assert.equal(alert['rule'], 'Falco internal: capture size limit reached');
  assert.equal(
    alert['output_fields'] && JSON.stringify(alert['output_fields']),
    JSON.stringify({ max_file_size_mb: 2, written_bytes: statSync(capture).size }),
  );
  assert.ok(statSync(capture).size < 2.3 * 2 ** 20);
});
