import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Value } from '../fields/field.ts';
import type { TransformerName } from '../lang/ast.ts';
import { transformFor } from './transform.ts';

const cases: readonly {
  readonly name: TransformerName;
  readonly args: readonly Value[];
  readonly index?: string;
  readonly want: Value | undefined;
}[] = [
  { name: 'tolower', args: ['CaT\xc4'], want: 'cat\xc4' },
  { name: 'toupper', args: ['cat'], want: 'CAT' },
  { name: 'tolower', args: [['A', 'b']], want: ['a', 'b'] },
  { name: 'basename', args: ['/usr/bin/cat'], want: 'cat' },
  { name: 'basename', args: ['cat'], want: 'cat' },
  { name: 'basename', args: ['/usr/'], want: '' },
  { name: 'b64', args: ['aGVsbG8='], want: 'hello' },
  { name: 'b64', args: ['aGVsbG8'], want: 'hello' },
  { name: 'b64', args: ['aGVs'], want: 'hel' },
  { name: 'b64', args: ['!'], want: undefined },
  { name: 'b64', args: ['aaaaa'], want: undefined },
  { name: 'len', args: ['h\xc3\xa9'], want: 3 },
  { name: 'len', args: [['a', 'b', 'c']], want: 3 },
  { name: 'join', args: [',', ['a', 'b']], want: 'a,b' },
  { name: 'concat', args: ['a', 'b', 'c'], want: 'abc' },
  { name: 'getopt', args: [['-n', ''], 'n'], want: ['n'] },
  { name: 'getopt', args: [['-nt', 'hello'], 'nt:'], want: ['n', 't', 'hello'] },
  { name: 'getopt', args: [['-thello'], 't:'], want: ['t', 'hello'] },
  { name: 'getopt', args: [['-n', '--', '-t'], 'nt:'], want: ['n'] },
  { name: 'getopt', args: [['--long', '-n'], 'n'], want: ['n'] },
  { name: 'getopt', args: [['file', '-n'], 'n'], want: [] },
  { name: 'getopt', args: [['-x', '-n'], 'n'], want: ['?', 'n'] },
  { name: 'getopt', args: [['-t'], 't:'], want: [''] },
  { name: 'getopt', args: [['-t', 'a', '-t', 'b'], 't:'], index: 't', want: 'b' },
  { name: 'getopt', args: [['-n'], 'n'], index: 'n', want: 'n' },
  { name: 'getopt', args: [['-t'], 't:'], index: 't', want: '' },
  { name: 'getopt', args: [['-x'], 'n'], index: 'n', want: undefined },
];

for (const { name, args, index, want } of cases) {
  const call = `${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
  test(`${call}${index === undefined ? '' : `[${index}]`} is ${JSON.stringify(want)}`, () => {
    assert.deepEqual(transformFor(name, index)(args), want);
  });
}
