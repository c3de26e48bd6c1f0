import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { joinPath } from '../base/paths.ts';
import { TEXT_SLOTS, TextTable } from '../base/text-table.ts';
import {
  joinedText,
  normalisedText,
  singleSlashedText,
  UNKNOWN_CWD,
  UNKNOWN_DIRECTORY,
} from './paths.ts';

const part = fc.constantFrom('a', 'bc', '.', '..', '', '...', '.x', ' ', '\xff');
const path = fc
  .tuple(fc.constantFrom('', '/'), fc.array(part, { maxLength: 6 }))
  .map(([start, parts]) => start + parts.join('/'));

test('joined texts are what joinPath says, the first time and from then on', () => {
  const texts = new TextTable();
  fc.assert(
    fc.property(path, path, path, (one, other, name) => {
      for (const base of [one, other, one]) {
        const open = base === '' || base.endsWith('/') ? base : `${base}/`;
        const directory = texts.internString(base);
        const text = texts.internString(name);
        assert.equal(joinedText(texts, directory, text).string, joinPath(open, name));
        assert.equal(joinedText(texts, directory, text).string, joinPath(open, name));
        assert.equal(normalisedText(texts, text).string, joinPath('', name));
        assert.equal(singleSlashedText(texts, text).string, name.replace(/\/+/g, '/'));
      }
    }),
  );
});

test('directories that are not known', () => {
  const texts = new TextTable();
  const cases: readonly (readonly [name: string, inUnknown: string, inUnknownCwd: string])[] = [
    ['x', '<UNKNOWN>x', './x'],
    ['./x', '<UNKNOWN>./x', './x'],
    ['../x', '<UNKNOWN>../x', 'x'],
    ['/x/', '/x', '/x'],
    ['', '', ''],
  ];
  for (const [name, inUnknown, inUnknownCwd] of cases) {
    const text = texts.internString(name);
    assert.equal(joinedText(texts, UNKNOWN_DIRECTORY, text).string, inUnknown);
    assert.equal(inUnknown.startsWith('<') ? joinPath('<UNKNOWN>', name) : inUnknown, inUnknown);
    assert.equal(joinedText(texts, UNKNOWN_CWD, text).string, inUnknownCwd);
  }
});

test('what is too long together is replaced', () => {
  const texts = new TextTable();
  const directory = texts.internString(`/${'d'.repeat(600)}`);
  const fits = joinedText(texts, directory, texts.internString('n'.repeat(421)));
  assert.equal(fits.string.length, 1023);
  const tooLong = joinedText(texts, directory, texts.internString('n'.repeat(422)));
  assert.equal(tooLong.string, '/DIR_TOO_LONG/FILENAME_TOO_LONG');
});

test('texts from before an eviction still join', () => {
  const texts = new TextTable();
  const directory = texts.internString('/old');
  for (let i = 0; i <= TEXT_SLOTS; i++) texts.internString(`t${i}`);
  assert.equal(texts.evictions, 1);
  assert.equal(joinedText(texts, directory, texts.internString('new')).string, '/old/new');
});
