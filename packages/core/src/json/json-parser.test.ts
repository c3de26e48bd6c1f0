import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fromText, toText } from '../base/byte-string.ts';
import type { JsonNode } from './json-node.ts';
import { JSON_DEPTH_MAX, parseJson } from './json-parser.ts';

function parsed(text: string): JsonNode {
  const { root, problem } = parseJson(fromText(text));
  assert.ok(root !== undefined, problem?.message);
  return root;
}

/** What a node means, as JSON.parse has it. */
function meaning(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      // JSON.parse takes the last of equal keys: generated objects have none.
      return Object.fromEntries(
        node.keys.map((key, at) => [toText(key), meaning(node.items[at] ?? node)]),
      );
    case 'array':
      return node.items.map(meaning);
    case 'string':
      return toText(node.text);
    case 'number':
      return Number(node.text);
    default:
      return { true: true, false: false, null: null }[node.kind];
  }
}

test('texts of values', () => {
  const cases: readonly [json: string, text: string][] = [
    ['"a"', 'a'],
    ['""', ''],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
    ['"\\u00e9é\\u20ac"', 'éé€'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"\\ud83dx\\ude00"', '\ufffdx\ufffd'],
    ['"\\ud83d\\u0041"', '\ufffdA'],
    ['"\\\\u0041"', '\\u0041'],
    ['12345678901234567890', '12345678901234567890'],
    ['1.0', '1.0'],
    ['-0', '-0'],
    ['1E+2', '1E+2'],
    ['true', 'true'],
    ['null', 'null'],
    ['[1, "a b", {"k": [ ]}]', '[1,"a b",{"k":[]}]'],
    [' {"b": 1,\n\t"a" : "x\\" : y"} ', '{"b":1,"a":"x\\" : y"}'],
    ['{"10":1,"2":2}', '{"10":1,"2":2}'],
  ];
  for (const [json, text] of cases) assert.equal(toText(parsed(json).text), text, json);
});

test('members and elements', () => {
  const root = parsed('{"a": {"b": [true]}, "a": 2, "\\u0062": 3, "é": 4}');
  assert.equal(root.member('a')?.kind, 'object', 'the first of two equal keys');
  assert.equal(root.member('b')?.text, '3');
  assert.equal(root.member(fromText('é'))?.text, '4');
  assert.equal(root.member('c'), undefined);
  assert.equal(root.member('a')?.member('b')?.items[0]?.kind, 'true');
  assert.equal(root.member('a')?.member('b')?.member('0'), undefined);
});

test('what is no JSON is told with its place', () => {
  const cases: readonly [text: string, offset: number, message: string][] = [
    ['', 0, 'expected a value, found the end'],
    ['{', 1, 'expected a string, found the end'],
    ['{"a" 1}', 5, 'expected ":", found "1"'],
    ['{"a":1,}', 7, 'expected a string, found "}"'],
    ['[1 2]', 3, 'expected "," or "]", found "2"'],
    ['[1,]', 3, 'expected a value, found "]"'],
    ['{"a":1]', 6, 'expected "," or "}", found "]"'],
    ['"a', 2, 'expected the end of the string, found the end'],
    ['"a\nb"', 2, 'expected the end of the string, found the byte 0x0a'],
    ['"\\x"', 1, 'expected an escape of JSON, found "\\"'],
    ['"\\u12g4"', 1, 'expected an escape of JSON, found "\\"'],
    ['01', 1, 'expected the end of the text, found "1"'],
    ['nul', 0, 'expected a value, found "n"'],
    ['{} {}', 3, 'expected the end of the text, found "{"'],
    ['\ufeff{}', 0, 'expected a value, found the byte 0xef'],
  ];
  for (const [text, offset, message] of cases) {
    assert.deepEqual(parseJson(fromText(text)).problem, { offset, message }, text);
  }
});

test('levels have a limit', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.equal(parseJson(nested(JSON_DEPTH_MAX)).problem, undefined);
  assert.deepEqual(parseJson(nested(JSON_DEPTH_MAX + 1)).problem, {
    offset: JSON_DEPTH_MAX,
    message: 'more than 300 levels',
  });
  assert.ok(parseJson('{"a":'.repeat(1e6)).problem);
  assert.equal(parseJson(`[${'[],'.repeat(1000)}[]]`).problem, undefined, 'breadth is no depth');
});

test('random documents mean what JSON.parse says', () => {
  const document = fc.json({ maxDepth: 6 });
  fc.assert(
    fc.property(document, fc.nat(3), (json, indent) => {
      const value: unknown = JSON.parse(json);
      const written = JSON.stringify(value, undefined, indent);
      const root = parsed(written);
      assert.deepEqual(meaning(root), JSON.parse(written));
      assert.equal(toText(root.compactText), JSON.stringify(value));
      assert.equal(toText(root.indentedText), JSON.stringify(value, undefined, 2));
    }),
  );
});

test('random bytes and damaged documents are refused exactly where JSON.parse refuses them', () => {
  const alphabet = fc.constantFrom(
    ...Array.from('{}[],:"\\ \n0123456789.eE+-truefalsnu/bx\u0001é'),
  );
  const noise = fc.array(alphabet, { maxLength: 24 }).map((signs) => signs.join(''));
  const damaged = fc.tuple(fc.json(), fc.nat(), alphabet).map(([json, at, sign]) => {
    const place = json.length === 0 ? 0 : at % json.length;
    return json.slice(0, place) + sign + json.slice(place + 1);
  });
  fc.assert(
    fc.property(fc.oneof(noise, damaged), (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      const { root, problem } = parseJson(fromText(text));
      assert.equal(root !== undefined, isJson, JSON.stringify(text));
      if (problem !== undefined) assert.ok(problem.offset <= fromText(text).length);
    }),
    { numRuns: 3000 },
  );
});
