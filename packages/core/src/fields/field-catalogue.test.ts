import assert from 'node:assert/strict';
import test from 'node:test';
import { PT } from '../events/param-types.gen.ts';
import { FieldTable } from './field-catalogue.ts';
import { fieldClasses, staticClass } from './field-classes.ts';
import { staticFields } from './static.ts';

const table = new FieldTable();
const resolve = (name: string, argument?: string) => table.resolve({ name, argument });

test('references that name a field', () => {
  const cases: readonly (readonly [string, string | undefined, string, number])[] = [
    ['proc.name', undefined, 'proc.name', PT.PT_CHARBUF],
    ['proc.aname', undefined, 'proc.aname', PT.PT_CHARBUF],
    ['proc.aname', '2', 'proc.aname', PT.PT_CHARBUF],
    ['proc.env', 'HOME', 'proc.env', PT.PT_CHARBUF],
    ['evt.arg', '0', 'evt.arg', PT.PT_CHARBUF],
    ['evt.arg.flags', undefined, 'evt.arg', PT.PT_CHARBUF],
    ['evt.args', undefined, 'evt.args', PT.PT_CHARBUF],
    ['evt.rawarg.flags', undefined, 'evt.rawarg', PT.PT_FLAGS32],
    ['evt.rawarg.res', undefined, 'evt.rawarg', PT.PT_ERRNO],
    ['evt.type.is.openat', undefined, 'evt.type.is', PT.PT_UINT32],
    ['evt.abspath', undefined, 'evt.abspath', PT.PT_CHARBUF],
    ['evt.abspath.dst', undefined, 'evt.abspath', PT.PT_CHARBUF],
    ['evt.around', '1404996934793590564', 'evt.around', PT.PT_UINT64],
    ['thread.cgroup.cpu', undefined, 'thread.cgroup', PT.PT_CHARBUF],
    ['container.mount', '0', 'container.mount', PT.PT_CHARBUF],
    ['container.mount', '/etc', 'container.mount', PT.PT_CHARBUF],
    ['fd.types', '1', 'fd.types', PT.PT_CHARBUF],
  ];
  for (const [name, argument, field, type] of cases) {
    const facts = resolve(name, argument);
    assert.ok('type' in facts, `${name}: ${JSON.stringify(facts)}`);
    assert.deepEqual([facts.name, facts.type], [field, type], name);
    assert.equal(table.bind({ name, argument })?.field.name, field);
  }
});

test('references that name none say so in the words of Falco', () => {
  const nonexistent = 'filter_check called with nonexistent field';
  const cases: readonly (readonly [string, string | undefined, 'unknown' | 'argument', string])[] =
    [
      ['no.such.field', undefined, 'unknown', `${nonexistent} no.such.field`],
      ['proc.namex', undefined, 'unknown', `${nonexistent} proc.namex`],
      ['proc.name', '1', 'argument', `${nonexistent} proc.name[1]`],
      ['proc.aname', 'x', 'argument', `${nonexistent} proc.aname[x]`],
      ['proc.name.x', undefined, 'unknown', `${nonexistent} proc.name.x`],
      ['evt.arg', undefined, 'argument', 'filter syntax error: evt.arg'],
      ['evt.arg.nosucharg', undefined, 'argument', 'unknown event argument nosucharg'],
      ['evt.arg.flags', '0', 'unknown', `${nonexistent} evt.arg.flags[0]`],
      ['evt.rawarg', '0', 'argument', `${nonexistent} evt.rawarg[0]`],
      ['evt.type.is.nosuchcall', undefined, 'argument', `${nonexistent} evt.type.is.nosuchcall`],
      ['evt.around', 'x', 'argument', `${nonexistent} evt.around[x]`],
      ['fd.types', 'x', 'argument', `${nonexistent} fd.types[x]`],
      [
        'container.mount',
        undefined,
        'argument',
        "filter 'container.mount': container.mount requires an argument but none provided",
      ],
      [
        'container.id',
        '1',
        'argument',
        "filter 'container.id[1]': container.id does not allow nor require an argument " +
          'but one is provided: 1',
      ],
    ];
  for (const [name, argument, problem, message] of cases) {
    const found = resolve(name, argument);
    assert.ok('problem' in found, name);
    assert.deepEqual([found.problem, found.message], [problem, message]);
    assert.equal(found.hint !== undefined, problem === 'argument', name);
    assert.equal(table.bind({ name, argument }), undefined);
  }
  const found = resolve('evt.rawarg.flagz', undefined);
  assert.equal('problem' in found && found.meant, 'evt.rawarg.flags');
});

test('the longest field at the beginning of a text', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['proc.name', 'proc.name'],
    ['proc.name)', 'proc.name'],
    ['proc.name.', 'proc.name'],
    ['proc.namefoo bar', 'proc.name'],
    ['proc.name[1]', 'proc.name'],
    ['proc.aname[2]|', 'proc.aname[2]'],
    ['proc.aname[x]', 'proc.aname'],
    ['proc.aname[2', 'proc.aname'],
    ['proc.env[HOME]', 'proc.env[HOME]'],
    ["proc.env['HOME']", "proc.env['HOME']"],
    ['evt.type.is[2]', 'evt.type'],
    ['evt.type.is.openat.', 'evt.type.is.openat'],
    ['evt.arg.flags,', 'evt.arg.flags'],
    ['evt.arg.flagsfoo', 'evt.arg.flags'],
    ['evt.arg[0].', 'evt.arg[0]'],
    ['evt.args', 'evt.args'],
    ['evt.time.s.x', 'evt.time.s'],
    ['evt.abspath.srcs', 'evt.abspath.src'],
    ['container.info', ''],
    ['no.such', ''],
    ['proc', ''],
    ['', ''],
  ];
  for (const [text, field] of cases) assert.equal(table.longestField(text), field.length, text);
});

test('event types are events, system calls and what plugins send', () => {
  for (const name of ['openat', 'switch', 'mprotect', 'container', 'asyncevent', 'procexit']) {
    assert.ok(table.isEventType(name), name);
  }
  for (const name of ['', 'opena', 'OPENAT']) assert.ok(!table.isEventType(name), name);
});

test('names are unique, and static fields come with the configuration', () => {
  const names = [...table.names()];
  assert.equal(new Set(names).size, fieldClasses.flatMap(({ fields }) => fields).length);
  const classes = [...fieldClasses, staticClass(staticFields(new Map([['site', 'lab']])))];
  const found = new FieldTable(classes).resolve({
    name: 'static.site',
    argument: undefined,
  });
  assert.ok('type' in found);
  assert.ok('problem' in resolve('static.site'));
});
