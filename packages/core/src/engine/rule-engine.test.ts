/** The second look: files that the kernel found under another path than the one given. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeNamed } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { FieldTable } from '../fields/field-catalogue.ts';
import { loadRules } from '../rules/load-rules.ts';
import { loadOptions } from '../rules/loading.cases.ts';
import { TestMachine, threadEntry } from '../state/machine.cases.ts';
import { AlertMaker } from './alert-maker.ts';
import { RuleEngine } from './rule-engine.ts';

const AT_FDCWD = -100;
/** In the header of a record. */
const LENGTH_AT = 16;
const RULES = `
- rule: Shadow
  desc: d
  condition: evt.type = openat and fd.name = /etc/shadow
  output: name=%fd.name raw=%fd.nameraw
  priority: NOTICE
- rule: Link
  desc: d
  condition: evt.type = openat and fd.name = /tmp/link
  output: name=%fd.name raw=%fd.nameraw
  priority: NOTICE
- rule: Any open
  desc: d
  condition: evt.type = openat and fd.num >= 0 and proc.pid = 7
  output: name=%fd.name raw=%fd.nameraw
  priority: NOTICE
`;

/** The record with the kernel's path behind its parameters, as sensors write it. */
function withTail(record: Uint8Array, text: string): Uint8Array {
  const longer = Buffer.concat([record, Buffer.from(`${text}\0`, 'latin1')]);
  longer.writeUInt32LE(longer.length, LENGTH_AT);
  return new Uint8Array(longer);
}

interface Case {
  readonly what: string;
  readonly name: string;
  readonly realPath: string;
  readonly matching: 'first' | 'all';
  readonly rules?: string;
  readonly alerts: readonly string[];
}

const cases: readonly Case[] = [
  {
    what: 'a link to the file is seen through',
    name: '/tmp/other',
    realPath: '/etc/shadow',
    matching: 'first',
    rules: RULES.split('- rule: Any')[0] ?? '',
    alerts: ['Shadow name=/etc/shadow raw=/tmp/other'],
  },
  {
    what: 'a rule on the name of the link goes first',
    name: '/tmp/link',
    realPath: '/etc/shadow',
    matching: 'first',
    alerts: ['Link name=/tmp/link raw=/tmp/link'],
  },
  {
    what: 'both names, each rule once',
    name: '/tmp/link',
    realPath: '/etc/shadow',
    matching: 'all',
    alerts: [
      'Link name=/tmp/link raw=/tmp/link',
      'Any open name=/tmp/link raw=/tmp/link',
      'Shadow name=/etc/shadow raw=/tmp/link',
    ],
  },
  {
    what: 'a relative name that is the path is no other name',
    name: 'shadow',
    realPath: '/etc/shadow',
    matching: 'all',
    alerts: ['Shadow name=/etc/shadow raw=shadow', 'Any open name=/etc/shadow raw=shadow'],
  },
];

for (const { what, name, realPath, matching, rules = RULES, alerts } of cases) {
  for (const evaluator of ['fast', 'plain'] as const) {
    test(`${what}, ${evaluator}`, () => {
      const machine = new TestMachine().starts(threadEntry(7, { cwd: '/etc' }));
      const fields = new FieldTable();
      const { ruleSet } = loadRules([{ name: 'rules.yaml', text: rules }], loadOptions);
      const engine = new RuleEngine(ruleSet, {
        fields,
        state: machine.state,
        matching,
        evaluator,
      });
      const maker = new AlertMaker({ fields, hostname: 'lab', iso8601: false });
      const values = { fd: 3, dirfd: AT_FDCWD, name, flags: 1 };
      const open = encodeNamed(PPME.PPME_SYSCALL_OPENAT_2_X, { time: 1, tid: 7 }, values);
      const context = machine.apply(withTail(open, realPath));
      const found = Array.from({ length: engine.evaluate(context) }, (_, at) =>
        engine.withMatch(at, context, (rule) => maker.make(rule, context)),
      );
      assert.deepEqual(
        found.map(({ rule, message }) => `${rule} ${message}`),
        alerts,
      );
      assert.equal(context.fd?.name, name.startsWith('/') ? name : `/etc/${name}`);
    });
  }
}
