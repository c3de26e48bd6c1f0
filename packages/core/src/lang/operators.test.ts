import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PT } from '../events/param-types.gen.ts';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { MODIFIERS, OPERATORS, operatorWords } from './operators.ts';
import { TRANSFORMERS } from './transformers.ts';
import { type TypeFamily, VALUE_TYPES, valueType } from './value-types.ts';

interface OperatorSpec {
  readonly operators: readonly {
    readonly token: string;
    readonly class?: string;
    readonly blankRequiredAfter?: boolean;
  }[];
  readonly modifiers: { readonly tokens: readonly string[] };
  readonly typeMatrix: Readonly<
    Record<string, { readonly types: readonly string[]; readonly operators: readonly string[] }>
  > & { readonly anyListField: { elementTypes: string[]; operators: string[] } };
  readonly transformers: readonly { readonly name: string }[];
}

function spec(): OperatorSpec {
  return JSON.parse(readFileSync(sharedPath('spec/operators.json'), 'utf8')) as OperatorSpec;
}

test('messages list every operator once', () => {
  const words = operatorWords(() => true).split(' ');
  const operators = new Set(OPERATORS.map(({ operator }) => operator));
  assert.deepEqual(words.toSorted(), [...operators].sort());
});

test('value types have the numbers and names of the event table', () => {
  const falcoNames: Record<string, string> = { PT_DYN: 'DYNAMIC' };
  for (const [name, number] of Object.entries(PT)) {
    assert.equal(VALUE_TYPES[number]?.name, falcoNames[name] ?? name.slice(3));
  }
  assert.equal(VALUE_TYPES.length, Object.keys(PT).length);
  assert.equal(valueType(1000).family, 'other');
});

test('operators stand as specified', { skip: skipWithoutShared }, () => {
  const { operators, modifiers, transformers } = spec();
  assert.deepEqual(
    OPERATORS.map(({ token, class: operatorClass, blankAfter }) => [
      token,
      operatorClass,
      blankAfter,
    ]),
    operators.map((row) => [row.token, row.class ?? 'unary', row.blankRequiredAfter ?? false]),
  );
  assert.deepEqual([...MODIFIERS], [...modifiers.tokens]);
  const names = transformers.map(({ name }) => name).filter((name) => name !== 'val');
  assert.deepEqual(
    TRANSFORMERS.map(({ name }) => name),
    names,
  );
});

test('operators apply to the types as specified', { skip: skipWithoutShared }, () => {
  const { typeMatrix } = spec();
  const families: [key: string, family: TypeFamily][] = [
    ['numeric', 'number'],
    ['bool', 'boolean'],
    ['string', 'string'],
    ['buffer', 'buffer'],
    ['ipOrNet', 'address'],
  ];
  for (const [key, family] of families) {
    const row = typeMatrix[key];
    assert.ok(row);
    const allowed = OPERATORS.filter((facts) => facts.families.includes(family));
    assert.deepEqual(new Set(allowed.map((facts) => facts.token)), new Set(row.operators), key);
    const types = VALUE_TYPES.filter((type) => type.family === family);
    assert.deepEqual(new Set(types.map((type) => `PT_${type.name}`)), new Set(row.types), key);
  }
  const { elementTypes, operators } = typeMatrix.anyListField;
  const lists = OPERATORS.filter((facts) => facts.lists).map((facts) => facts.token);
  assert.deepEqual(new Set(lists), new Set(operators));
  const comparable = VALUE_TYPES.filter((type) => type.listComparable);
  assert.deepEqual(new Set(comparable.map((type) => `PT_${type.name}`)), new Set(elementTypes));
});
