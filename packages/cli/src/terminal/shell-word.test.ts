import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellWord } from './shell-word.ts';

test('words are quoted where a shell would read more into them', () => {
  const cases: readonly [string, string][] = [
    ['samples/story.scap', 'samples/story.scap'],
    ['Password hashes read', '"Password hashes read"'],
    ['', '""'],
    ["it's", '"it\'s"'],
    ['a $(b) "c"', '\'a $(b) "c"\''],
    ["'$x'", "''\\''$x'\\'''"],
  ];
  for (const [word, want] of cases) assert.equal(shellWord(word), want);
});
