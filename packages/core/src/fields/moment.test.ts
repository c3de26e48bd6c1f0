/**
 * Fields that do not say that they depend on the moment (Scope) give the same on an event that
 * follows its like.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PPME } from '../events/event-codes.gen.ts';
import { TestMachine, threadEntry } from '../state/machine.cases.ts';
import { fieldClasses } from './field-classes.ts';

const OPEN = { fd: 3, dirfd: -100, name: 'x', flags: 1, mode: 0, dev: 1, ino: 2 };

test('two events that differ in nothing but the moment', () => {
  const cgroups = `cpu=/docker-${'c0ffee'.padEnd(64, '0')}.scope`;
  const pidnsInitStart = 1_600_000_000_000_000_000n;
  const machine = new TestMachine().starts(
    threadEntry(1, { cgroups }),
    threadEntry(7, { ptid: 1, cgroups, pidnsInitStart }),
  );
  const born = { exe: 'p', args: [], comm: 'p', tid: 20, pid: 20, ptid: 7, vtid: 20, vpid: 20 };
  machine.on(20, PPME.PPME_SYSCALL_CLONE_20_X, { ...born, res: 0, flags: 0, cgroups: [cgroups] });
  const fields = fieldClasses
    .flatMap((each) => each.fields)
    .flatMap((field) => {
      const extract = field.candidates?.(undefined) ?? field.bind(undefined);
      return typeof extract === 'string' ? [] : [{ field, extract }];
    });
  const changed: string[] = [];
  const open = () => machine.on(20, PPME.PPME_SYSCALL_OPENAT_2_X, OPEN);
  const first = fields.map(({ extract }) => structuredClone(extract(open())));
  machine.later(5);
  const context = open();
  for (const [at, { field, extract }] of fields.entries()) {
    try {
      assert.deepEqual(extract(context), first[at]);
    } catch {
      changed.push(`${field.name} ${field.scope}`);
    }
  }
  assert.ok(changed.includes('evt.num moment') && changed.includes('proc.duration moment'));
  assert.deepEqual(
    changed.filter((name) => !name.endsWith(' moment')),
    [],
  );
});
