import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colourStyle, plainStyle, wantsColour } from './style.ts';

test('colours follow the terminal, NO_COLOR, FORCE_COLOR and TERM', () => {
  const cases: readonly [boolean, Record<string, string>, boolean][] = [
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: 'false' }, false],
    [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [true, { TERM: 'dumb' }, false],
  ];
  for (const [isTerminal, environment, want] of cases) {
    assert.equal(wantsColour(isTerminal, environment), want, JSON.stringify(environment));
  }
});

test('attributes nest and end by themselves', () => {
  const { bold, red } = colourStyle;
  assert.equal(bold(`a${red('b')}c`), '\u001b[1ma\u001b[31mb\u001b[39mc\u001b[22m');
  assert.equal(red(''), '');
  assert.equal(plainStyle.alarm('x'), 'x');
});
