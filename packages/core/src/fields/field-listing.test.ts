import assert from 'node:assert/strict';
import test from 'node:test';
import { PF, PT } from '../events/param-types.gen.ts';
import type { Field } from './field.ts';
import { type FieldClass, fieldClasses } from './field-classes.ts';
import { type ListingOptions, listFields } from './field-listing.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('sample');

function sample(name: string, traits: Partial<Field> = {}): Field {
  const description = 'What it is.';
  const facts = { type: PT.PT_CHARBUF, format: PF.PF_NA, description, extract: () => undefined };
  return { ...field({ name, ...facts }), ...traits };
}

const classes: readonly FieldClass[] = [
  {
    name: 'all',
    qualifier: 'All event types',
    description: 'Of every source.',
    source: undefined,
    fields: [sample('all.one')],
  },
  {
    name: 'sample',
    qualifier: '',
    description: '',
    source: 'syscall',
    listsArgumentKinds: true,
    fields: [
      sample('sample.first', { type: PT.PT_UINT64 }),
      sample('sample.hidden', { hidden: true }),
      sample('sample.old', { deprecated: true }),
      sample('sample.print', { printOnly: true }),
      sample('sample.list', {
        list: true,
        noRhs: true,
        noTransformer: true,
        filterOnly: true,
        argument: { kind: ['either'], required: false },
      }),
      sample('sample.with_a_name_of_more_than_thirty', {
        description: `Described ${'at length '.repeat(12)}and so broken.`,
        argument: { kind: ['index'], required: true },
      }),
    ],
  },
  { name: 'gone', qualifier: '', description: '', source: 'other', fields: [sample('gone.one')] },
  {
    name: 'secret',
    qualifier: '',
    description: '',
    source: 'syscall',
    hidden: true,
    fields: [sample('secret.one')],
  },
];

const options: ListingOptions = {
  format: 'text',
  sources: ['syscall', 'k8s_audit'],
  namesOnly: false,
  verbose: false,
};

const asIs = { serializers: [(text: string) => text] };

test('as text', (t) => {
  t.assert.snapshot(listFields(classes, options), asIs);
});

test('as text with types', (t) => {
  t.assert.snapshot(listFields(classes, { ...options, sources: ['syscall'], verbose: true }), asIs);
});

test('as Markdown', (t) => {
  t.assert.snapshot(listFields(classes, { ...options, format: 'markdown' }), asIs);
});

test('as JSON', (t) => {
  t.assert.snapshot(listFields(classes, { ...options, format: 'json' }), asIs);
});

test('names only', () => {
  const named = { ...options, namesOnly: true };
  const names = [
    'all.one',
    'sample.first',
    'sample.list',
    'sample.with_a_name_of_more_than_thirty',
  ];
  assert.equal(listFields(classes, named), `${names.join('\n')}\n`);
  const json: unknown = JSON.parse(listFields(classes, { ...named, format: 'json' }));
  assert.deepEqual(json, { fieldnames: names });
  assert.equal(listFields(classes, { ...named, sources: ['other'] }), 'all.one\ngone.one\n');
});

test('nothing to list', () => {
  assert.equal(listFields([], { ...options, format: 'json' }), '');
  assert.equal(listFields([], options), '');
});

test('our own fields are listed without those that are hidden or deprecated', () => {
  const names = listFields(fieldClasses, { ...options, sources: ['syscall'], namesOnly: true });
  const lines = names.trimEnd().split('\n');
  assert.ok(lines.includes('proc.name') && lines.includes('container.id'));
  for (const name of ['evt.dir', 'evt.latency', 'util.cnt', 'evt.outputtime', 'thread.nametid']) {
    assert.ok(!lines.includes(name), name);
  }
});
