/** Loading never throws and always ends, whatever the text. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { formatDiagnostic } from '../base/diagnostic.ts';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { load } from './loading.cases.ts';
import { formatReport, reportJson } from './result/format-result.ts';

const SEED = 20260731;
const RUNS = 400;
/** Pieces of files are mutated: whole ones would take all the time for loading what is right. */
const PIECE_MAX = 2500;

/** xorshift32: the same texts on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const inserts = [
  '\n|  |- |: |#|"|\'|[|]|{|}|(|)|,|>|\t|\\|%|\0|é|*x |&x |~'.split('|'),
  ['|', ' and ', ' or ', ' not ', ' in ', '= ', 'override: {', 'append: true', 'exceptions:'],
  ['condition: append', 'items: replace', 'enabled: false', '- rule: x', '- macro: m'],
].flat();

function mutated(text: string, random: (below: number) => number): string {
  let result = text;
  for (let count = 1 + random(4); count > 0; count--) {
    const at = random(result.length + 1);
    const cut = random(3) === 0 ? 0 : random(20);
    const insert = random(3) === 0 ? '' : (inserts[random(inserts.length)] ?? '');
    result = result.slice(0, at) + insert + result.slice(at + cut);
  }
  return result;
}

/** Loads a text twice over, as two files, and prints everything that came of it. */
function exercise(text: string): void {
  const result = load([text, text], { stopAtError: false });
  for (const file of result.files) {
    assert.notEqual(formatReport(file), '');
    JSON.stringify(reportJson(file));
  }
  for (const diagnostic of result.diagnostics) {
    const { start, end } = diagnostic.span;
    assert(start >= 0 && start <= end && end <= diagnostic.source.text.length);
    formatDiagnostic(diagnostic);
  }
}

const folders = ['rules', 'compat/validate'].map((name) => sharedPath(name));
const corpus = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    return files.map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  });

describe('loading never throws', () => {
  test(`on pieces of files, changed (seed ${SEED})`, { skip: skipWithoutShared }, () => {
    const random = randomFrom(SEED);
    for (let run = 0; run < RUNS; run++) {
      const file = corpus[random(corpus.length)] ?? '';
      const start = file.indexOf('\n- ', random(file.length)) + 1;
      exercise(mutated(file.slice(start, start + 200 + random(PIECE_MAX)), random));
    }
  });

  test('on text without sense', () => {
    const random = randomFrom(SEED);
    for (let run = 0; run < RUNS; run++) {
      const length = random(60);
      exercise(Array.from({ length }, () => inserts[random(inserts.length)]).join(''));
    }
  });

  const deep = 5000;
  const range = Array.from({ length: deep }, (_, index) => index);
  const hostile: readonly (readonly [name: string, text: string])[] = [
    ['nested sequences', '- '.repeat(deep)],
    ['nested brackets', '['.repeat(deep)],
    [
      'nested parentheses',
      `- macro: m\n  condition: ${'('.repeat(deep)}evt.type = open${')'.repeat(deep)}\n`,
    ],
    ['a long chain of not', `- macro: m\n  condition: ${'not '.repeat(deep)}evt.type = open\n`],
    [
      'a long chain of macros',
      range.map((n) => `- macro: m${n}\n  condition: m${n + 1}\n`).join(''),
    ],
    [
      'a long chain of macros that exist',
      `${range.map((n) => `- macro: m${deep - n}\n  condition: ${n === 0 ? 'evt.type = open' : `m${deep - n + 1}`}\n`).join('')}- rule: r\n  desc: d\n  condition: m1\n  output: o\n  priority: INFO\n`,
    ],
    [
      'macros that double each other',
      `- macro: m0\n  condition: evt.type = open\n${range
        .slice(1, 60)
        .map((n) => `- macro: m${n}\n  condition: m${n - 1} and m${n - 1}\n`)
        .join('')}- rule: r\n  desc: d\n  condition: m59\n  output: o\n  priority: INFO\n`,
    ],
    ['a long chain of lists', range.map((n) => `- list: l${n}\n  items: [l${n + 1}]\n`).join('')],
    [
      'lists that double each other',
      `- list: l0\n  items: [a]\n${range
        .slice(1, 60)
        .map((n) => `- list: l${n}\n  items: [l${n - 1}, l${n - 1}]\n`)
        .join('')}`,
    ],
    [
      'a list named many times in a text that does not parse',
      `- list: l\n  items: [${range.join(', ')}]\n- macro: m\n  condition: proc.name in (${'l,'.repeat(50_000)})\n`,
    ],
    [
      'an exception with many values',
      `- rule: r\n  desc: d\n  condition: evt.type = open\n  output: o\n  priority: INFO\n  exceptions:\n  - name: e\n    fields: [proc.name, fd.name]\n    values: [${'[a, b], '.repeat(20_000)}]\n`,
    ],
    [
      'a number with many zeros that is none',
      `- macro: m\n  condition: proc.pid = 1\n- rule: r\n  desc: d\n  condition: proc.pid in (${'0'.repeat(500_000)}x)\n  output: o\n  priority: INFO\n`,
    ],
    ['long names', `- macro: ${'a'.repeat(100_000)}\n  condition: ${'b'.repeat(100_000)}\n`],
    [
      'a circle of lists',
      range
        .slice(0, 50)
        .map(
          (n) =>
            `- list: l${n}\n  items: [${range
              .slice(0, 50)
              .map((m) => `l${m}`)
              .join(', ')}]\n`,
        )
        .join(''),
    ],
    [
      'aliases that double each other',
      `- &a0 [x]\n${range
        .slice(1, 60)
        .map((n) => `- &a${n} [*a${n - 1}, *a${n - 1}]\n`)
        .join('')}- rule: r\n  exceptions: [{name: e, fields: *a59, values: *a59}]\n`,
    ],
  ];
  for (const [name, text] of hostile) test(`on ${name}`, () => exercise(text));
});
