import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { configSchema } from './config-schema.ts';

interface Schema {
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

interface SpecKey {
  readonly key: string;
  readonly type: string;
  readonly falcoYaml?: unknown;
  readonly enum?: readonly string[];
}

/** `a[].b` within the schema; alternatives are all tried. */
function find(schema: Schema | undefined, path: string): Schema | undefined {
  if (schema === undefined || path === '') return schema;
  if (schema.oneOf !== undefined) {
    return schema.oneOf.map((one) => find(one, path)).find((found) => found !== undefined);
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
  const schema = configSchema() as Schema;
  for (const { key, type, falcoYaml, enum: choices } of spec.keys) {
    const found = find(schema, key);
    assert.ok(found, `${key} is absent`);
    if (found.type !== undefined) assert.equal(found.type, type, key);
    if (choices !== undefined) assert.deepEqual(found.enum, choices, key);
    // An example that would run a program is no default.
    if (falcoYaml === undefined || key === 'program_output.program') continue;
    if (key === 'config_files') continue;
    assert.deepEqual(found.default, falcoYaml, key);
  }
});
