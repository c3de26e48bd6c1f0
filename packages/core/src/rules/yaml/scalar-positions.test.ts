import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readYaml } from './read-yaml.ts';
import { fileOffset } from './scalar-positions.ts';
import type { YamlNode, YamlScalar } from './yaml-node.ts';

function firstScalar(text: string): YamlScalar {
  const find = (node: YamlNode | undefined): YamlScalar | undefined => {
    if (node?.kind === 'scalar') return node;
    if (node?.kind === 'sequence') return find(node.items[0]);
    return node?.kind === 'map' ? find(node.entries[0]?.value) : undefined;
  };
  const scalar = find(readYaml(text).documents[0]);
  assert(scalar !== undefined);
  return scalar;
}

describe('places in scalars', () => {
  const texts: readonly (readonly [name: string, text: string])[] = [
    ['plain', '- a: some words here\n'],
    ['plain over lines', '- a: some\n     words\n\n     here\n'],
    ['single quotes', "- a: 'some ''words'' here'\n"],
    ['double quotes', '- a: "some \\"words\\" \\\n     here\n     and there"\n'],
    ['folded', '- a: >\n    some words\n    here\n\n    and there\n'],
    ['folded, more indented', '- a: >\n    some words\n      here\n    and there\n'],
    ['literal', '- a: |\n    some words\n      here\n'],
    ['literal, indented by a digit', '- a: |1\n    some words\n'],
    ['behind properties', '- a: !!str &x some words\n'],
    ['in flow', '- [some words, "and more"]\n'],
    ['Windows', '- a: >\r\n    some words\r\n    here\r\n'],
    ['not ASCII', '- é: >\n    ünd sö\n    weiter\n'],
  ];
  for (const [name, text] of texts) {
    test(`${name}: every letter is found`, () => {
      const scalar = firstScalar(text);
      for (let at = 0; at < scalar.text.length; at++) {
        const char = scalar.text[at] ?? '';
        const found = text[fileOffset(text, scalar, at)];
        // A blank or line break may come from any other, a quote from an escape.
        if (/[\s'"]/.test(char)) continue;
        assert.equal(found, char, `character ${at} of ${JSON.stringify(scalar.text)}`);
      }
    });
  }

  test('an escape is where it begins', () => {
    const text = '- a: "x\\ny"\n';
    const scalar = firstScalar(text);
    assert.equal(fileOffset(text, scalar, 1), text.indexOf('\\n'));
    assert.equal(fileOffset(text, scalar, 2), text.indexOf('y"'));
  });
});
