import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { expandReferences } from './environment.ts';

const environment = {
  HOME: '/root',
  EMPTY: '',
  NESTED: '${HOME}',
  LOOP: 'x${LOOP}',
  'file:/etc/hostname': 'a variable',
};

const cases: readonly (readonly [text: string, want: string])[] = [
  ['plain', 'plain'],
  ['${HOME}/x', '/root/x'],
  ['a${HOME}b${HOME}c', 'a/rootb/rootc'],
  ['${EMPTY}', ''],
  ['${UNSET}', ''],
  ['${constructor}', ''],
  ['$${HOME}', '${HOME}'],
  ['$${HOME}$${HOME}', '${HOME}${HOME}'],
  ['$${HOME}${HOME}', '${HOME}/root'],
  ['$${${HOME}}', '${/root}'],
  ['$$HOME', '$$HOME'],
  ['$HOME $ ${HOME}', '$HOME $ /root'],
  ['${HOME', '${HOME'],
  ['${NESTED}/x', '/root/x'],
  ['100$', '100$'],
  ['${file:/etc/hostname}', 'a variable'],
];

test('variables', () => {
  for (const [text, want] of cases) {
    assert.deepEqual(expandReferences(text, environment), { text: want, problems: [] }, text);
  }
});

test('a variable that refers to itself comes to an end', () => {
  assert.match(expandReferences('${LOOP}', environment).text, /^x{100}/);
});

test('files', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'saker-reference-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'token');
  writeFileSync(file, 's3cret ${HOME} $${x}\n');
  const found = expandReferences(`a\${file:${file}}b\${HOME}`, environment);
  assert.deepEqual(found, { text: 'as3cret ${HOME} $${x}b/root', problems: [] });

  writeFileSync(file, 'x'.repeat((64 << 10) + 1));
  const problems: readonly (readonly [path: string, problem: RegExp])[] = [
    [join(folder, 'absent'), /absent}: it does not exist$/],
    ['relative', /the path must be absolute$/],
    [folder, /it is no file$/],
    [file, /it has 65537 bytes, at most 65536 are read$/],
  ];
  for (const [path, problem] of problems) {
    const refused = expandReferences(`a\${file:${path}}b`, environment);
    assert.equal(refused.text, 'ab');
    assert.match(refused.problems.join(), problem);
  }
});
