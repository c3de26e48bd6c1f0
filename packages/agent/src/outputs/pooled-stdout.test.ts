import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPipe } from '../host/pipe.ts';
import { outgoing, SeenOutcome } from './outgoing.cases.ts';
import { PooledStdout } from './pooled-stdout.ts';

test('lines are written in order, whatever comes while one is being written', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'saker-stdout-'));
  const path = join(folder, 'out');
  const fd = openSync(path, 'w');
  context.after(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  const outcome = new SeenOutcome();
  const output = new PooledStdout(outcome, fd);
  const lines = Array.from({ length: 1000 }, (_, number) => `line ${number} ü`);
  for (const [number, line] of lines.entries()) {
    output.write(outgoing(line));
    if (number % 7 === 0) output.flush();
  }
  await output.close();
  assert.equal(readFileSync(path, 'utf8'), lines.map((line) => `${line}\n`).join(''));
  assert.equal(outcome.deliveredCount, lines.length);
});

test('when its reader goes away, what follows is unread and no mistake', async () => {
  const { readEnd, writeEnd } = openPipe();
  closeSync(readEnd);
  const outcome = new SeenOutcome();
  const output = new PooledStdout(outcome, writeEnd);
  output.write(outgoing('one'));
  output.flush();
  output.write(outgoing('two'));
  await output.close();
  closeSync(writeEnd);
  assert.equal(output.isClosed, true);
  assert.equal(outcome.unreadCount, 2);
  assert.deepEqual(outcome.problems, []);
});

test('a full disk is told, and the next line gets its chance', async () => {
  const full = openSync('/dev/full', 'w');
  const outcome = new SeenOutcome();
  const output = new PooledStdout(outcome, full);
  output.write(outgoing('one'));
  await output.close();
  closeSync(full);
  assert.equal(output.isClosed, false);
  assert.match(outcome.problems.join(), /cannot write to the standard output: no space left/);
});
