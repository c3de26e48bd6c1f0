/** The fields have the names, types, flags and order that Falco's have. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { PF, PT } from '../events/param-types.gen.ts';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { containerFields } from './container.ts';
import { evtGenericFields } from './evt-generic.ts';
import { evtSyscallFields } from './evt-syscall.ts';
import { fdFields } from './fd.ts';
import { fdlistFields } from './fdlist.ts';
import type { ArgumentKind, Field } from './field.ts';
import { fsPathFields } from './fs-path.ts';
import { groupFields } from './group.ts';
import { k8sFields } from './k8s.ts';
import { processFields } from './process.ts';
import { userFields } from './user.ts';
import { utilFields } from './util.ts';

interface SpecField {
  readonly name: string;
  readonly class: string;
  readonly type: keyof typeof PT;
  readonly printFormat: keyof typeof PF;
  readonly flags: readonly string[];
  readonly index: number;
}

const classes: readonly (readonly [string, readonly Field[]])[] = [
  ['evt', [...evtGenericFields, ...evtSyscallFields]],
  ['fd', fdFields],
  ['fs.path', fsPathFields],
  ['fdlist', fdlistFields],
  ['process', processFields],
  ['user', userFields],
  ['group', groupFields],
  ['container', [...containerFields, ...k8sFields]],
  ['util', utilFields],
];

/** Fields whose syntax the specification tells in words. */
const KINDS: Readonly<Record<string, readonly ArgumentKind[]>> = {
  'evt.type.is': ['name'],
  'evt.arg': ['index', 'name'],
  'evt.rawarg': ['name'],
  'evt.abspath': ['name'],
  'thread.cgroup': ['name'],
  'proc.env': ['either'],
  'proc.aenv': ['either'],
};

function argumentKinds(spec: SpecField): readonly ArgumentKind[] {
  const index = spec.flags.includes('EPF_ARG_INDEX');
  const key = spec.flags.includes('EPF_ARG_KEY');
  if (index && key) return ['either'];
  if (key) return ['key'];
  return KINDS[spec.name] ?? ['index'];
}

function expected(spec: SpecField): object {
  const has = (flag: string) => spec.flags.includes(flag);
  const takesArgument = has('EPF_ARG_ALLOWED') || has('EPF_ARG_REQUIRED');
  return {
    name: spec.name,
    class: spec.class,
    type: PT[spec.type],
    format: PF[spec.printFormat],
    deprecated: has('EPF_DEPRECATED'),
    suggested: has('EPF_FORMAT_SUGGESTED'),
    noRhs: has('EPF_NO_RHS'),
    noTransformer: has('EPF_NO_TRANSFORMER'),
    list: has('EPF_IS_LIST'),
    filterOnly: has('EPF_FILTER_ONLY'),
    printOnly: has('EPF_PRINT_ONLY'),
    hidden: has('EPF_TABLE_ONLY') || spec.class === 'util',
    argument: takesArgument
      ? { kind: argumentKinds(spec), required: has('EPF_ARG_REQUIRED') }
      : undefined,
  };
}

function actual(field: Field): object {
  return {
    name: field.name,
    class: field.class,
    type: field.type,
    format: field.format,
    deprecated: field.deprecated ?? false,
    suggested: field.suggested ?? false,
    noRhs: field.noRhs ?? false,
    noTransformer: field.noTransformer ?? false,
    list: field.list ?? false,
    filterOnly: field.filterOnly ?? false,
    printOnly: field.printOnly ?? false,
    hidden: field.hidden ?? false,
    argument: field.argument,
  };
}

test('names, types, flags and order are those of the specification', {
  skip: skipWithoutShared,
}, () => {
  const text = readFileSync(sharedPath('spec/fields.json'), 'utf8');
  const { fields } = JSON.parse(text) as { readonly fields: readonly SpecField[] };
  for (const [name, own] of classes) {
    const wanted = fields.filter((field) => field.class === name);
    assert.deepEqual(own.map(actual), wanted.map(expected), name);
  }
});

test('every field has a description of its own', () => {
  for (const [, fields] of classes) {
    for (const field of fields) {
      assert.match(field.description, /^\S.{8,}[.)]$|^\S.{8,}\.\.\.$/s, field.name);
    }
  }
});
