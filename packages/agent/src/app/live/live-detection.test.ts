/**
 * Events that repeat the one before are passed over: everybody must find the same alerts, the same
 * numbers and the same state as if each had been applied and evaluated.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { encodeNamed } from '@saker/core/events/encode.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { loadRules } from '@saker/core/rules/load-rules.ts';
import { loadOptions, ruleText } from '@saker/core/rules/loading.cases.ts';
import { threadEntry, type Values } from '@saker/core/state/machine.cases.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import * as fc from 'fast-check';
import { LiveDetection } from './live-detection.ts';

const AT_FDCWD = -100;
const SECOND = 1_000_000_000n;
const START = 1_700_000_000n * SECOND;
const TEXT = [
  ruleText('file', 'evt.type = openat and fd.name = /w/b and evt.arg.flags contains O_CREAT'),
  ruleText('placeholder', 'evt.type = openat and fd.name = /w/a and evt.num = 0'),
  ruleText('young', 'evt.type = openat and fd.name = /w/a and proc.duration > 3000000000'),
  ruleText('number', 'evt.type = openat and fd.name = /w/c and evt.num > 20'),
  ruleText('parent', 'evt.type = openat and fd.name = /w/d and proc.pname = other'),
  ruleText('files', 'evt.type = openat and fd.name = /w/e and proc.nfds > 2'),
].join('');

type Step = readonly [type: number, tid: number, values: Values, secondsLater: number];

/** Applies steps; `passesOver`: through LiveDetection, else each on its own. */
function run(steps: readonly Step[], passesOver: boolean) {
  const event = new EventView();
  const state = new SystemState(event);
  for (const tid of [1, 7]) state.thread(threadEntry(tid, { cwd: '/w', ptid: tid === 7 ? 1 : 0 }));
  const { ruleSet } = loadRules([{ name: 'rules.yaml', text: TEXT }], loadOptions);
  const fields = new FieldTable();
  const engine = new RuleEngine(ruleSet, { fields, state, matching: 'all', evaluator: 'fast' });
  const found: string[] = [];
  const onMatch = ({ name }: { readonly name: string }): void =>
    void found.push(`${event.num} ${name}`);
  const detection = new LiveDetection({ state, engine, bufferBase64: false, onMatch });
  let time = START;
  for (const [type, tid, values, secondsLater] of steps) {
    time += 1000n + BigInt(secondsLater) * SECOND;
    const record = encodeNamed(type, { time, tid }, values);
    event.attach(record, new DataView(record.buffer));
    assert.ok(event.place(0, record.length));
    event.num++;
    if (passesOver) {
      detection.onEvent();
    } else if (state.apply()) {
      const count = engine.evaluate(state.context);
      for (let at = 0; at < count; at++) onMatch(engine.matched(at));
    }
  }
  const files = [1, 7, 20].map((tid) =>
    [...(state.threads.get(tid)?.fds?.entries() ?? [])].map(([number, fd]) => [
      number,
      fd.name,
      fd.openFlags,
    ]),
  );
  const { previousTimeLow, fdNumber, thread } = state.context;
  const left = { previousTimeLow, fdNumber, tid: thread?.tid, seen: thread?.lastSeenHigh };
  return { found, files, left, counts: [...engine.matchCounts] };
}

const tid = fc.constantFrom(7, 7, 7, 1, 20);
const open = fc
  .record({
    fd: fc.constantFrom(3, 3, 4, -2),
    dirfd: fc.constant(AT_FDCWD),
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e', '/w/a'),
    flags: fc.constantFrom(1, 1, 0x205),
  })
  .map((values) => [PPME.PPME_SYSCALL_OPENAT_2_X, values] as const);
const forked = { exe: 'p7', args: [], comm: 'p7', flags: 0, tid: 20, pid: 20, vtid: 20, vpid: 20 };
const other = fc.constantFrom<readonly [number, Values]>(
  [PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 3 }],
  [PPME.PPME_SYSCALL_CHDIR_X, { res: 0, path: '/w' }],
  [PPME.PPME_SYSCALL_CHDIR_X, { res: 0, path: '/v' }],
  [PPME.PPME_SYSCALL_DUP_1_X, { res: 5, oldfd: 3 }],
  [PPME.PPME_SYSCALL_CLONE_20_X, { ...forked, res: 20, tid: 7, pid: 7, ptid: 1 }],
  [PPME.PPME_SYSCALL_CLONE_20_X, { ...forked, res: 0, ptid: 7 }],
  [
    PPME.PPME_SYSCALL_EXECVE_19_X,
    { res: 0, exe: 'other', comm: 'other', args: [], tid: 1, pid: 1 },
  ],
  [PPME.PPME_PROCEXIT_1_E, { status: 0 }],
);
const step = fc
  .tuple(fc.oneof({ arbitrary: open, weight: 4 }, other), tid, fc.constantFrom(0, 0, 0, 2))
  .map(([[type, values], of, later]): Step => [type, of, values, later]);
/** Runs of the same event: what is passed over. */
const steps = fc
  .array(fc.tuple(step, fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 12 })
  .map((runs) => runs.flatMap(([each, times]) => Array.from({ length: times }, () => each)));

test('events that repeat the one before change nothing', () => {
  fc.assert(
    fc.property(steps, (all) => {
      assert.deepEqual(run(all, true), run(all, false));
    }),
    { numRuns: 300 },
  );
});

test('a loop of opens is passed over, and one that a rule matches is not', () => {
  const loop = (name: string): Step[] =>
    Array.from({ length: 40 }, () => [
      PPME.PPME_SYSCALL_OPENAT_2_X,
      7,
      { fd: 3, dirfd: AT_FDCWD, name, flags: 1 },
      0,
    ]);
  assert.equal(run(loop('x'), true).found.length, 0);
  assert.equal(run(loop('c'), true).found.length, 20, 'rules that count see every event');
});
