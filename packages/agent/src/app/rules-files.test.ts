import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readRulesFile, rulesFilesIn, rulesPaths } from './rules-files.ts';

function folderWith(context: TestContext, ...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-rules-files-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const name of names) writeFileSync(join(folder, name), '');
  return folder;
}

test('flags come before the configuration, and that before what is installed', (context) => {
  const folder = folderWith(context, 'a.yaml');
  const there = join(folder, 'a.yaml');
  const absent = join(folder, 'b.yaml');
  assert.deepEqual(rulesPaths(['x'], ['y']), ['x']);
  assert.deepEqual(rulesPaths([], [there, absent]), [there]);
  assert.throws(() => rulesPaths([], [absent]), {
    name: 'CommandError',
    message: /none exists of/,
  });
  assert.throws(() => rulesPaths([], []), { name: 'CommandError', message: /give a file or/ });
  assert.match(rulesPaths([], undefined).join(), /\.yaml|rules\.d/);
});

test('a folder gives its YAML files by name; a file counts when it is YAML', (context) => {
  const folder = folderWith(context, 'b.yaml', 'a.yml', 'c.txt', '10.yaml', '9.yaml');
  mkdirSync(join(folder, 'd.yaml'));
  const names = ['10.yaml', '9.yaml', 'a.yml', 'b.yaml'].map((name) => join(folder, name));
  assert.deepEqual(rulesFilesIn([folder]), names);
  assert.deepEqual(rulesFilesIn(['x.yaml', 'y.txt', 'z.yml']), ['x.yaml', 'z.yml']);
});

test('files that cannot be read are named with the reason', (context) => {
  const folder = folderWith(context, 'a.yaml');
  assert.equal(readRulesFile(join(folder, 'a.yaml')).text, '');
  const error = (message: RegExp) => ({ name: 'CommandError', message });
  assert.throws(() => readRulesFile(join(folder, 'b.yaml')), error(/b\.yaml for .*not exist/));
  assert.throws(() => readRulesFile(folder), error(/it is a directory/));
  const long = `${'x'.repeat(300)}.yaml`;
  assert.deepEqual(rulesFilesIn([long]), [long]);
  assert.throws(() => readRulesFile(long), error(/for reading: name too long$/));
});
