import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { outgoing, SeenOutcome, until } from '../outgoing.cases.ts';
import { ProgramOutput } from './program-output.ts';

interface Opened {
  readonly output: ProgramOutput;
  readonly outcome: SeenOutcome;
  /** What the program has written to the file that its command names as `$OUT`. */
  readonly text: () => string;
}

function open(context: TestContext, command: string, keepAlive: boolean): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'saker-program-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'out');
  const outcome = new SeenOutcome();
  const program = command.replaceAll('$OUT', file);
  const output = new ProgramOutput({ program, keepAlive }, outcome);
  context.after(() => output.close());
  return {
    output,
    outcome,
    text: () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
  };
}

function write(output: ProgramOutput, ...lines: readonly string[]): void {
  for (const line of lines) output.write(outgoing(line));
  output.flush();
}

describe('without keep_alive', () => {
  test('each alert has a program of its own, through the shell', async (context) => {
    const { output, outcome, text } = open(
      context,
      '(echo begin; cat) | tr a-z A-Z >> $OUT',
      false,
    );
    write(output, 'one', 'two');
    await until('both are delivered', () => outcome.deliveredCount === 2);
    assert.equal(text(), 'BEGIN\nONE\nBEGIN\nTWO\n');
  });

  test('its standard input can be opened by name, as a pipe can', async (context) => {
    const { output, text } = open(context, 'cat /dev/stdin >> $OUT', false);
    write(output, 'x');
    await until('it is written', () => text() === 'x\n');
  });

  test('a status of its own is not a failure; a program that is not there is', async (context) => {
    const own = open(context, 'cat >> $OUT; exit 3', false);
    write(own.output, 'x');
    await until('it is delivered', () => own.outcome.deliveredCount === 1);
    const absent = open(context, '/nonexistent/program', false);
    write(absent.output, 'x', 'y');
    await until('both have failed', () => absent.outcome.failedCount === 2);
    assert.equal(
      absent.outcome.problems[0],
      'the program did not take an alert: it ended with status 127',
    );
  });
});

describe('with keep_alive', () => {
  test('one program gets all, and has time for the last', async (context) => {
    const { output, outcome, text } = open(context, 'echo start >> $OUT; cat >> $OUT', true);
    write(output, 'one');
    write(output, 'two', 'three');
    await until('all are delivered', () => outcome.deliveredCount === 3);
    await output.close();
    assert.equal(text(), 'start\none\ntwo\nthree\n');
  });

  test('another one is started when it ends', async (context) => {
    const command = 'read line; echo "$line" >> $OUT';
    const { output, outcome, text } = open(context, command, true);
    write(output, 'one');
    await until('the first program has read', () => text() === 'one\n');
    await until('it is told that it did not stay', () => outcome.problems.length > 0);
    write(output, 'two');
    await until('the second one has read', () => text() === 'one\ntwo\n');
    assert.equal(outcome.deliveredCount, 2);
  });

  test('reopening gives the next alerts to a new one', async (context) => {
    const { output, outcome, text } = open(context, 'echo start >> $OUT; cat >> $OUT', true);
    write(output, 'one');
    await until('it is delivered', () => outcome.deliveredCount === 1);
    output.reopen();
    await until('the first program has written', () => text() === 'start\none\n');
    write(output, 'two');
    await until('the second one has written', () => text() === 'start\none\nstart\ntwo\n');
    assert.deepEqual(outcome.problems, []);
  });

  test('one that hangs is replaced when outputs are reopened', async (context) => {
    const command = 'echo start >> $OUT; [ $(wc -l < $OUT) = 1 ] && sleep 1000; cat >> $OUT';
    const { output, outcome, text } = open(context, command, true);
    const long = 'x'.repeat(200_000);
    write(output, long);
    await until('the program runs', () => text() === 'start\n');
    assert.equal(outcome.settled, 0);
    output.reopen();
    await until('the next one has it', () => text() === `start\nstart\n${long}\n`);
    assert.deepEqual([outcome.deliveredCount, outcome.failedCount], [1, 0]);
  });

  test('one that hangs does not keep the end, and is gone', async (context) => {
    const { output, outcome, text } = open(context, 'echo $$ > $OUT; sleep 1000; :', true);
    write(output, 'x'.repeat(200_000), 'y');
    await until('the program runs', () => text().endsWith('\n'));
    await output.close();
    await until('both have failed', () => outcome.failedCount === 2);
    const pid = Number(text());
    await until('nothing of it is left', () => !existsSync(`/proc/${pid}`));
  });
});
