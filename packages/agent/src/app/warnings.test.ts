/**
 * Live detection starts its process anew to give up privileges: what is wrong with flags and
 * configuration is said once all the same.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

test('warnings are printed once', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'saker-warnings-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'falco.yaml');
  writeFileSync(file, 'json_outptu: true\nsyslog_output: {enabled: false}\nlog_syslog: false\n');
  const main = resolve(import.meta.dirname, '../main.ts');
  // It ends where the rules are loaded, which is behind the new start.
  const args = [main, '-A', 'stray', '-c', file, '-r', join(folder, 'absent.yaml')];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /Could not open file .*absent\.yaml/);
  const count = (text: string) => stderr.split(text).length - 1;
  assert.equal(count('WARNING: -A is of Falco before 0.41'), 1);
  assert.equal(count('WARNING: "stray" belongs to no option'), 1);
  assert.equal(count('unknown key "json_outptu"'), 1);
  assert.equal(count('Saker version: '), 1);
});
