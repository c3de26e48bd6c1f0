import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CaptureWriteError, QueuedFile } from './queued-file.ts';

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'saker-queued-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('what is handed in is written in order, for the owner only', async (context) => {
  const path = join(folder(context), 'file');
  writeFileSync(path, 'what was there before');
  rmSync(path);
  const file = new QueuedFile(path);
  const pieces = Array.from({ length: 50 }, (_, at) => Buffer.from(`${at} `.repeat(at)));
  for (const piece of pieces) file.write(piece);
  await file.end();
  assert.deepEqual(readFileSync(path), Buffer.concat(pieces));
  assert.equal(file.bytes, Buffer.concat(pieces).length);
  assert.equal(file.failure, undefined);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a file that was there is emptied, a link is not followed', async (context) => {
  const path = join(folder(context), 'file');
  writeFileSync(path, 'what was there before');
  await new QueuedFile(path).end();
  assert.equal(readFileSync(path, 'utf8'), '');
  symlinkSync(path, `${path}.link`);
  assert.throws(() => new QueuedFile(`${path}.link`), CaptureWriteError);
  assert.throws(() => new QueuedFile(join(path, 'below')), {
    name: 'CaptureWriteError',
    message: 'not a directory',
  });
});

test('more than may wait is a failure', async (context) => {
  const file = new QueuedFile(join(folder(context), 'file'), 1000);
  file.write(new Uint8Array(600));
  file.write(new Uint8Array(600));
  file.write(new Uint8Array(1));
  await file.end();
  assert.equal(file.failure, '600 bytes wait for the disk');
  assert.equal(file.bytes, 600);
});

test('a full disk is a failure', async () => {
  const file = new QueuedFile('/dev/full');
  file.write(new Uint8Array(10));
  file.write(new Uint8Array(10));
  await file.end();
  assert.equal(file.failure, 'no space left on device');
});
