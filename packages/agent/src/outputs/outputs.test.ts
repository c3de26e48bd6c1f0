import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { FileOutput } from './file-output.ts';
import { Outputs } from './outputs.ts';
import { StdoutOutput } from './stdout-output.ts';

function temporaryFile(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-output-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'alerts.txt');
}

describe('stdout', () => {
  test('hands lines on together', () => {
    const written: string[] = [];
    const output = new StdoutOutput((text) => written.push(text) > 0);
    output.write('a');
    output.write('b');
    assert.deepEqual(written, []);
    output.flush();
    output.flush();
    assert.deepEqual(written, ['a\nb\n']);
    output.write('c');
    output.close();
    assert.deepEqual(written, ['a\nb\n', 'c\n']);
  });

  test('does not let lines pile up', () => {
    let length = 0;
    const output = new StdoutOutput((text) => (length += text.length) > 0);
    const line = 'x'.repeat(999);
    for (let count = 0; count < 1000; count++) output.write(line);
    assert.ok(length > 900_000, `${length} of 1,000,000`);
  });

  test('is closed when nobody reads it', () => {
    let calls = 0;
    const output = new StdoutOutput(() => ++calls < 1);
    output.write('a');
    output.flush();
    assert.equal(output.isClosed, true);
    output.write('b');
    output.close();
    assert.equal(calls, 1);
  });
});

describe('file', () => {
  for (const keepAlive of [false, true]) {
    test(`appends, keep_alive ${keepAlive}`, (context) => {
      const path = temporaryFile(context);
      const output = new FileOutput({ path, keepAlive });
      assert.equal(existsSync(path), false);
      for (const line of ['a', 'b']) {
        output.write(line);
        output.flush();
      }
      output.close();
      const again = new FileOutput({ path, keepAlive });
      again.write('ü');
      again.close();
      assert.equal(readFileSync(path, 'utf8'), 'a\nb\nü\n');
    });
  }

  test('reopens by its name after it was moved', (context) => {
    const path = temporaryFile(context);
    const output = new FileOutput({ path, keepAlive: true });
    output.write('old');
    output.flush();
    renameSync(path, `${path}.1`);
    output.write('still old');
    output.reopen();
    output.write('new');
    output.close();
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'old\nstill old\n');
    assert.equal(readFileSync(path, 'utf8'), 'new\n');
  });

  test('says which file cannot be written', () => {
    const output = new FileOutput({ path: '/nonexistent/x', keepAlive: true });
    output.write('a');
    const message = /cannot open the output file \/nonexistent\/x: no such file or directory$/;
    assert.throws(() => output.flush(), { name: 'OutputError', message });
    output.close();
  });
});

test('all outputs get all lines; they are closed when every one is', (context) => {
  const path = temporaryFile(context);
  const file = new FileOutput({ path, keepAlive: false });
  const gone = new StdoutOutput(() => false);
  const outputs = new Outputs([gone, file]);
  outputs.write('a');
  outputs.flush();
  assert.equal(outputs.isClosed, false);
  outputs.write('b');
  outputs.close();
  assert.equal(readFileSync(path, 'utf8'), 'a\nb\n');
  assert.equal(new Outputs([gone]).isClosed, true);
});
