import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OutputThread } from './output-thread.ts';

const LINES_MAX = 3;

function open(context: TestContext, path: (folder: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), 'saker-outputs-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = path(folder);
  const problems: string[] = [];
  const thread = new OutputThread({
    outputs: { stdout: false, file: { path: file, keepAlive: true }, buffered: false },
    linesMax: LINES_MAX,
    onProblem: (message) => problems.push(message),
  });
  return { thread, file, problems };
}

test('writes all lines before it is closed', async (context) => {
  const { thread, file } = open(context, (folder) => join(folder, 'alerts'));
  thread.write('one');
  thread.write('two');
  thread.flush();
  thread.write('three');
  assert.equal(await thread.closed(), true);
  assert.equal(readFileSync(file, 'utf8'), 'one\ntwo\nthree\n');
  assert.equal(thread.queued, 0);
});

test('what finds no room is lost and counted', async (context) => {
  const { thread, file } = open(context, (folder) => join(folder, 'alerts'));
  for (const line of ['1', '2', '3', '4', '5']) thread.write(line);
  assert.deepEqual([thread.queued, thread.lost], [LINES_MAX, 2]);
  await thread.closed();
  assert.equal(readFileSync(file, 'utf8'), '1\n2\n3\n');
});

test('a file that was moved is made anew', async (context) => {
  const { thread, file } = open(context, (folder) => join(folder, 'alerts'));
  thread.write('before');
  thread.flush();
  while (thread.queued > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  renameSync(file, `${file}.1`);
  thread.reopen();
  thread.write('after');
  await thread.closed();
  assert.equal(readFileSync(`${file}.1`, 'utf8'), 'before\n');
  assert.equal(readFileSync(file, 'utf8'), 'after\n');
});

test('an output that cannot be written to is told of, and does not end the thread', async (context) => {
  const { thread, problems } = open(context, (folder) => join(folder, 'absent', 'alerts'));
  thread.write('one');
  thread.flush();
  thread.write('two');
  assert.equal(await thread.closed(), true);
  assert.match(problems[0] ?? '', /cannot open the output file .*absent.alerts/);
  assert.equal(thread.queued, 0);
});
