/** The table of keys as a JSON schema: what `--config-schema` prints and editors read. */

import { configKeys } from './config-keys.ts';
import type { KeySpec } from './key-spec.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

export function configSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-06/schema#',
    title: 'Saker configuration (falco.yaml)',
    ...schemaOf(configKeys),
  };
}

function schemaOf(spec: KeySpec): JsonSchema {
  const { meaning } = spec;
  const later = spec.later === true ? '. Accepted, not acted on by this version' : '';
  const common = {
    description: `${meaning}${later}.`,
    ...('fallback' in spec ? { default: spec.fallback } : {}),
  };
  switch (spec.type) {
    case 'boolean':
      return { type: 'boolean', ...common };
    case 'integer':
    case 'number': {
      const { minimum, maximum } = spec;
      const limits = {
        ...(minimum === undefined ? {} : { minimum }),
        ...(maximum === undefined ? {} : { maximum }),
      };
      return { type: spec.type, ...common, ...limits };
    }
    case 'string':
      return { type: 'string', ...common, ...(spec.choices ? { enum: spec.choices } : {}) };
    case 'list':
      return { type: 'array', ...common, items: schemaOf(spec.items) };
    case 'section': {
      const properties = Object.entries(spec.keys).map(([key, value]) => [key, schemaOf(value)]);
      return {
        type: 'object',
        ...common,
        additionalProperties: false,
        properties: Object.fromEntries(properties) as JsonSchema,
        ...(spec.required ? { required: spec.required } : {}),
      };
    }
    case 'text-map':
      return { type: 'object', ...common, additionalProperties: { type: 'string' } };
    case 'either':
      return { ...common, oneOf: spec.of.map(schemaOf) };
    case 'any':
      return common;
  }
}
