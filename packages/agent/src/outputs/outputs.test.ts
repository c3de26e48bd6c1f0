import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { FileRotation } from '../config/output-config.ts';
import { StreamError } from '../host/streams.ts';
import { FileOutput } from './file-output.ts';
import { FileAge, rotateFiles } from './file-rotation.ts';
import { outgoing, SeenOutcome } from './outgoing.cases.ts';
import { StdoutOutput } from './stdout-output.ts';

function temporaryFile(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-output-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'alerts.txt');
}

describe('stdout', () => {
  test('hands lines on together', async () => {
    const written: string[] = [];
    const outcome = new SeenOutcome();
    const output = new StdoutOutput((text) => written.push(text) > 0, outcome);
    output.write(outgoing('a'));
    output.write(outgoing('b'));
    assert.deepEqual([written, outcome.deliveredCount], [[], 0]);
    output.flush();
    output.flush();
    assert.deepEqual([written, outcome.deliveredCount], [['a\nb\n'], 2]);
    output.write(outgoing('c'));
    await output.close();
    assert.deepEqual([written, outcome.deliveredCount], [['a\nb\n', 'c\n'], 3]);
  });

  test('does not let lines pile up', () => {
    let length = 0;
    const output = new StdoutOutput((text) => (length += text.length) > 0, new SeenOutcome());
    const line = 'x'.repeat(999);
    for (let count = 0; count < 1000; count++) output.write(outgoing(line));
    assert.ok(length > 900_000, `${length} of 1,000,000`);
  });

  test('is closed when nobody reads it', async () => {
    let calls = 0;
    const outcome = new SeenOutcome();
    const output = new StdoutOutput(() => ++calls < 1, outcome);
    output.write(outgoing('a'));
    output.flush();
    assert.equal(output.isClosed, true);
    output.write(outgoing('b'));
    await output.close();
    assert.deepEqual([calls, outcome.unreadCount, outcome.problems], [1, 2, []]);
  });

  test('what cannot be written has failed, and the next is tried', () => {
    const texts: string[] = [];
    const outcome = new SeenOutcome();
    const output = new StdoutOutput((text) => {
      if (texts.push(text) === 1) throw new StreamError('the disk is full');
      return true;
    }, outcome);
    for (const line of ['a', 'b']) {
      output.write(outgoing(line));
      output.flush();
    }
    assert.deepEqual([outcome.deliveredCount, outcome.failedCount], [1, 1]);
    assert.deepEqual(outcome.problems, ['the disk is full']);
  });
});

describe('file', () => {
  for (const keepAlive of [false, true]) {
    test(`appends, keep_alive ${keepAlive}`, async (context) => {
      const path = temporaryFile(context);
      const outcome = new SeenOutcome();
      const output = new FileOutput({ path, keepAlive, rotation: undefined }, outcome);
      assert.equal(existsSync(path), false);
      for (const line of ['a', 'b']) {
        output.write(outgoing(line));
        output.flush();
      }
      await output.close();
      const again = new FileOutput({ path, keepAlive, rotation: undefined }, outcome);
      again.write(outgoing('ü'));
      await again.close();
      assert.equal(readFileSync(path, 'utf8'), 'a\nb\nü\n');
      assert.equal(outcome.deliveredCount, 3);
    });
  }

  test('reopens by its name after it was moved', async (context) => {
    const path = temporaryFile(context);
    const output = new FileOutput(
      { path, keepAlive: true, rotation: undefined },
      new SeenOutcome(),
    );
    output.write(outgoing('old'));
    output.flush();
    renameSync(path, `${path}.1`);
    output.write(outgoing('still old'));
    output.reopen();
    assert.equal(existsSync(path), true);
    output.write(outgoing('new'));
    await output.close();
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'old\nstill old\n');
    assert.equal(readFileSync(path, 'utf8'), 'new\n');
  });

  test('says which file cannot be written, for each alert anew', async () => {
    const outcome = new SeenOutcome();
    const config = { path: '/nonexistent/x', keepAlive: true, rotation: undefined };
    const output = new FileOutput(config, outcome);
    for (const line of ['a', 'b']) {
      output.write(outgoing(line));
      output.flush();
    }
    const problem = 'cannot open the output file /nonexistent/x: no such file or directory';
    assert.deepEqual(outcome.problems, [problem, problem]);
    assert.equal(outcome.failedCount, 2);
    await output.close();
  });
});

describe('rotation', () => {
  const bySize: FileRotation = { bytesMax: 10, ageMsMax: undefined, filesMax: 2 };

  for (const keepAlive of [false, true]) {
    test(`a full file gives way to a new one, keep_alive ${keepAlive}`, async (context) => {
      const path = temporaryFile(context);
      const output = new FileOutput({ path, keepAlive, rotation: bySize }, new SeenOutcome());
      for (const line of ['1111', '2222', '3333', '4', '55555', '666666666666', '7']) {
        output.write(outgoing(line));
        output.flush();
      }
      await output.close();
      const texts = ['', '.1', '.2'].map((end) => readFileSync(path + end, 'utf8'));
      assert.deepEqual(texts, ['7\n', '666666666666\n', '55555\n']);
      assert.equal(readdirSync(join(path, '..')).length, 3);
    });
  }

  test('an old file gives way to a new one when something comes', (context) => {
    const path = temporaryFile(context);
    const fd = openSync(path, 'a');
    const rotation = { bytesMax: undefined, ageMsMax: 1000, filesMax: 1 };
    const empty = new FileAge(fd);
    assert.equal(empty.isOver(rotation, 5, empty.bornMs + 5000), false);
    const age = Object.assign(new FileAge(fd), { bytes: 5 });
    assert.equal(age.isOver(rotation, 5, age.bornMs + 999), false);
    assert.equal(age.isOver(rotation, 5, age.bornMs + 1000), true);
  });

  test('gaps in the numbers do no harm', (context) => {
    const path = temporaryFile(context);
    const output = new FileOutput({ path, keepAlive: false, rotation: bySize }, new SeenOutcome());
    output.write(outgoing('x'));
    output.flush();
    rotateFiles(path, 3);
    rmSync(`${path}.1`);
    output.write(outgoing('y'));
    output.flush();
    rotateFiles(path, 3);
    assert.deepEqual(readdirSync(join(path, '..')), ['alerts.txt.1']);
  });

  test('a file that cannot be moved goes on growing, and that is told', async (context) => {
    const path = temporaryFile(context);
    mkdirSync(join(`${path}.1`, 'in the way'), { recursive: true });
    const outcome = new SeenOutcome();
    const rotation = { ...bySize, filesMax: 1 };
    const output = new FileOutput({ path, keepAlive: true, rotation }, outcome);
    for (const line of ['1234567', '7654321']) {
      output.write(outgoing(line));
      output.flush();
    }
    await output.close();
    assert.equal(readFileSync(path, 'utf8'), '1234567\n7654321\n');
    assert.equal(outcome.deliveredCount, 2);
    assert.match(outcome.problems[0] ?? '', /^cannot rotate the output file /);
  });
});
