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
import { FdType } from '@saker/core/events/fd-type.ts';
import { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { loadRules } from '@saker/core/rules/load-rules.ts';
import { loadOptions, ruleText } from '@saker/core/rules/loading.cases.ts';
import { threadEntry, type Values } from '@saker/core/state/machine.cases.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import * as fc from 'fast-check';
import { Detection } from '../detection.ts';
import { LiveDetection } from './live-detection.ts';

const AT_FDCWD = -100;
const SECOND = 1_000_000_000n;
const START = 1_700_000_000n * SECOND;
/** Longer than threads may be idle, and than purges lie apart. */
const PURGE_S = 700;
/** A thread of process 7 that ends without telling. */
const GONE_TID = 9;
const TEXT = [
  ruleText('file', 'evt.type = openat and fd.name = /w/b and evt.arg.flags contains O_CREAT'),
  ruleText('placeholder', 'evt.type = openat and fd.name = /w/f and evt.num = 0'),
  ruleText('young', 'evt.type = openat and fd.name = /w/a and proc.duration > 3000000000'),
  ruleText('number', 'evt.type = openat and fd.name = /w/c and evt.num > 20'),
  ruleText('parent', 'evt.type = openat and fd.name = /w/d and proc.pname = other'),
  ruleText('files', 'evt.type = openat and fd.name = /w/e and proc.nfds > 2'),
  ruleText('user', 'evt.type in (openat, creat) and fd.name = /w/d and user.name = eve'),
  ruleText('threads', 'evt.type in (openat, open) and fd.name = /w/e and proc.nthreads = 1'),
  ruleText('in a row', 'evt.type = openat2 and evt.deltatime < 2000'),
].join('');

type Event = readonly [type: number, tid: number, values: Values, secondsLater: number];
/** Something that happens to state beside events. */
type Aside = (state: SystemState, timeHigh: number) => void;
type Step = Event | Aside;
type Matching = 'first' | 'all';

function startOf(event: EventView): SystemState {
  const isAlive = (_pid: number, tid: number): boolean => tid !== GONE_TID;
  const probe = { readThread: () => undefined, readFd: () => undefined, isAlive };
  const state = new SystemState(event, { probe });
  state.thread(threadEntry(1, { cwd: '/w' }));
  state.thread(threadEntry(7, { cwd: '/w', ptid: 1, uid: 1000 }));
  state.thread(threadEntry(GONE_TID, { pid: 7, ptid: 1 }));
  return state;
}

/** Through LiveDetection, or each event on its own. */
type Way = 'passes over' | 'plain';

function run(steps: readonly Step[], way: Way, matching: Matching = 'all') {
  const event = new EventView();
  const state = startOf(event);
  const { ruleSet } = loadRules([{ name: 'rules.yaml', text: TEXT }], loadOptions);
  const fields = new FieldTable();
  const engine = new RuleEngine(ruleSet, { fields, state, matching, evaluator: 'fast' });
  const found: string[] = [];
  const onMatch = ({ name }: { readonly name: string }): void =>
    void found.push(`${event.num} ${name}`);
  const parts = { state, engine, bufferBase64: false, onMatch };
  const detection = way === 'plain' ? new Detection(parts) : new LiveDetection(parts);
  let evaluated = 0;
  const evaluate = engine.evaluate.bind(engine);
  engine.evaluate = (context) => {
    evaluated++;
    return evaluate(context);
  };
  let time = START;
  for (const step of steps) {
    if (typeof step === 'function') {
      step(state, Number(time >> 32n));
      continue;
    }
    const [type, tid, values, secondsLater] = step;
    time += 1000n + BigInt(secondsLater) * SECOND;
    const record = encodeNamed(type, { time, tid }, values);
    event.attach(record, new DataView(record.buffer));
    assert.ok(event.place(0, record.length));
    event.num++;
    detection.onEvent();
  }
  const { events } = detection;
  const seen = { found, events, counts: [...engine.matchCounts], left: leftIn(state) };
  return { evaluated, seen };
}

/** What anybody can find in the state. */
function leftIn({ context, fdBudget, purged, threads }: SystemState) {
  const { previousTimeLow, fdNumber, fdNameChanged, thread } = context;
  const processes = [...threads.values()].map(({ tid, pid, lastSeenHigh, fds }) => {
    const files = [...(fds?.entries() ?? [])].map(([number, file]) => [
      number,
      Object.entries(file),
      file.name,
    ]);
    return { tid, pid, lastSeenHigh, files };
  });
  const counters = [fdBudget.used, fdBudget.added, fdBudget.dropped, threads.added, purged];
  return { previousTimeLow, fdNumber, fdNameChanged, tid: thread?.tid, processes, counters };
}

const fd = fc.constantFrom(3, 3, 4, -2);
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', '/w/a');
const flags = fc.constantFrom(1, 1, 0x205);
const dirfd = fc.constantFrom(AT_FDCWD, AT_FDCWD, 5);
const path = fc.constantFrom('/w/a', '/w/e');
const of = (type: number, values: fc.Arbitrary<Values>) =>
  values.map((given) => [type, given] as const);
const opening = fc.oneof(
  { arbitrary: of(PPME.PPME_SYSCALL_OPENAT_2_X, fc.record({ fd, dirfd, name, flags })), weight: 4 },
  of(PPME.PPME_SYSCALL_OPENAT2_X, fc.record({ fd, dirfd, name, flags })),
  of(PPME.PPME_SYSCALL_OPEN_X, fc.record({ fd, name, flags })),
  of(PPME.PPME_SYSCALL_CREAT_X, fc.record({ fd, name })),
  of(PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, fc.record({ fd, flags, path })),
);
const forked = { exe: 'p7', args: [], comm: 'p7', flags: 0, tid: 20, pid: 20, vtid: 20, vpid: 20 };
const eve = { uid: 1000, gid: 0, name: 'eve', home: '/', shell: '/bin/sh' };
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
  [PPME.PPME_USER_ADDED_E, { ...eve, container_id: '' }],
);
const tid = fc.constantFrom(7, 7, 7, 1, GONE_TID, 20);
const event = fc
  .tuple(fc.oneof({ arbitrary: opening, weight: 4 }, other), tid, fc.constantFrom(0, 0, 0, 2))
  .map(([[type, values], of, later]): Event => [type, of, values, later]);
const purge: Aside = (state, timeHigh) => state.purgeIfDue(timeHigh);
const laterPurge: Aside = (state, timeHigh) => state.purgeIfDue(timeHigh + PURGE_S);
const otherFile = { fd: 3, ino: 1, type: FdType.FILE_V2, name: '/v/other', openFlags: 1 };
const aside = fc.constantFrom<Aside>(
  purge,
  laterPurge,
  (state) => state.user(eve),
  (state) => state.fd(7, otherFile),
  (state) => state.thread(threadEntry(1, { cwd: '/w', comm: 'other' })),
  (state) => {
    state.section();
    state.thread(threadEntry(7, { cwd: '/v' }));
  },
);
/** The same event several times, which is passed over, maybe with something in the middle. */
const row = fc
  .tuple(
    event,
    fc.integer({ min: 1, max: 6 }),
    fc.option(aside, { freq: 3, nil: undefined }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([each, times, between, timesAfter]): readonly Step[] => {
    const [type, by, values] = each;
    const first: Step[] = Array.from({ length: times }, () => each);
    if (between === undefined) return first;
    const again: Event = [type, by, values, 0];
    return [...first, between, ...Array.from({ length: timesAfter }, () => again)];
  });
const steps = fc
  .array(row, { minLength: 1, maxLength: 16, size: 'max' })
  .map((rows) => rows.flat());

for (const matching of ['all', 'first'] as const) {
  test(`events that repeat the one before change nothing, ${matching} matching`, () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { seen } = run(all, 'passes over', matching);
        assert.deepEqual(seen, run(all, 'plain', matching).seen);
      }),
      { numRuns: 300 },
    );
  });
}

const loop = (file: string): Step[] =>
  Array.from({ length: 40 }, () => [
    PPME.PPME_SYSCALL_OPENAT_2_X,
    7,
    { fd: 3, dirfd: AT_FDCWD, name: file, flags: 1 },
    0,
  ]);

test('a loop of opens is passed over, and one that a rule matches is not', () => {
  const free = run(loop('x'), 'passes over');
  assert.deepEqual([free.evaluated, free.seen.events], [2, 40]);
  const aged = run(loop('a'), 'passes over');
  assert.equal(aged.evaluated, 40, 'a rule asks for the age of the process');
  const counted = run(loop('c'), 'passes over');
  assert.deepEqual([counted.evaluated, counted.seen.found.length], [40, 20]);
});

test("Falco's placeholders, evt.num = 0, keep nothing from being passed over", () => {
  const { evaluated } = run(loop('f'), 'passes over');
  assert.equal(evaluated, 2);
});
