/**
 * The JSON schema of rules files: what `--rule-schema` prints, and what the schema status in
 * results is about.
 */

import type { YamlNode } from '../yaml/yaml-node.ts';
import { type Schema, validate } from './schema.ts';

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const textArray: Schema = { type: 'array', items: text };
const version = {
  additionalProperties: false,
  required: ['name', 'version'],
  type: 'object',
} as const;
const overridden: Schema = { $ref: '#/definitions/OverriddenItem' };

/** Keys that `override` may hold, over lists, macros and rules. */
const overridable = [
  'items',
  'desc',
  'condition',
  'output',
  'priority',
  'enabled',
  'exceptions',
  'capture',
  'capture_duration',
  'tags',
  'warn_evttypes',
  'skip-if-unknown-filter',
];

const definitions: Readonly<Record<string, Schema>> = {
  FalcoRule: {
    title: 'FalcoRule',
    type: 'object',
    additionalProperties: false,
    required: [],
    properties: {
      required_engine_version: text,
      required_plugin_versions: {
        type: 'array',
        items: { $ref: '#/definitions/RequiredPluginVersion' },
      },
      macro: text,
      list: text,
      items: { type: 'array', items: { $ref: '#/definitions/Item' } },
      rule: text,
      desc: text,
      condition: text,
      output: text,
      priority: { $ref: '#/definitions/Priority' },
      source: text,
      tags: textArray,
      exceptions: { type: 'array', items: { $ref: '#/definitions/Exception' } },
      enabled: flag,
      append: flag,
      override: { $ref: '#/definitions/Override' },
      capture: flag,
      capture_duration: { type: 'integer' },
      warn_evttypes: flag,
      'skip-if-unknown-filter': flag,
    },
  },
  Item: { title: 'Item', anyOf: [{ type: 'integer' }, text] },
  Exception: {
    title: 'Exception',
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: { name: text, fields: {}, comps: {}, values: {} },
  },
  Priority: {
    title: 'Priority',
    type: 'string',
    enum: [
      'EMERGENCY',
      'ALERT',
      'CRITICAL',
      'ERROR',
      'WARNING',
      'NOTICE',
      'INFO',
      'INFORMATIONAL',
      'DEBUG',
    ],
  },
  OverriddenItem: { title: 'OverriddenItem', type: 'string', enum: ['append', 'replace'] },
  Override: {
    title: 'Override',
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: Object.fromEntries(overridable.map((key) => [key, overridden])),
  },
  RequiredPluginVersion: {
    ...version,
    title: 'RequiredPluginVersion',
    properties: {
      name: text,
      version: text,
      alternatives: { type: 'array', items: { $ref: '#/definitions/Alternative' } },
    },
  },
  Alternative: { ...version, title: 'Alternative', properties: { name: text, version: text } },
};

export const RULE_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-06/schema#',
  type: 'array',
  items: { $ref: '#/definitions/FalcoRule' },
  definitions,
};

/** `['ok']`, or a line per problem. */
export function schemaStatus(document: YamlNode): readonly string[] {
  const problems = validate(document, RULE_SCHEMA);
  if (problems.length === 0) return ['ok'];
  return problems.map(({ path, message }) => `failed for ${path}: ${message}`);
}
