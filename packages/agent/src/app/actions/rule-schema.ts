/**
 * Rule files as a JSON schema, one definition per kind of item: what `--rule-schema` prints and
 * editors read.
 */

import { PRIORITIES } from '@saker/core/rules/rule.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

export function ruleSchemaText(): string {
  return `${JSON.stringify(ruleSchema, null, 2)}\n`;
}

const text = (description: string): JsonSchema => ({ type: 'string', description });
const flag = (description: string): JsonSchema => ({ type: 'boolean', description });
const texts = (description: string): JsonSchema => ({
  type: 'array',
  description,
  items: { type: 'string' },
});
const textOrTexts = (description: string): JsonSchema => ({
  description,
  oneOf: [{ type: 'string' }, texts('One per field')],
});

const APPEND = flag('Deprecated, use override: adds to an earlier definition of this name');

function item(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema {
  return { type: 'object', description, additionalProperties: false, properties, required };
}

/** How the keys of an earlier definition are changed. */
function override(appendable: readonly string[], replaceable: readonly string[]): JsonSchema {
  const either = { enum: ['append', 'replace'] };
  const replace = { enum: ['replace'] };
  return {
    type: 'object',
    description: 'Changes an earlier definition of this name: for each key that is given, how',
    additionalProperties: false,
    properties: Object.fromEntries([
      ...appendable.map((key) => [key, either]),
      ...replaceable.map((key) => [key, replace]),
    ]) as JsonSchema,
  };
}

const pluginVersion: Readonly<Record<string, JsonSchema>> = {
  name: text('Name of the plugin'),
  version: text('Oldest version that serves, such as 0.7.1'),
};

const exception = item(
  'A case in which the rule does not match',
  {
    name: text('Unique within the rule'),
    fields: textOrTexts('The field or fields that are compared'),
    comps: textOrTexts('The operator for each field; default in for one field, = for several'),
    values: { type: 'array', description: 'A value, or one per field, for each case' },
  },
  ['name'],
);

const ruleSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-06/schema#',
  title: 'Rules of Saker and Falco',
  type: 'array',
  items: {
    oneOf: ['engineVersion', 'pluginVersions', 'list', 'macro', 'rule'].map((name) => ({
      $ref: `#/definitions/${name}`,
    })),
  },
  definitions: {
    engineVersion: item(
      'The oldest engine that can load the file',
      {
        required_engine_version: {
          description: 'A version such as 0.63.0; the number 63 means the same',
          oneOf: [{ type: 'string' }, { type: 'integer', minimum: 0 }],
        },
      },
      ['required_engine_version'],
    ),
    pluginVersions: item(
      'Plugins that the file needs',
      {
        required_plugin_versions: {
          type: 'array',
          items: item(
            'A plugin, or one of its alternatives',
            {
              ...pluginVersion,
              alternatives: {
                type: 'array',
                items: item('An alternative', pluginVersion, ['name', 'version']),
              },
            },
            ['name', 'version'],
          ),
        },
      },
      ['required_plugin_versions'],
    ),
    list: item(
      'Values under a name',
      {
        list: text('The name'),
        items: { type: 'array', items: { type: ['string', 'integer', 'number', 'boolean'] } },
        append: APPEND,
        override: override(['items'], []),
      },
      ['list', 'items'],
    ),
    macro: item(
      'A condition under a name',
      {
        macro: text('The name'),
        condition: text('The condition'),
        append: APPEND,
        override: override(['condition'], []),
      },
      ['macro', 'condition'],
    ),
    rule: item(
      'What is looked for and what is said about it',
      {
        rule: text('The name'),
        desc: text('What it means that it matches'),
        condition: text('When it matches'),
        output: text('The text of its alerts, with fields as %field.name'),
        priority: {
          description: 'How urgent it is; in any case, INFO stands for INFORMATIONAL',
          enum: [...PRIORITIES, 'Info'].flatMap((name) => [
            name,
            name.toUpperCase(),
            name.toLowerCase(),
          ]),
        },
        source: { ...text('Event source that it looks at'), default: 'syscall' },
        enabled: { ...flag('Whether it runs'), default: true },
        tags: texts('Words by which rules are chosen'),
        exceptions: { type: 'array', items: exception },
        warn_evttypes: { ...flag('Warns when it has to look at most events'), default: true },
        'skip-if-unknown-filter': {
          ...flag('Left out, not refused, where a field is unknown'),
          default: false,
        },
        capture: { ...flag('Its matches start a capture'), default: false },
        capture_duration: {
          type: 'integer',
          minimum: 0,
          description: 'Milliseconds of that capture, 0: as configured',
        },
        append: APPEND,
        override: override(
          ['condition', 'output', 'desc', 'tags', 'exceptions'],
          [
            'priority',
            'capture',
            'capture_duration',
            'enabled',
            'warn_evttypes',
            'skip-if-unknown-filter',
          ],
        ),
      },
      ['rule'],
    ),
  },
};
