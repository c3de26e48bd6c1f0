import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, read, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openPipe } from '../host/pipe.ts';
import { outgoing, SeenOutcome, until } from './outgoing.cases.ts';
import { PooledStdout } from './pooled-stdout.ts';

/** More than a pipe holds: the writer waits for a reader. */
const PIPE_BYTES = 256 << 10;

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
  output.finish();
  await until('all are written', () => outcome.settled === lines.length);
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
  output.finish();
  await until('both are settled', () => outcome.settled === 2);
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

test('while nobody reads, one that is opened anew waits for the one before', async () => {
  const { readEnd, writeEnd } = openPipe();
  const long = 'x'.repeat(PIPE_BYTES);
  const before = new PooledStdout(new SeenOutcome(), writeEnd);
  before.write(outgoing(long));
  before.flush();
  const outcome = new SeenOutcome();
  const between = new PooledStdout(outcome, writeEnd);
  between.write(outgoing('given up'));
  between.flush();
  const closed = Promise.all([before.close(), between.close()]);
  assert.equal(outcome.failedCount, 1);
  const after = new PooledStdout(outcome, writeEnd);
  after.write(outgoing('after'));
  after.flush();
  const expected = `${long}\nafter\n`;
  const bytes = Buffer.alloc(expected.length);
  for (let length = 0; length < bytes.length; ) {
    length += (await promisify(read)(readEnd, { buffer: bytes, offset: length })).bytesRead;
  }
  assert.equal(bytes.toString(), expected);
  await closed;
  await until('it is told', () => outcome.deliveredCount === 1);
  closeSync(readEnd);
  closeSync(writeEnd);
});
