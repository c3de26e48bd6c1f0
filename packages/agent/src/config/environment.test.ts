import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandEnvironment } from './environment.ts';

const environment = { HOME: '/root', EMPTY: '', NESTED: '${HOME}' };

const cases: readonly (readonly [text: string, want: string])[] = [
  ['plain', 'plain'],
  ['${HOME}/x', '/root/x'],
  ['a${HOME}b${HOME}c', 'a/rootb/rootc'],
  ['${EMPTY}', ''],
  ['${UNSET}', ''],
  ['${constructor}', ''],
  ['$${HOME}', '${HOME}'],
  ['$${HOME} ${HOME}', '${HOME} /root'],
  ['$HOME $ ${HOME}', '$HOME $ /root'],
  ['${HOME', '${HOME'],
  ['${NESTED}', '${HOME}'],
  ['100$', '100$'],
];

test('variables', () => {
  for (const [text, want] of cases) assert.equal(expandEnvironment(text, environment), want, text);
});
