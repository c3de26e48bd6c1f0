import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';

const CODE = `"use strict";
const { basename } = require('node:path');
function used(word) { return word + ' ' + process.argv.slice(2).join(' '); }
console.log(used('runs in ' + basename(__dirname).slice(0, 11)));
if (process.argv[2] === 'fails') throw new Error('on line 5');
`;

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'saker-start-'));
  context.after(() => {
    chmodSync(path, 0o700);
    rmSync(path, { recursive: true });
  });
  copyFileSync(resolve(import.meta.dirname, 'start.cjs'), join(path, 'part.cjs'));
  writeFileSync(join(path, 'part.js'), CODE);
  return path;
}

function start(path: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [join(path, 'part.cjs'), ...args], { encoding: 'utf8' });
}

test('the code of a run is kept for the next one', (context) => {
  const path = folder(context);
  assert.equal(start(path, 'a', 'b').stdout, 'runs in saker-start a b\n');
  const kept = readFileSync(join(path, 'part.cache'));
  assert.ok(kept.length > 0);
  assert.equal(start(path, 'c').stdout, 'runs in saker-start c\n');
  assert.deepEqual(readFileSync(join(path, 'part.cache')), kept);
  assert.deepEqual(readdirSync(path).sort(), ['part.cache', 'part.cjs', 'part.js']);
});

test('code that V8 refuses is made again', (context) => {
  const path = folder(context);
  for (const damaged of ['', 'no code at all', 'x'.repeat(5000)]) {
    writeFileSync(join(path, 'part.cache'), damaged);
    const { stdout, stderr, status } = start(path, 'd');
    assert.deepEqual([stdout, stderr, status], ['runs in saker-start d\n', '', 0]);
    assert.notEqual(readFileSync(join(path, 'part.cache'), 'latin1'), damaged);
    rmSync(join(path, 'part.cache'));
  }
});

test('what goes wrong is told with its place in the file', (context) => {
  const { stderr, status } = start(folder(context), 'fails');
  assert.equal(status, 1);
  assert.match(stderr, /part\.js:5\b/);
});
