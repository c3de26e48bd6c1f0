import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Source } from '../../base/source.ts';
import { ItemContext } from './item-context.ts';

function snippetAt(text: string, at: number): string {
  const file = ItemContext.ofFile(new Source('f', text));
  return file.child('rule', { start: at, end: at + 1 }).snippet();
}

describe('snippets', () => {
  const long = 'x'.repeat(300);
  const cases: readonly (readonly [name: string, text: string, at: number, want: string])[] = [
    ['a line', 'one\ntwo\nthree', 5, 'two\n ^\n'],
    ['the last line', 'one\ntwo', 4, 'two\n^\n'],
    ['past the end', 'one\ntwo\n', 8, 'two\n  ^\n'],
    ['a line break', 'one\ntwo', 3, 'one\n  ^\n'],
    ['no text', '', 0, '<No context available>\n'],
    ['a long line', long, 150, `...${'x'.repeat(155)}...\n${' '.repeat(80)}^\n`],
    ['the start of a long line', long, 0, `${'x'.repeat(78)}...\n^\n`],
    ['bytes count', 'é = ü\n', 4, 'é = ü\n     ^\n'],
  ];
  for (const [name, text, at, want] of cases) {
    test(name, () => assert.equal(snippetAt(text, at), want));
  }
});

describe('locations', () => {
  const source = new Source('f.yaml', '- é: 1\n- rule: r\n');

  test('count bytes from 0', () => {
    const rule = ItemContext.ofFile(source).child('rule', { start: 9, end: 13 }, 'r');
    assert.deepEqual(rule.locations(), [
      { itemType: 'rules content', itemName: '', name: 'f.yaml', line: 0, column: 0, offset: 0 },
      { itemType: 'rule', itemName: 'r', name: 'f.yaml', line: 1, column: 2, offset: 10 },
    ]);
  });

  test('in conditions are sums', () => {
    const position = { line: 1, column: 5, offset: 4 };
    const inCondition = ItemContext.ofFile(source)
      .child('rule', { start: 9, end: 13 })
      .inExpression('evt.type = open\nand proc.name = x', position);
    const [, , place] = inCondition.locations();
    assert.deepEqual(place, {
      itemType: 'condition expression',
      itemName: '',
      name: '"evt.type = open a..."',
      line: 2,
      column: 7,
      offset: 14,
    });
  });
});
