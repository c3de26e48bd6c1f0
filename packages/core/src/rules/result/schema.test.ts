import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readYaml } from '../yaml/read-yaml.ts';
import { schemaStatus } from './rule-schema.ts';

function statusOf(text: string): readonly string[] {
  const [document] = readYaml(text).documents;
  assert(document);
  return schemaStatus(document);
}

const inItem = ['failed for <root>: Failed to validate item #0 in array.'];
const inKey = (key: string): string[] => [
  `failed for <root>[0]: Failed to validate against schema associated with property name '${key}'.`,
  ...inItem,
];
const TYPE = "Value type not permitted by 'type' constraint.";

describe('schema status', () => {
  const cases: readonly (readonly [name: string, text: string, want: readonly string[]])[] = [
    ['in order', '- rule: r\n  priority: INFO\n  enabled: true\n  capture_duration: 5\n', ['ok']],
    ['lists of numbers and texts', '- list: l\n  items: [1, a, "b c"]\n', ['ok']],
    ['no sequence', 'a: b\n', [`failed for <root>: ${TYPE}`]],
    ['an item that is a text', '- a\n', [`failed for <root>[0]: ${TYPE}`, ...inItem]],
    ['an empty item', '- \n', [`failed for <root>[0]: ${TYPE}`, ...inItem]],
    [
      'a boolean as Falco takes it, and the schema does not',
      '- rule: r\n  enabled: yes\n',
      [`failed for <root>[0][enabled]: ${TYPE}`, ...inKey('enabled')],
    ],
    [
      'a priority in small letters',
      '- rule: r\n  priority: Info\n',
      [
        'failed for <root>[0][priority]: Failed to match against any enum values.',
        ...inKey('priority'),
      ],
    ],
    [
      'an item that is empty',
      '- list: l\n  items: [~]\n',
      [
        `failed for <root>[0][items][0]: ${TYPE}`,
        'failed for <root>[0][items][0]: Failed to validate against child schema #0.',
        `failed for <root>[0][items][0]: ${TYPE}`,
        'failed for <root>[0][items][0]: Failed to validate against child schema #1.',
        'failed for <root>[0][items][0]: Failed to validate against any schemas allowed by anyOf constraint.',
        'failed for <root>[0][items]: Failed to validate item #0 in array.',
        ...inKey('items'),
      ],
    ],
    [
      'an exception without a name',
      '- rule: r\n  exceptions: [{fields: a}]\n',
      [
        "failed for <root>[0][exceptions][0]: Missing required property 'name'.",
        'failed for <root>[0][exceptions]: Failed to validate item #0 in array.',
        ...inKey('exceptions'),
      ],
    ],
    [
      'an override of nothing',
      '- rule: r\n  override: {}\n',
      [
        'failed for <root>[0][override]: Object should have no fewer than 1 properties.',
        ...inKey('override'),
      ],
    ],
    [
      'a key twice',
      '- rule: r\n  rule: s\n',
      [
        "failed for <root>[0]: Object contains a property that could not be validated using 'properties' or 'additionalProperties' constraints: ''.",
        ...inItem,
      ],
    ],
  ];
  for (const [name, text, want] of cases) {
    test(name, () => assert.deepEqual(statusOf(text), want));
  }
});
