/**
 * The table of keys as a JSON schema: what `--config-schema` prints and editors read. Draft
 * 2020-12, with nothing in it that draft 7 would read in another way.
 */

import { configKeys } from './config-keys.ts';
import type { KeySpec, ListSpec, NumberSpec, SectionSpec, StringSpec } from './key-spec.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** `${PORT}` may stand where a number or a switch is wanted. */
const reference: JsonSchema = {
  description: 'A variable of the environment, or a file.',
  type: 'string',
  pattern: '\\$\\{[^}]+\\}',
};

export function configSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Saker configuration (falco.yaml)',
    ...schemaOf(configKeys),
    $defs: { reference },
  };
}

function schemaOf(spec: KeySpec): JsonSchema {
  const common = {
    description: description(spec),
    ...(spec.old === undefined ? {} : { deprecated: true }),
    ...('fallback' in spec ? { default: spec.fallback } : {}),
  };
  switch (spec.type) {
    case 'boolean':
      return { ...common, ...orReference({ type: 'boolean' }) };
    case 'integer':
    case 'number':
      return { ...common, ...orReference(numberSchema(spec)) };
    case 'string':
      return { ...common, ...stringSchema(spec) };
    case 'list':
      return { ...common, ...listSchema(spec) };
    case 'section':
      return { ...common, ...sectionSchema(spec) };
    case 'text-map':
      return { type: 'object', ...common, additionalProperties: { type: SCALARS } };
    case 'either':
      return { ...common, anyOf: spec.of.map(schemaOf) };
    case 'any':
      return common;
  }
}

/** What YAML makes of a text that is written without quotes. */
const SCALARS = ['string', 'number', 'boolean'];

function description({ meaning, old, own }: KeySpec): string {
  if (own === true) return `${meaning}. Saker's own.`;
  if (old === undefined) return `${meaning}.`;
  const since = old.before === undefined ? '' : `Of Falco before ${old.before}. `;
  if ('movedTo' in old) return `${meaning}. ${since}Use ${old.movedTo}.`;
  if ('modernForm' in old) return `${meaning}. ${since}Use ${old.modernForm}.`;
  return `${meaning}. ${since}Does nothing: ${old.whyNothing}.`;
}

function orReference(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { $ref: '#/$defs/reference' }] };
}

function numberSchema({ type, minimum, maximum }: NumberSpec): JsonSchema {
  return {
    type,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}

function stringSchema({ choices, anyCase }: StringSpec): JsonSchema {
  if (choices === undefined) return { type: SCALARS };
  const listed = { type: 'string', enum: choices };
  if (anyCase !== true) return orReference(listed);
  // Editors offer the list; any other case is taken, too.
  const pattern = `^(?:${choices.map(inAnyCase).join('|')})$`;
  return { anyOf: [listed, { type: 'string', pattern }, { $ref: '#/$defs/reference' }] };
}

function inAnyCase(choice: string): string {
  return choice.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

/** A single value stands for a list of one, where that is not a section. */
function listSchema({ items }: ListSpec): JsonSchema {
  const list = { type: 'array', items: schemaOf(items) };
  return items.type === 'section' ? list : { anyOf: [list, schemaOf(items)] };
}

function sectionSchema({ keys, required }: SectionSpec): JsonSchema {
  const properties = Object.entries(keys).map(([key, value]) => [key, schemaOf(value)] as const);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
    ...(required === undefined ? {} : { required }),
  };
}
