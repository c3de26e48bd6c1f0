import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { parse } from 'yaml';
import { configSchema } from './config-schema.ts';

/** The part of JSON schema (draft 2020-12) that the schema uses. */
interface Schema {
  readonly $schema?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const keywords = (
  '$schema $defs $ref title description deprecated default type enum pattern minimum maximum ' +
  'properties additionalProperties required items anyOf'
).split(' ');

const whole = configSchema() as Schema;

function typesOf(value: unknown): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (Number.isInteger(value)) return ['integer', 'number'];
  return [typeof value];
}

/** Where a value is not what the schema allows: written from the draft, not from our table. */
function mistakes(value: unknown, schema: Schema, path: string): string[] {
  for (const keyword of Object.keys(schema)) assert.ok(keywords.includes(keyword), keyword);
  if (schema.$ref !== undefined) {
    const target = whole.$defs?.[schema.$ref.replace('#/$defs/', '')];
    assert.ok(target, schema.$ref);
    return mistakes(value, target, path);
  }
  const found: string[] = [];
  const allowed = schema.type === undefined ? [] : [schema.type].flat();
  if (allowed.length > 0 && !typesOf(value).some((type) => allowed.includes(type))) {
    return [`${path}: ${JSON.stringify(value)} is not of type ${allowed.join(' or ')}`];
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) found.push(`${path}: enum`);
  if (schema.pattern !== undefined && typeof value === 'string') {
    if (!new RegExp(schema.pattern, 'u').test(value)) found.push(`${path}: pattern`);
  }
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? -Infinity)) found.push(`${path}: minimum`);
    if (value > (schema.maximum ?? Infinity)) found.push(`${path}: maximum`);
  }
  if (Array.isArray(value) && schema.items !== undefined) {
    const { items } = schema;
    found.push(...value.flatMap((item, index) => mistakes(item, items, `${path}[${index}]`)));
  }
  if (typesOf(value)[0] === 'object') found.push(...inObject(value as object, schema, path));
  if (schema.anyOf !== undefined) {
    const results = schema.anyOf.map((one) => mistakes(value, one, path));
    if (results.every((result) => result.length > 0)) found.push(...(results[0] ?? []));
  }
  return found;
}

function inObject(value: object, schema: Schema, path: string): string[] {
  const { properties = {}, additionalProperties = true, required = [] } = schema;
  const missing = required.filter((key) => !Object.hasOwn(value, key));
  const inside = Object.entries(value).flatMap(([key, item]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known !== undefined) return mistakes(item, known, `${path}.${key}`);
    if (additionalProperties === false) return [`${path}.${key}: unknown`];
    return additionalProperties === true ? [] : mistakes(item, additionalProperties, path);
  });
  return [...missing.map((key) => `${path}: lacks ${key}`), ...inside];
}

function check(yaml: string): string[] {
  return mistakes(parse(yaml), whole, '');
}

test('the shipped falco.yaml is valid', { skip: skipWithoutShared }, () => {
  assert.deepEqual(check(readFileSync(sharedPath('rules/falco.yaml'), 'utf8')), []);
});

const good: readonly string[] = [
  'rules_files: /etc/one.yaml',
  'priority: WARNING',
  'webserver: {listen_port: "${PORT}", enabled: "${WEB}"}',
  'config_files: [a.yaml, {path: b.yaml, strategy: add-only}]',
  'append_output: [{extra_fields: [proc.name, {key: "%evt.type"}]}]',
  'plugins: [{name: json, library_path: libjson.so, init_config: ""}]',
  'plugins: [{name: json, library_path: libjson.so, init_config: {a: [1]}}]',
  'static_fields: {region: eu, number: 3}',
  'file_output: {rotate: {max_size_mb: 100, max_files: 3}}',
  'http_output: {batch: {max_alerts: 100, max_wait_ms: 50}}',
  'grpc: {enabled: true, bind_address: "unix:///run/falco/falco.sock", threadiness: 0}',
  'outputs: {rate: .03, max_burst: 1000}',
  'syscall_buf_size_preset: 4',
];

const bad: readonly (readonly [yaml: string, mistake: RegExp])[] = [
  ['json_outptu: true', /^\.json_outptu: unknown$/],
  ['json_output: maybe', /^\.json_output: "maybe" is not of type boolean$/],
  ['engine: {kind: replya}', /^\.engine\.kind: enum$/],
  ['webserver: {listen_port: 70000}', /^\.webserver\.listen_port: maximum$/],
  ['http_output: {max_consecutive_timeouts: 0}', /timeouts: minimum$/],
  ['metrics: {enabled: 3}', /^\.metrics\.enabled: 3 is not of type boolean$/],
  ['plugins: [{name: json}]', /^\.plugins\[0\]: lacks library_path$/],
  ['rules: {disable: {tag: x}}', /^\.rules: .* is not of type array$/],
  ['syscall_event_drops: {actions: [log, shout]}', /actions/],
  ['priority: loud', /^\.priority: enum$/],
  ['config_files: [{strategy: append}]', /config_files\[0\]/],
];

test('an independent validator takes and refuses what it should', () => {
  for (const yaml of good) assert.deepEqual(check(yaml), [], yaml);
  for (const [yaml, mistake] of bad) assert.match(check(yaml).join('\n'), mistake, yaml);
});

test('every key has a description, and an old one says what to use', () => {
  const walk = (schema: Schema, path: string): void => {
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      assert.match(inner.description ?? '', /^\S.*\.$/s, `${path}.${key}`);
      if (inner.deprecated === true) {
        assert.match(inner.description ?? '', /Use |Does nothing: /, `${path}.${key}`);
      }
      walk(inner, `${path}.${key}`);
    }
    if (schema.items !== undefined) walk(schema.items, `${path}[]`);
    for (const one of schema.anyOf ?? []) walk(one, path);
  };
  walk(whole, '');
  assert.equal(whole.properties?.['syscall_buf_size_preset']?.deprecated, true);
  assert.equal(whole.properties?.['webserver']?.deprecated, undefined);
});

interface SpecKey {
  readonly key: string;
  readonly type: string;
  readonly falcoYaml?: unknown;
  readonly enum?: readonly string[];
}

/** `a[].b` within the schema; alternatives are all tried. */
function find(schema: Schema | undefined, path: string): Schema | undefined {
  if (schema === undefined || path === '') return schema;
  if (schema.anyOf !== undefined) {
    return schema.anyOf.map((one) => find(one, path)).find((found) => found !== undefined);
  }
  if (path.startsWith('[]')) return find(schema.items, path.slice(2).replace(/^\./, ''));
  const [key = ''] = /^[^.[]+/.exec(path) ?? [];
  return find(schema.properties?.[key], path.slice(key.length).replace(/^\./, ''));
}

test('every key of Falco is in the schema, with type, choices and default', {
  skip: skipWithoutShared,
}, () => {
  const spec = JSON.parse(readFileSync(sharedPath('spec/config.json'), 'utf8')) as {
    readonly keys: readonly SpecKey[];
  };
  for (const { key, type, falcoYaml, enum: choices } of spec.keys) {
    const found = find(whole, key);
    assert.ok(found, `${key} is absent`);
    const ways = [found, ...(found.anyOf ?? [])];
    const types = ways.flatMap((one) => [one.type ?? []].flat());
    if (types.length > 0)
      assert.ok(
        type.split('|').some((one) => types.includes(one)),
        key,
      );
    if (choices !== undefined) {
      assert.deepEqual(ways.find((one) => one.enum !== undefined)?.enum, choices, key);
    }
    // An example that would run a program is no default.
    if (falcoYaml === undefined || key === 'program_output.program') continue;
    if (key === 'config_files') continue;
    assert.deepEqual(found.default, falcoYaml, key);
  }
});
