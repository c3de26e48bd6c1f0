import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import { sharedPath, skipWithoutShared } from '../../testing.ts';
import { readYaml } from './read-yaml.ts';
import { booleanOf, uint32Of, type YamlNode } from './yaml-node.ts';

/** Plain values; null stays null, scalars are texts, maps are lists of pairs. */
type Plain = string | null | Plain[] | { readonly entries: readonly (readonly [Plain, Plain])[] };

function plain(node: YamlNode): Plain {
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'null':
      return null;
    case 'sequence':
      return node.items.map(plain);
    case 'map':
      return { entries: node.entries.map(({ key, value }) => [plain(key), plain(value)]) };
  }
}

function read(text: string): Plain[] | string {
  const { documents, error } = readYaml(text);
  return error === undefined ? documents.map(plain) : `${error.offset}: ${error.message}`;
}

const map = (...entries: (readonly [Plain, Plain])[]): Plain => ({ entries });

describe('readYaml', () => {
  const cases: readonly (readonly [name: string, text: string, want: Plain[] | string])[] = [
    ['nothing', '', []],
    ['a comment', '# nothing\n', []],
    ['empty documents', '---\n---\n- a\n', [null, ['a']]],
    ['nulls', '- ~\n- null\n-\n- ""\n- nUll\n', [[null, null, null, '', 'nUll']]],
    ['scalars stay texts', '- 1\n- true\n- 0x1F\n', [['1', 'true', '0x1F']]],
    ['a key twice', 'a: 1\na: 2\n', [map(['a', '1'], ['a', '2'])]],
    ['no merge keys', '<<: {a: 1}\n', [map(['<<', map(['a', '1'])])]],
    ['an alias', '- &x [a]\n- *x\n', [[['a'], ['a']]]],
    ['a tagged null is a text', '- !!str null\n- !!str\n', [['null', '']]],
    [
      'flow collections',
      '[a, {b: c, d}, e: f]',
      [['a', map(['b', 'c'], ['d', null]), map(['e', 'f'])]],
    ],
    ['quotes', `- 'it''s'\n- "a\\x41\\u00e9\\n"\n`, [["it's", 'aAé\n']]],
    ['quotes over lines', '- "a\n\n  b \\\n  c"\n', [['a\nb c']]],
    ['plain over lines', '- a\n  b\n\n  c # comment\n', [['a b\nc']]],
    ['folded', '- >\n  a\n  b\n\n  c\n', [['a b\nc\n']]],
    ['folded, more indented', '- >\n  a\n    b\n  c\n', [['a\n  b\nc\n']]],
    ['folded, stripped', '- >-\n  a\n\n\n- b\n', [['a', 'b']]],
    ['literal, kept', '- |+\n  a\n\n- b\n', [['a\n\n', 'b']]],
    ['literal with an indentation', '- |1\n   a\n', [['  a\n']]],
    ['line ends of Windows', '- a\r\n- >\r\n  b\r\n  c\r\n', [['a', 'b c\n']]],
    ['a sequence below its key', 'a:\n- b\nc: d\n', [map(['a', ['b']], ['c', 'd'])]],
    ['an explicit key', '? a\n: b\n', [map(['a', 'b'])]],
    ['a directive', '%YAML 1.2\n---\n- a\n...\n', [['a']]],
    ['an unclosed quote at a line end', '- "a\n', [['a ']]],

    ['a second colon', '- a: b: c\n', '6: illegal map value'],
    ['a wrong indentation', '- a: b\n   c: d\n', '11: illegal map value'],
    ['an item that is none', '- a: b\n c: d\n', '8: end of sequence not found'],
    ['an unclosed sequence', '- [a, b\n', '8: end of sequence flow not found'],
    ['an unclosed map', '{a: b', '6: end of map flow not found'],
    ['a wrong bracket', '[a}', '2: illegal flow end'],
    ['a tab as indentation', 'a:\n  b: |\n\tc\n', '10: illegal tab when looking for indentation'],
    ['an unknown alias', '- *a\n', '2: the referenced anchor is not defined: a'],
    ['an alias within its own node', '- &a [*a]\n', '6: the referenced anchor is not defined: a'],
    ['two anchors', '- &a &b c\n', '5: cannot assign multiple anchors to the same node'],
    ['a reserved character', '- @a\n', '2: unknown token'],
    ['a wrong escape', '- "\\q"\n', '5: unknown escape character: q'],
    ['text behind a quote', '- "a" b\n', '6: unexpected scalar'],
    ['a quote that ends nowhere', '- "a', '4: illegal EOF in scalar'],
    ['zero indentation', '- |0\n', '4: cannot set zero indentation for a block scalar'],
    ['a bad version', '%YAML 2.0\n--- a\n', '0: YAML major version too large'],
    ['too deep', '['.repeat(600), '601: bad file'],
  ];
  for (const [name, text, want] of cases) {
    test(name, () => assert.deepEqual(read(text), want));
  }

  test('places', () => {
    const text = '# c\n- a: >\n    b\n  c: [d, "e"]\n';
    const [document] = readYaml(text).documents;
    assert(document?.kind === 'sequence');
    const [item] = document.items;
    assert(item?.kind === 'map');
    const starts = item.entries.flatMap(({ key, value }) => [key.start, value.start]);
    assert.deepEqual([document.start, item.start, ...starts], [4, 6, 6, 9, 19, 22]);
    const pieces = item.entries.map(({ key, value }) => text.slice(key.start, value.end));
    assert.deepEqual(pieces, ['a: >\n    b', 'c: [d, "e"]']);
  });

  test('never throws, and ends', () => {
    const bits = ['\n', '\n  ', '- ', ': ', '#', '"', "'", '[', ']', '{', '}', ',', '|', '>', '\t'];
    const words = [
      '&a',
      '*a',
      '!',
      '? ',
      '---\n',
      '...\n',
      '~',
      '\\',
      '%',
      '@',
      'x',
      'é',
      '-',
      ':',
    ];
    const text = fc.array(fc.constantFrom(...bits, ...words), { maxLength: 40 });
    fc.assert(
      fc.property(text, (parts) => {
        const { documents, error } = readYaml(parts.join(''));
        assert(error === undefined || documents.length === 0);
      }),
      { numRuns: 2000 },
    );
  });
});

/** What the `yaml` package makes of a text, where both take the same language. */
function reference(text: string): Plain[] {
  const options = { schema: 'failsafe', uniqueKeys: false, strict: false } as const;
  const documents = parseAllDocuments(text, options);
  const plainNode = (node: unknown): Plain => {
    if (isMap(node)) {
      const { items } = node;
      return { entries: items.map(({ key, value }) => [plainNode(key), plainNode(value)]) };
    }
    if (isSeq(node)) return node.items.map(plainNode);
    assert(!isAlias(node), 'the files have no aliases');
    if (!isScalar(node)) return null;
    const value = String(node.value);
    return node.type === 'PLAIN' && /^(?:~|null|Null|NULL)?$/.test(value) ? null : value;
  };
  return [documents].flat().map((document) => plainNode(document.contents));
}

describe('readYaml and the yaml package', { skip: skipWithoutShared }, () => {
  const folders = ['rules', 'compat', 'compat/validate'].map((name) => sharedPath(name));
  const files = folders.flatMap((folder) => {
    const yaml = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    return yaml.map((name) => join(folder, name));
  });
  for (const file of files.filter((name) => !name.endsWith('bad_yaml.yaml'))) {
    test(`give the same values for ${file.slice(file.lastIndexOf('/') + 1)}`, () => {
      const text = readFileSync(file, 'utf8');
      assert.deepEqual(read(text), reference(text));
    });
  }
});

describe('scalars', () => {
  test('booleans', () => {
    const truths = ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'on', 'ON'];
    for (const text of truths) assert.equal(booleanOf(text), true, text);
    for (const text of ['n', 'No', 'FALSE', 'off']) assert.equal(booleanOf(text), false, text);
    for (const text of ['', '1', 'yEs', 'tRUE', 'enabled']) {
      assert.equal(booleanOf(text), undefined, text);
    }
  });

  test('whole numbers', () => {
    const cases: readonly (readonly [string, number | undefined])[] = [
      ['0', 0],
      ['57', 57],
      ['+5', 5],
      ['0x1f', 31],
      ['017', 15],
      ['3 ', 3],
      ['4294967295', 0xffff_ffff],
      ['4294967296', undefined],
      ['-1', undefined],
      ['0.57.0', undefined],
      ['08', undefined],
      ['', undefined],
    ];
    for (const [text, want] of cases) assert.equal(uint32Of(text), want, text);
  });
});
