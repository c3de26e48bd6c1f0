import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../outgoing.cases.ts';
import { HttpEcho } from './http-echo.ts';

test('answers are written, and left out while one is on its way', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'saker-echo-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'out');
  const fd = openSync(path, 'w');
  const echo = new HttpEcho(fd);
  echo.add('one\n');
  echo.add('two\n');
  echo.add('');
  await until('the first is written', () => readFileSync(path, 'utf8') === 'one\n');
  await until('there is room for another', () => {
    echo.add('three\n');
    return readFileSync(path, 'utf8').includes('three\n');
  });
  assert.ok(echo.omitted >= 1);
  closeSync(fd);
});
