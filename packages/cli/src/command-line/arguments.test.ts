import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Arguments, parseArguments } from './arguments.ts';
import { type Command, EXIT_OK } from './command.ts';
import { UsageError } from './usage-error.ts';

const command: Command = {
  name: 'try',
  operands: '[WORD]...',
  summary: '',
  description: [],
  options: [
    { name: 'json', meaning: '' },
    { name: 'rules', letter: 'r', value: 'RULES', repeatable: true, meaning: '' },
    { name: 'limit', letter: 'n', value: 'N', meaning: '' },
  ],
  examples: [],
  run: () => Promise.resolve(EXIT_OK),
};

const usage = (message: string): UsageError => new UsageError(message, 'try');
const parse = (...args: string[]): Arguments => parseArguments(command, args);

describe('parseArguments', () => {
  test('takes options anywhere, short and long, with = and without', () => {
    const args = parse('a', '-r', 'x', '--rules=y', '-rz', '--json', '-n5', 'b', '--', '--c');
    assert.deepEqual(args.words, ['a', 'b', '--c']);
    assert.deepEqual(args.values('rules'), ['x', 'y', 'z']);
    assert.equal(args.value('rules'), 'z');
    assert.ok(args.has('json'));
    assert.equal(args.count('limit', 1), 5);
    assert.equal(args.value('other'), undefined);
  });

  const wrong: readonly [args: string[], message: string][] = [
    [['--jsn'], 'unknown option --jsn of "saker try", did you mean "--json"?'],
    [['-x'], 'unknown option -x of "saker try"'],
    [['--whatever=1'], 'unknown option --whatever of "saker try"'],
    [['--rules'], '--rules needs a value: --rules RULES'],
    [['-r', '--json'], '-r needs a value: -r RULES'],
    [['-r'], '-r needs a value: -r RULES'],
    [['--rules='], '--rules needs a value: --rules RULES'],
    [['--json=1'], '--json takes no value, found "1"'],
    [['-n1', '-n2'], '--limit can be given only once'],
  ];
  for (const [args, message] of wrong) {
    test(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => parse(...args), usage(message));
    });
  }
});

describe('Arguments', () => {
  test('numbers are whole and not too small', () => {
    for (const value of ['0', '-1', '1.5', 'x', '1e3', '9'.repeat(20)]) {
      const message = `--limit takes a whole number from 1 on, found "${value}"`;
      assert.throws(() => parse(`--limit=${value}`).count('limit', 1), usage(message));
    }
    assert.equal(parse().count('limit', 1), undefined);
  });

  test('choices are spelt with any case', () => {
    const choice = (value: string) => parse(`-n${value}`).choice('limit', ['first', 'all']);
    assert.equal(choice('ALL'), 'all');
    const message = '--limit is one of first, all; found "fist", did you mean "first"?';
    assert.throws(() => choice('fist'), usage(message));
  });

  test('operands are counted', () => {
    assert.deepEqual(parse('a').operands('file', 1), ['a']);
    assert.throws(() => parse().operands('file', 1), usage('file is missing'));
    assert.throws(
      () => parse('a', 'b').operands('file', 1),
      usage('only one file can be given: "b" is too many'),
    );
  });
});
