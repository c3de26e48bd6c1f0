/**
 * Operators against the reference answers. The answers say which value every field had on every
 * event; so they say, too, on which events `field operator literal` holds. Here that is worked out
 * from the answers' text alone, in the simplest way that can be written down, and must be what the
 * evaluator finds on the capture.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Source } from '../base/source.ts';
import { FieldTable } from '../fields/field-catalogue.ts';
import { parseCondition } from '../lang/parser.ts';
import { quote } from '../lang/quoting.ts';
import { replayCapture, sharedPath, skipWithoutShared } from '../testing.ts';
import { type Random, random } from './generated-conditions.cases.ts';
import { PlainCompiler } from './plain.ts';

const CAPTURE = 'open1';
/** Literals that are tried per field and operator. */
const LITERALS = 4;

/** A value as the answers print it; numbers as their digits. */
type Answer = string | boolean | { readonly digits: string };
/** By event number. */
type Column = Map<number, Answer>;

/** Fields of every kind whose answers say all that conditions see of them. */
const STRINGS = [
  'proc.name',
  'proc.exepath',
  'proc.cmdline',
  'proc.pname',
  'proc.aname[2]',
  'proc.cwd',
  'fd.name',
  'fd.directory',
  'fd.filename',
  'fd.type',
  'fd.l4proto',
  'user.name',
  'evt.type',
  'evt.res',
  'evt.arg.flags',
  'evt.arg.path',
  'evt.category',
  'container.id',
  'thread.cap_effective',
  'fs.path.name',
  'proc.args',
  'evt.arg[1]',
];
const NUMBERS = [
  'evt.num',
  'evt.rawres',
  'evt.rawtime',
  'fd.num',
  'fd.sport',
  'fd.ino',
  'proc.pid',
  'proc.ppid',
  'proc.exe_ino.mtime',
  'proc.vmsize',
  'proc.cmdnargs',
  'evt.count',
  'evt.buflen',
  'proc.duration',
  'user.loginuid',
  'user.uid',
  'proc.sid',
  'proc.tty',
];
const BOOLEANS = [
  'evt.is_open_write',
  'evt.failed',
  'fd.is_server',
  'proc.is_exe_writable',
  'thread.ismain',
];
const ADDRESSES = ['fd.sip', 'fd.cip', 'fd.lip', 'fd.rip'];

interface Question {
  readonly condition: string;
  readonly holds: (num: number) => boolean;
}

function readAnswers(wanted: ReadonlySet<string>): Map<string, Column> {
  const columns = new Map<string, Column>();
  const text = gunzipSync(readFileSync(sharedPath(`compat/${CAPTURE}.fields.jsonl.gz`))).toString();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [num, , fields] = JSON.parse(line, exactNumbers) as [
      { digits: string },
      string,
      Record<string, Answer | null>,
    ];
    for (const [name, value] of Object.entries(fields)) {
      if (!wanted.has(name) || value === null) continue;
      let column = columns.get(name);
      if (column === undefined) columns.set(name, (column = new Map()));
      column.set(Number(num.digits), value);
    }
  }
  return columns;
}

function exactNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? { digits: context?.source ?? String(value) } : value;
}

function textOf(value: Answer): string {
  return typeof value === 'object' ? value.digits : String(value);
}

/** The literals of a field: values that were seen, the rare ones as well. */
function literalsOf(column: Column, next: Random): string[] {
  const distinct = [...new Set([...column.values()].map(textOf))].filter(
    (text) => text.length <= 200,
  );
  return Array.from({ length: LITERALS }, () => distinct[next(distinct.length)] ?? '');
}

type TextTest = (value: string, literal: string) => boolean;

const SAME: Readonly<Record<string, TextTest>> = {
  '=': (value, literal) => value === literal,
  '!=': (value, literal) => value !== literal,
};

const STRING_TESTS: Readonly<Record<string, TextTest>> = {
  ...SAME,
  contains: (value, literal) => value.indexOf(literal) >= 0,
  icontains: (value, literal) => value.toLowerCase().indexOf(literal.toLowerCase()) >= 0,
  startswith: (value, literal) => value.slice(0, literal.length) === literal,
  endswith: (value, literal) => literal === '' || value.slice(-literal.length) === literal,
};

const NUMBER_TESTS: Readonly<Record<string, TextTest>> = {
  ...SAME,
  '<': (value, literal) => BigInt(value) < BigInt(literal),
  '<=': (value, literal) => BigInt(value) <= BigInt(literal),
  '>': (value, literal) => BigInt(value) > BigInt(literal),
  '>=': (value, literal) => BigInt(value) >= BigInt(literal),
};

/**
 * One question per operator and literal. `cut` says which part of a seen value the operator is
 * asked about.
 */
function singleQuestions(
  name: string,
  column: Column,
  tests: Readonly<Record<string, TextTest>>,
  next: Random,
): Question[] {
  return Object.entries(tests).flatMap(([operator, holds]) =>
    literalsOf(column, next).map((seen) => {
      const literal = partFor(operator, seen, next);
      const right = tests === NUMBER_TESTS ? literal : quote(literal);
      return question(`${name} ${operator} ${right}`, column, (value) => holds(value, literal));
    }),
  );
}

function partFor(operator: string, seen: string, next: Random): string {
  const at = next(Math.max(1, seen.length));
  if (operator === 'startswith') return seen.slice(0, at + 1);
  if (operator === 'endswith') return seen.slice(at);
  if (operator === 'contains') return seen.slice(at, at + 4);
  if (operator === 'icontains') return seen.slice(at, at + 4).toUpperCase();
  return seen;
}

function question(condition: string, column: Column, holds: (value: string) => boolean): Question {
  return {
    condition,
    holds(num) {
      const value = column.get(num);
      return value !== undefined && holds(textOf(value));
    },
  };
}

/** Lists, modifiers, patterns, presence, negation, and another field at the right. */
function setQuestions(name: string, column: Column, next: Random): Question[] {
  const literals = literalsOf(column, next);
  const list = literals.map(quote).join(', ');
  const isOneOf = (value: string) => literals.includes(value);
  return [
    question(`${name} in (${list})`, column, isOneOf),
    question(`${name} intersects (${list})`, column, isOneOf),
    { condition: `not ${name} in (${list})`, holds: (num) => !holdsFor(column, num, isOneOf) },
    { condition: `${name} exists`, holds: (num) => column.has(num) },
    question(`${name} = val(${name})`, column, () => true),
    question(`${name} = oneof (${list})`, column, (value) => {
      return literals.filter((literal) => literal === value).length === 1;
    }),
    question(`${name} = anyof (${list})`, column, isOneOf),
    question(`${name} != allof (${list})`, column, (value) => !isOneOf(value)),
  ];
}

function holdsFor(column: Column, num: number, holds: (value: string) => boolean): boolean {
  const value = column.get(num);
  return value !== undefined && holds(textOf(value));
}

/** Patterns for which a prefix says all: `lit*`, `LIT*`, `lit.*`, paths below a directory. */
function patternQuestions(name: string, column: Column, next: Random): Question[] {
  return literalsOf(column, next).flatMap((seen) => {
    const head = (/^[a-zA-Z0-9/]+/.exec(seen)?.[0] ?? '').slice(0, 3 + next(12));
    if (head === '') return [];
    const begins = (value: string) => value.startsWith(head);
    const below = seen.split('/').filter((part) => part !== '');
    const covered = below.slice(0, 2);
    return [
      question(`${name} glob ${quote(`${head}*`)}`, column, begins),
      question(`${name} iglob ${quote(`${head.toUpperCase()}*`)}`, column, (value) =>
        value.toLowerCase().startsWith(head.toLowerCase()),
      ),
      question(`${name} regex ${quote(`${head}.*`)}`, column, (value) => {
        return begins(value) && !value.slice(head.length).includes('\n');
      }),
      ...(covered.length === 0 || /[?*[]/.test(seen)
        ? []
        : [
            question(`${name} pmatch (${quote(covered.join('/'))})`, column, (value) =>
              covers(covered, value),
            ),
          ]),
      question(`len(${name}) = ${Buffer.byteLength(seen)}`, column, (value) => {
        return Buffer.byteLength(value) === Buffer.byteLength(seen);
      }),
      question(`toupper(${name}) = ${quote(seen.toUpperCase())}`, column, (value) => {
        return value.toUpperCase() === seen.toUpperCase();
      }),
    ];
  });
}

function covers(path: readonly string[], value: string): boolean {
  const parts = value.split('/').filter((part) => part !== '');
  return path.every((part, at) => parts[at] === part);
}

/** `/24` networks of seen addresses. */
function netQuestions(name: string, column: Column, next: Random): Question[] {
  const field = name.replace('ip', 'net');
  return literalsOf(column, next)
    .filter((address) => /^[\d.]+$/.test(address))
    .flatMap((address) => {
      const net = address.split('.').slice(0, 3).join('.');
      const inside = (value: string) => value.startsWith(`${net}.`);
      return [
        question(`${field} = ${address}/24`, column, inside),
        question(`${field} in (${address}/24, 198.51.100.0/24)`, column, inside),
        question(`${field} != ${address}/24`, column, (value) => !inside(value)),
      ];
    });
}

/**
 * Buffers are only in the text of evt.args, with dots for what is not printable: so literals are
 * letters.
 */
function bufferQuestions(args: Column): Question[] {
  const data: Column = new Map();
  for (const [num, value] of args) {
    const found =
      /(?:^| )data=(.*?)(?: (?:tuple|fd|size|oldaddr|msgcontrol|flags|addr|len)=|$)/.exec(
        textOf(value),
      );
    if (found !== null && found[1] !== 'NULL') data.set(num, found[1] ?? '');
  }
  const hex = (text: string) => Buffer.from(text).toString('hex');
  return ['GET', 'HTTP', 'root', 'ELF', 'a'].flatMap((literal) => [
    question(`evt.buffer contains ${literal}`, data, (value) => value.includes(literal)),
    question(`evt.buffer startswith ${literal}`, data, (value) => value.startsWith(literal)),
    question(`evt.buffer bcontains ${hex(literal)}`, data, (value) => value.includes(literal)),
    question(`evt.buffer bstartswith ${hex(literal)}`, data, (value) => value.startsWith(literal)),
  ]);
}

function questions(columns: ReadonlyMap<string, Column>, next: Random): Question[] {
  const of = (name: string) => columns.get(name) ?? new Map<number, Answer>();
  return [
    ...STRINGS.flatMap((name) => [
      ...singleQuestions(name, of(name), STRING_TESTS, next),
      ...setQuestions(name, of(name), next),
      ...(name === 'evt.type' ? [] : patternQuestions(name, of(name), next)),
    ]),
    ...NUMBERS.flatMap((name) => [
      ...singleQuestions(name, of(name), NUMBER_TESTS, next),
      ...setQuestions(name, of(name), next),
    ]),
    ...[...BOOLEANS, ...ADDRESSES].flatMap((name) => [
      ...singleQuestions(name, of(name), SAME, next),
      ...setQuestions(name, of(name), next),
    ]),
    ...ADDRESSES.flatMap((name) => netQuestions(name, of(name), next)),
    ...bufferQuestions(of('evt.args')),
  ];
}

test('conditions hold where the answers say', { skip: skipWithoutShared }, () => {
  const columns = readAnswers(
    new Set([...STRINGS, ...NUMBERS, ...BOOLEANS, ...ADDRESSES, 'evt.args']),
  );
  const asked = questions(columns, random(7)).filter(
    ({ condition }) => !/^evt\.type .*val|toupper\(evt\.type/.test(condition),
  );
  const compiler = new PlainCompiler(new FieldTable(), () => undefined);
  const predicates = asked.map(({ condition }) => {
    const { expr } = parseCondition(new Source('question', condition));
    assert.ok(expr, condition);
    return compiler.compile(expr);
  });
  const wrong = new Map<string, string>();
  let held = 0;
  replayCapture(sharedPath(`compat/${CAPTURE}.scap`), (context) => {
    const { num } = context.event;
    asked.forEach(({ condition, holds }, at) => {
      const want = holds(num);
      if (want) held++;
      if (predicates[at]?.(context) !== want)
        wrong.set(condition, `event ${num}: answers say ${want}`);
    });
  });
  assert.deepEqual([...wrong].slice(0, 20), []);
  assert.ok(asked.length > 1000, `${asked.length} questions`);
  assert.ok(held > 1_000_000, `held ${held} times`);
});
