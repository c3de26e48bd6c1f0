/** init_config against the schema of a plugin. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkInitConfig } from './init-config.ts';

const schema = {
  $ref: '#/$defs/Config',
  $defs: {
    Config: {
      type: 'object',
      properties: {
        url: { type: 'string' },
        size: { type: 'integer', minimum: 1, maximum: 10 },
        ratio: { type: 'number' },
        mode: { enum: ['a', 'b'] },
        tags: { type: 'array', items: { type: ['string', 'null'] } },
        labels: { type: 'object', additionalProperties: { type: 'boolean' } },
        tls: { $ref: '#/$defs/Tls' },
      },
      required: ['url'],
    },
    Tls: { type: 'object', properties: { key: { type: 'string' } }, additionalProperties: false },
  },
};

const cases: readonly (readonly [config: unknown, problems: readonly string[]])[] = [
  [{ url: 'x' }, []],
  [undefined, ['error: init_config: "url" is missing']],
  ['text', ['error: init_config: expected an object, found a string']],
  [{ url: 1 }, ['error: init_config.url: expected a string, found 1']],
  [{ url: 'x', size: 0 }, ['error: init_config.size: expected at least 1, found 0']],
  [{ url: 'x', size: 11 }, ['error: init_config.size: expected at most 10, found 11']],
  [{ url: 'x', size: 1.5 }, ['error: init_config.size: expected an integer, found 1.5']],
  [{ url: 'x', ratio: 1 }, []],
  [{ url: 'x', mode: 'c' }, ['error: init_config.mode: expected one of "a", "b", found a string']],
  [
    { url: 'x', tags: ['a', null, 3] },
    ['error: init_config.tags.2: expected a string or a null, found 3'],
  ],
  [{ url: 'x', labels: { a: 1 } }, ['error: init_config.labels.a: expected a boolean, found 1']],
  [
    { url: 'x', tls: { kye: 'x' } },
    ['error: init_config.tls: there is no "kye"; did you mean "key"?'],
  ],
  [{ url: 'x', sise: 1 }, ['warning: init_config: there is no "sise"; did you mean "size"?']],
  [{ url: 'x', tls: null }, ['error: init_config.tls: expected an object, found null']],
];

for (const [config, problems] of cases) {
  test(JSON.stringify(config) ?? 'none', () => {
    const found = checkInitConfig(config, schema);
    assert.deepEqual(
      found.map(({ isError, message }) => `${isError ? 'error' : 'warning'}: ${message}`),
      problems,
    );
  });
}

test('a schema that refers to itself, or to nothing', () => {
  const endless = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } };
  assert.deepEqual(checkInitConfig({ x: 1 }, endless), []);
  assert.deepEqual(checkInitConfig({ x: 1 }, { $ref: '#/none' }), []);
  const deep = { type: 'object', properties: { a: { $ref: '#' } } };
  assert.deepEqual(checkInitConfig({ a: { a: { a: {} } } }, deep), []);
});
