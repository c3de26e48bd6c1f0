/** Fields of modules in rules: every type, lists, arguments, and values that are none. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { encodeNamed, viewRecord } from '@saker/core/events/encode.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { entry, folder, PluginBench } from './plugin-bench.cases.ts';

interface Answer {
  readonly alerts: readonly string[];
  readonly log: readonly string[];
}

/** A plugin of one field `my.field`, on one event whose data is "data", against one rule. */
async function ask(
  context: TestContext,
  field: string,
  [condition, output]: readonly [condition: string, output: string],
): Promise<Answer> {
  const path = join(folder(context), 'plugin.mjs');
  const facts = `api: 1, name: 'my', version: '1.0.0', description: 'd', contact: 'c'`;
  writeFileSync(
    path,
    `export const plugin = { ${facts}, open: () => ({
      sourcing: { source: 'my', id: 999, open: async (params, sink) => {
        sink.event(Buffer.from('data'), 1700000000123456789n);
        sink.end();
        return { close() {} };
      } },
      extraction: { sources: ['my'], fields: [
        { name: 'my.field', description: 'd', bind: () => () => undefined, ${field} },
      ] },
    }) };`,
  );
  const bench = await PluginBench.open(context, entry('my', { libraryPath: path }));
  const rule = { rule: 'R', desc: 'd', condition, output, priority: 'NOTICE', source: 'my' };
  const run = await bench.start(context, 'my', `- ${JSON.stringify(rule)}\n`);
  await run.ended();
  return { alerts: run.alerts, log: bench.log.lines.slice(1) };
}

function value(type: string, text: string, more = ''): string {
  return `type: '${type}', bind: () => () => (${text}), ${more}`;
}

const ANY = 'my.field exists';
const SHOW = '%my.field';

describe('values', () => {
  const cases: readonly (readonly [field: string, condition: string, shown: string | undefined])[] =
    [
      [value('string', '"é\\0x"'), 'my.field = é', 'é'],
      [value('string', 'new Uint8Array([0x61, 0xff])'), ANY, 'a\ufffd'],
      [value('string', '""'), 'my.field = ""', ''],
      [value('string', 'undefined'), ANY, undefined],
      [value('uint64', '7'), 'my.field > 6', '7'],
      [value('uint64', '2n ** 64n - 1n'), 'my.field > 9223372036854775807', '18446744073709551615'],
      [value('bool', 'true'), 'my.field = true', 'true'],
      [value('reltime', '1500n'), 'my.field <= 1500', '1500'],
      [
        value('abstime', '1700000000000000000n'),
        'my.field = 1700000000000000000',
        '1700000000000000000',
      ],
      [value('ipaddr', '"10.0.0.7"'), 'my.field = 10.0.0.7', '10.0.0.7'],
      [value('ipaddr', '"fe80::1"'), 'my.field = fe80::1', 'fe80::1'],
      [value('ipaddr', 'new Uint8Array([127, 0, 0, 1])'), ANY, '127.0.0.1'],
      [value('ipnet', '"10.0.0.7"'), 'my.field = 10.0.0.0/24', '<IPNET>'],
      [value('string', '["a", "b"]', 'list: true'), 'my.field in (a, b, c)', '(a,b)'],
      [value('string', '"one"', 'list: true'), 'my.field intersects (one)', '(one)'],
      [value('uint64', '[]', 'list: true'), ANY, undefined],
      [value('uint64', '[1, 2n]', 'list: true'), 'my.field intersects (2, 3)', '(1,2)'],
    ];

  for (const [field, condition, shown] of cases) {
    test(`${field} ${condition}`, async (context) => {
      const { alerts, log } = await ask(context, field, [condition, SHOW]);
      assert.deepEqual(alerts, shown === undefined ? [] : [`R: ${shown}`]);
      assert.deepEqual(log, []);
    });
  }
});

describe('values that are none', () => {
  const cases: readonly (readonly [field: string, told: string])[] = [
    [
      value('uint64', '-1'),
      'my.field is a uint64: expected a whole number from 0 to 2^64 - 1, found the number -1',
    ],
    [value('uint64', '2n ** 64n'), 'found the bigint 18446744073709551616'],
    [value('uint64', '1.5'), 'found the number 1.5'],
    [value('uint64', '"7"'), 'found the string "7"'],
    [value('bool', '1'), 'my.field is a bool: expected true or false, found the number 1'],
    [value('string', '{}'), 'expected a string, found an object'],
    [value('string', '["a"]'), 'expected a string, found a list'],
    [value('ipaddr', '"10.0.0"'), 'found the string "10.0.0"'],
    [value('ipaddr', 'new Uint8Array(5)'), 'found 5 bytes'],
    [`type: 'string', bind: () => () => { throw new Error('broken'); }`, 'cannot be read: broken'],
  ];

  for (const [field, told] of cases) {
    test(told, async (context) => {
      const { alerts, log } = await ask(context, field, ['evt.num = 1', SHOW]);
      assert.deepEqual(alerts, ['R: <NA>']);
      assert.equal(log.length, 1, 'told once, though it is asked for twice');
      assert.ok(log[0]?.startsWith('warning: my: field my.field '), log[0]);
      assert.ok(log[0]?.endsWith(told), log[0]);
    });
  }
});

describe('arguments', () => {
  const echo = `type: 'string', bind: (argument) => () => String(argument),`;
  const given: readonly (readonly [argument: string, reference: string, shown: string])[] = [
    ['{ key: true }', 'my.field', 'undefined'],
    ['{ key: true }', 'my.field[a.b/c]', 'a.b/c'],
    ['{ index: true }', 'my.field[0]', '0'],
    ['{ index: true, key: true, required: true }', 'my.field[x]', 'x'],
  ];

  for (const [argument, reference, shown] of given) {
    test(`${reference} of ${argument}`, async (context) => {
      const field = `${echo} argument: ${argument}`;
      const { alerts } = await ask(context, field, [`${reference} = ${shown}`, `%${reference}`]);
      assert.deepEqual(alerts, [`R: ${shown}`]);
    });
  }

  const refused: readonly (readonly [argument: string, reference: string, message: RegExp])[] = [
    ['undefined', 'my.field[x]', /does not allow nor require an argument but one is provided: x/],
    ['{ key: true, required: true }', 'my.field', /requires an argument but none provided/],
    ['{ index: true }', 'my.field[01]', /nonexistent field my\.field\[01\]/],
    ['{ index: true }', 'my.field[x]', /nonexistent field my\.field\[x\]/],
  ];

  for (const [argument, reference, message] of refused) {
    test(`${reference} of ${argument} is refused`, async (context) => {
      const field = `${echo} argument: ${argument}`;
      await assert.rejects(ask(context, field, [`${reference} exists`, 'x']), { message });
    });
  }
});

test('an event as a plugin sees it', async (context) => {
  const read = `(event) => [event.source, event.code, event.num, event.timeNs,
    Buffer.from(event.data), event.record.length].join(' ')`;
  const field = `type: 'string', bind: () => ${read}`;
  const { alerts } = await ask(context, field, [ANY, SHOW]);
  assert.deepEqual(alerts, ['R: my 322 1 1700000000123456789 data 42']);
});

test('a field is read once per event, and of the events that it is for', async (context) => {
  const field = `type: 'string', bind: () => (event) => String(++globalThis.readings)`;
  Object.assign(globalThis, { readings: 0 });
  const { alerts } = await ask(context, field, [
    'my.field = 1 and my.field != 2 and (my.field = 3 or my.field = 1)',
    '%my.field %my.field',
  ]);
  assert.deepEqual(alerts, ['R: 1 1']);
});

test('what every event has', async (context) => {
  const { alerts } = await ask(context, `type: 'bool'`, [
    'evt.source = my and evt.is_async = false and evt.rawtime = 1700000000123456789',
    '%evt.pluginname [%evt.plugininfo] %evt.num %evt.asynctype',
  ]);
  assert.deepEqual(alerts, ['R: my [datalen=4 data=data] 1 <NA>']);
});

test('fields and parsing of system calls', async (context) => {
  const path = join(folder(context), 'plugin.mjs');
  writeFileSync(
    path,
    `let execs = 0;
    export const plugin = { api: 1, name: 'calls', version: '1.0.0', description: 'd', contact: 'c',
      open: () => ({
        parsing: { sources: ['syscall'], eventCodes: [${PPME.PPME_SYSCALL_EXECVE_19_X}],
          parse() { execs++; } },
        extraction: { sources: ['syscall'], fields: [
          { name: 'calls.execs', type: 'uint64', description: 'd', bind: () => () => execs },
          { name: 'calls.seen', type: 'string', description: 'd', bind: () => (event) =>
            [event.source, event.code, event.data.length, event.record.length].join(' ') },
        ] },
      }) };`,
  );
  const bench = await PluginBench.open(context, entry('calls', { libraryPath: path }));
  const fields = bench.plugins.syscallFields(new Map());
  const rule = { rule: 'R', desc: 'd', condition: 'calls.execs = 1', priority: 'NOTICE' };
  const { ruleSet } = bench.load(`- ${JSON.stringify({ ...rule, output: '%calls.seen' })}\n`);
  const header = { time: 1_700_000_000_000_000_000n, tid: 1 };
  const event = viewRecord(encodeNamed(PPME.PPME_SYSCALL_EXECVE_19_X, header, { exe: '/bin/a' }));
  const state = new SystemState(event);
  const engine = new RuleEngine(ruleSet, { fields, state, matching: 'all', evaluator: 'fast' });
  bench.plugins.parserOf('syscall')?.(state.context);
  state.apply();
  assert.equal(engine.evaluate(state.context), 1);
  const maker = new AlertMaker({ fields, hostname: 'bench', iso8601: false });
  const { message } = maker.make(engine.matched(0), state.context);
  assert.equal(message, `syscall ${PPME.PPME_SYSCALL_EXECVE_19_X} 0 ${event.end}`);
  assert.equal(bench.plugins.parserOf('other'), undefined);
});
