import assert from 'node:assert/strict';
import { mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { fromText } from '@saker/core/base/byte-string.ts';
import { installNodeHost } from '../../host/node-host.ts';
import { FakeHost } from './fake-host.cases.ts';
import { FAILED, LinuxFiles, NO_DIRECTORY } from './linux-files.ts';

const files = new LinuxFiles();

before(installNodeHost);

function linesOf(path: string, wanted = Number.POSITIVE_INFINITY, lineBytesMax?: number): string[] {
  const lines: string[] = [];
  const onLine = (line: string): boolean => lines.push(line) < wanted;
  files.eachLine(NO_DIRECTORY, path, onLine, lineBytesMax);
  return lines;
}

suite('files by way of directories', () => {
  test('text, and no more of it than is wanted', (t) => {
    const host = new FakeHost(t);
    host.write('a/b', 'text \xff');
    const directory = files.openDirectory(NO_DIRECTORY, host.root);
    t.after(() => files.close(directory));
    assert.equal(files.text(directory, 'a/b'), 'text \xff');
    assert.equal(files.text(directory, 'a/b', 2), 'te');
    assert.equal(files.text(directory, 'nothing'), undefined);
    assert.equal(files.read(directory, 'a'), FAILED, 'a directory');
    assert.equal(files.openDirectory(directory, 'a/b'), FAILED, 'no directory');
  });

  test('names that are not ASCII are their bytes', (t) => {
    const host = new FakeHost(t);
    writeFileSync(join(host.root, 'pödm'), 'x');
    const path = `${fromText(host.root)}/${fromText('pödm')}`;
    assert.equal(files.text(NO_DIRECTORY, path), 'x');
    symlinkSync('zü', join(host.root, 'link'));
    assert.equal(files.link(NO_DIRECTORY, join(host.root, 'link')), fromText('zü'));
  });

  test('a directory that is held open is of what was there', (t) => {
    const { root } = new FakeHost(t);
    mkdirSync(join(root, 'proc/7'));
    const { ino, mode } = statSync(join(root, 'proc/7'));
    const directory = files.openDirectory(NO_DIRECTORY, `${root}/proc/7`);
    t.after(() => files.close(directory));
    renameSync(join(root, 'proc/7'), join(root, 'proc/8'));
    mkdirSync(join(root, 'proc/7'));
    writeFileSync(join(root, 'proc/7/stat'), 'of another');
    assert.equal(files.text(directory, 'stat'), undefined);
    const facts = files.stat(directory, '');
    assert.deepEqual([facts?.ino, facts?.mode], [ino, mode]);
  });

  test('lines of long files, cut by reads anywhere', (t) => {
    const host = new FakeHost(t);
    const lines = Array.from({ length: 30_000 }, (_, at) => `line ${at}`);
    const path = host.write('long', `${lines.join('\n')}\n`);
    assert.deepEqual(linesOf(path), lines);
    assert.deepEqual(linesOf(path, 3), lines.slice(0, 3));
    assert.deepEqual(linesOf(host.write('unended', 'a\n\nb')), ['a', '', 'b']);
    assert.deepEqual(linesOf(host.write('short', 'a\n'), 9, 256), ['a']);
    assert.deepEqual(linesOf('/nowhere'), []);
  });

  test('a line that never ends is given up', (t) => {
    const path = new FakeHost(t).write('long', `a\n${'x'.repeat(4 << 20)}\nb\n`);
    assert.deepEqual(linesOf(path), ['a']);
  });

  test('numbers among the names', (t) => {
    const host = new FakeHost(t);
    for (const name of ['0', '17', '4194304', 'self', '-1', '1a', ' 1']) {
      mkdirSync(join(host.root, 'n', name), { recursive: true });
    }
    const found = files.numbers(NO_DIRECTORY, `${host.root}/n`)?.toSorted((a, b) => a - b);
    assert.deepEqual(found, [0, 17, 4_194_304]);
    assert.equal(files.numbers(NO_DIRECTORY, '/nowhere'), undefined);
  });

  test('thousands of names', (t) => {
    const host = new FakeHost(t);
    for (let at = 0; at < 6000; at++) host.write(`n/${at}`, '');
    assert.equal(files.numbers(NO_DIRECTORY, `${host.root}/n`)?.length, 6000);
  });

  test('below a directory no link is followed', (t) => {
    const host = new FakeHost(t);
    host.write('top/etc/passwd', 'x');
    host.link('top/out', '/etc');
    host.link('top/etc/link', 'passwd');
    const top = files.openDirectory(NO_DIRECTORY, `${host.root}/top`);
    t.after(() => files.close(top));
    const found = files.findBelow(top, '/etc/passwd');
    assert.ok(found >= 0);
    files.close(found);
    const above = files.findBelow(top, '/../../etc/passwd');
    assert.ok(above >= 0, '".." of the root is the root');
    files.close(above);
    for (const path of ['/out/passwd', '/etc/link', '/nothing']) {
      assert.equal(files.findBelow(top, path), FAILED, path);
    }
  });

  test('what is no socket has no protocol', () => {
    assert.equal(files.socketProtocol('/proc/self/fd/0/x'), undefined);
    assert.equal(files.socketProtocol('/etc/passwd'), undefined);
  });
});
