import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { directoryPart, filePart } from '../../base/paths.ts';
import { type NameHint, NameIndex, NO_NAMES } from './name-index.ts';

/** What a hint means, said without an index. */
function fits(hint: NameHint, name: string): boolean {
  return (
    hint.heads.some((head) => name.startsWith(head)) ||
    hint.names.includes(name) ||
    hint.directories.includes(directoryPart(name)) ||
    hint.directories.includes(name) ||
    hint.filenames.includes(filePart(name))
  );
}

const names = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 });
const lists = fc.array(names, { maxLength: 3 });
const hints = fc.record({ heads: lists, names: lists, directories: lists, filenames: lists });

test('no rule is left out that the name concerns', () => {
  fc.assert(
    fc.property(fc.array(hints, { minLength: 1, maxLength: 8 }), names, (all, name) => {
      const index = new NameIndex();
      all.forEach((hint, rule) => {
        index.add(1 << rule, hint);
      });
      const found = index.candidates(name, filePart(name));
      all.forEach((hint, rule) => {
        if (fits(hint, name)) assert.ok((found & (1 << rule)) !== 0, JSON.stringify(hint));
      });
    }),
    { numRuns: 5000 },
  );
});

test('rules are left out that the name does not concern', () => {
  const index = new NameIndex();
  index.add(1, { ...NO_NAMES, heads: ['/etc/'] });
  index.add(2, { ...NO_NAMES, names: ['/etc/shadow'] });
  index.add(4, { ...NO_NAMES, directories: ['/usr/bin', '/'] });
  index.add(8, { ...NO_NAMES, filenames: ['.bashrc'] });
  index.add(16, undefined);
  const candidates = (name: string) => index.candidates(name, filePart(name));
  assert.equal(candidates('/etc/shadow'), 1 | 2 | 16);
  assert.equal(candidates('/etc/shadow-'), 1 | 16);
  assert.equal(candidates('/usr/bin/ls'), 4 | 16);
  assert.equal(candidates('/usr/bin/x/ls'), 16);
  assert.equal(candidates('/vmlinuz'), 4 | 16);
  assert.equal(candidates('/root/.bashrc'), 8 | 16);
});
