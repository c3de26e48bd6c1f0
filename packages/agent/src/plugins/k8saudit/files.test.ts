/** Files of audit events: read once, and followed. */

import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditEvent, openSource, temporaryFolder, until } from './audit-source.cases.ts';

function line(id: string, more: object = {}): string {
  return `${auditEvent(id, more)}\n`;
}

test('a file is read once, and then the source is over', async (context) => {
  const path = join(temporaryFolder(context), 'audit.log');
  const list = `{"kind":"EventList","items":[${auditEvent('b')},${auditEvent('c')}]}\n`;
  writeFileSync(path, `${line('a')}\n${list}no json\n${line('d')}${auditEvent('e')}`);
  const { sink, metric, log } = await openSource(context, path);
  await until('the end', () => sink.ended !== undefined);
  assert.deepEqual([sink.ids, sink.ended], [['a', 'b', 'c', 'd', 'e'], { error: undefined }]);
  assert.equal(metric('not_json'), 1);
  assert.deepEqual(log, [
    `warning: ${path}: no JSON: at line 4, byte 0: expected a value, found "n"`,
  ]);
});

test('lines are longer than 64 KiB and files longer than what is read at once', async (context) => {
  const path = join(temporaryFolder(context), 'audit.log');
  const filler = { filler: 'x'.repeat(200_000) };
  const ids = Array.from({ length: 50 }, (_, at) => String(at));
  writeFileSync(path, ids.map((id) => line(id, filler)).join(''));
  const { sink } = await openSource(context, path);
  await until('the end', () => sink.ended !== undefined);
  assert.deepEqual(sink.ids, ids);
});

test('a line beyond the limit is left out and counted', async (context) => {
  const path = join(temporaryFolder(context), 'audit.log');
  writeFileSync(path, line('a') + line('b', { filler: 'x'.repeat(600_000) }) + line('c'));
  const { sink, metric } = await openSource(context, path, { webhookMaxBatchSize: 300_000 });
  await until('the end', () => sink.ended !== undefined);
  assert.deepEqual([sink.ids, metric('lines_too_long')], [['a', 'c'], 1]);
});

test('a source whose rules are behind holds back the file', async (context) => {
  const path = join(temporaryFolder(context), 'audit.log');
  const filler = { filler: 'x'.repeat(200_000) };
  const ids = Array.from({ length: 200 }, (_, at) => String(at));
  writeFileSync(path, ids.map((id) => line(id, filler)).join(''));
  const { sink, metric } = await openSource(context, path);
  sink.isFull = true;
  await until('as much as may be under way', () => metric('payloads') >= 50);
  assert.equal(metric('payloads'), 50);
  sink.isFull = false;
  await until('the end', () => sink.ended !== undefined);
  assert.deepEqual([sink.ids, sink.lost], [ids, 0]);
});

test('files of a folder are read from the oldest to the newest', async (context) => {
  const folder = temporaryFolder(context);
  for (const [at, name] of ['newest', 'oldest', 'middle'].entries()) {
    writeFileSync(join(folder, name), at === 1 ? auditEvent(name) : line(name));
  }
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'inner', 'x'), line('x'));
  utimesSync(join(folder, 'oldest'), 1000, 1000);
  utimesSync(join(folder, 'middle'), 2000, 2000);
  const { sink } = await openSource(context, folder);
  await until('the end', () => sink.ended !== undefined);
  assert.deepEqual(sink.ids, ['oldest', 'middle', 'newest']);
});

test('a path that is not there cannot be opened', async (context) => {
  const folder = temporaryFolder(context);
  await assert.rejects(openSource(context, join(folder, 'absent')), /ENOENT.*absent/);
  await assert.rejects(openSource(context, `file://${folder}/absent/audit.log`), /ENOENT/);
});

test('a file that is closed while it is read is let go', async (context) => {
  const path = join(temporaryFolder(context), 'audit.log');
  writeFileSync(path, line('a', { filler: 'x'.repeat(100_000) }).repeat(500));
  const { sink, close, metric } = await openSource(context, path);
  sink.isFull = true;
  await until('some of it', () => metric('payloads') > 10);
  await close();
  assert.deepEqual(sink.texts, []);
});

test('a followed file is read from its end on', async (context) => {
  const path = join(temporaryFolder(context), 'audit.log');
  writeFileSync(path, line('before'));
  const { sink } = await openSource(context, `file://${path}`);
  appendFileSync(path, line('a') + line('b'));
  await until('two events', () => sink.texts.length === 2);
  const half = auditEvent('c');
  appendFileSync(path, half.slice(0, 20));
  appendFileSync(path, `${half.slice(20)}\n`);
  await until('a line that was written in two parts', () => sink.texts.length === 3);
  assert.deepEqual([sink.ids, sink.ended], [['a', 'b', 'c'], undefined]);
});

test('a followed file that is emptied is read from its beginning', async (context) => {
  const path = join(temporaryFolder(context), 'audit.log');
  writeFileSync(path, line('before').repeat(10));
  const { sink } = await openSource(context, `file://${path}`);
  appendFileSync(path, line('a'));
  await until('the first event', () => sink.texts.length === 1);
  truncateSync(path);
  appendFileSync(path, line('b'));
  await until('the event after it', () => sink.texts.length === 2);
  assert.deepEqual(sink.ids, ['a', 'b']);
});

test('a followed file that is replaced is read to its end, and then the new one', async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'audit.log');
  writeFileSync(path, '');
  const { sink, log } = await openSource(context, `file://${path}`);
  appendFileSync(path, line('a'));
  await until('the first event', () => sink.texts.length === 1);
  appendFileSync(path, line('b') + auditEvent('c'));
  renameSync(path, `${path}.1`);
  writeFileSync(`${path}.new`, line('d'));
  renameSync(`${path}.new`, path);
  await until('what is in the new one', () => sink.texts.length === 4);
  appendFileSync(path, line('e'));
  await until('what is appended to it', () => sink.texts.length === 5);
  assert.deepEqual([sink.ids, log], [['a', 'b', 'c', 'd', 'e'], []]);
});

test('a followed file may come later, and go for a while', async (context) => {
  const path = join(temporaryFolder(context), 'audit.log');
  const { sink } = await openSource(context, `file://${path}`);
  writeFileSync(path, line('a'));
  await until('the first event', () => sink.texts.length === 1);
  rmSync(path);
  writeFileSync(path, line('b'));
  await until('the event after it', () => sink.texts.length === 2);
  assert.deepEqual(sink.ids, ['a', 'b']);
});
