/**
 * A scope promises for how long a value may be cached. Every promise is held against whole
 * captures, and against random lives of a few processes, in which ancestors exec, move, exit and
 * are replaced while others watch.
 */

import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { encodeNamed } from '../events/encode.ts';
import type { ParamInput } from '../events/encode-param.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { EventView } from '../events/event-view.ts';
import { EventContext } from '../state/event-context.ts';
import { SystemState } from '../state/system-state.ts';
import { replayCapture, sharedPath, skipWithoutShared } from '../testing.ts';
import { closeEvent } from './scene.cases.ts';
import { ScopeAudit } from './scope-audit.cases.ts';

for (const capture of ['open1', 'curl_google', 'single_ipv6_conn', 'test_ipv6_client']) {
  test(`no cached value of ${capture} changes unannounced`, { skip: skipWithoutShared }, () => {
    const audit = new ScopeAudit();
    replayCapture(sharedPath(`compat/${capture}.scap`), (context) => audit.check(context));
    assert.ok(audit.held.thread > 0 && audit.held.lineage > 0);
  });
}

type Named = Readonly<Record<string, ParamInput>>;
type Step = readonly [type: number, tid: number, params: Named];

const tid = fc.integer({ min: 1, max: 9 });
const word = fc.constantFrom('a', 'bash', 'x y', '');
const words = fc.array(word, { maxLength: 2 });
const owner = fc.constantFrom(0, 1000, 0xffff_ffff);
const CGROUP = `/docker-${'c0ffee'.padEnd(64, '0')}.scope`;
const cgroups = fc.constantFrom(['cpu=/'], ['cpu=/', `memory=${CGROUP}`], []);
const failedOr = (value: number | bigint): fc.Arbitrary<number | bigint> =>
  fc.oneof({ arbitrary: fc.constant(value), weight: 9 }, { arbitrary: fc.constant(-1), weight: 1 });
/** None, a thread, in a pid namespace, sharing descriptors and working directory. */
const cloneFlags = fc.constantFrom(0, 8192, 536_870_912, 8192 | 1 | 2, 256);

function step(type: number, params: { readonly [name: string]: fc.Arbitrary<ParamInput> }) {
  return fc.tuple(fc.constant(type), tid, fc.record(params));
}

const program = { exe: word, args: words, comm: word, cgroups, fdlimit: fc.constant(9) };
const clone = {
  ...program,
  tid,
  pid: tid,
  ptid: tid,
  vtid: tid,
  vpid: tid,
  uid: owner,
  gid: owner,
  flags: cloneFlags,
};

const steps: readonly fc.Arbitrary<Step>[] = [
  step(PPME.PPME_SYSCALL_CLONE_20_X, { ...clone, res: fc.constant(0) }),
  step(PPME.PPME_SYSCALL_CLONE_20_X, { ...clone, res: tid }),
  step(PPME.PPME_SYSCALL_EXECVE_19_X, {
    ...program,
    res: failedOr(0),
    pid: tid,
    ptid: tid,
    env: words,
    vpgid: tid,
    pgid: tid,
    loginuid: owner,
    uid: owner,
    gid: owner,
    trusted_exepath: word,
    cap_inheritable: tid,
    cap_permitted: tid,
    cap_effective: tid,
    tty: tid,
  }),
  step(PPME.PPME_SYSCALL_CHDIR_X, { res: failedOr(0), path: word }),
  step(PPME.PPME_SYSCALL_SETSID_X, { res: tid }),
  step(PPME.PPME_SYSCALL_SETRESUID_X, { res: failedOr(0), ruid: owner, euid: owner, suid: owner }),
  step(PPME.PPME_SYSCALL_SETRESGID_X, { res: failedOr(0), rgid: owner, egid: owner, sgid: owner }),
  step(PPME.PPME_SYSCALL_CAPSET_X, { res: failedOr(0), cap_effective: tid }),
  step(PPME.PPME_SYSCALL_PRCTL_X, {
    res: failedOr(0),
    option: fc.constant(36),
    arg2_int: fc.constantFrom(0, 1),
  }),
  step(PPME.PPME_PROCEXIT_1_E, {
    status: fc.constant(0),
    reaper_tid: fc.oneof(tid, fc.constant(0)),
  }),
  step(PPME.PPME_SYSCALL_CLOSE_X, { res: fc.constant(0) }),
  step(PPME.PPME_USER_ADDED_E, {
    uid: owner,
    gid: owner,
    name: word,
    home: word,
    shell: word,
    container_id: fc.constantFrom('', 'c0ffee000000'),
  }),
  step(PPME.PPME_USER_DELETED_E, { uid: owner, container_id: fc.constantFrom('', 'c0ffee000000') }),
  step(PPME.PPME_GROUP_ADDED_E, {
    gid: owner,
    name: word,
    container_id: fc.constantFrom('', 'c0ffee000000'),
  }),
  step(PPME.PPME_ASYNCEVENT_E, {
    name: fc.constantFrom('container', 'container_removed'),
    data: word.map(
      (name) => `${JSON.stringify({ container: { id: 'c0ffee000000', type: 0, name } })}\0`,
    ),
  }),
];

/** After every step all threads are asked, as if each had an event of its own next. */
function live(lives: readonly Step[]): void {
  const event = new EventView();
  const state = new SystemState(event);
  state.finishSnapshot();
  const audit = new ScopeAudit();
  const asking = new EventContext(closeEvent(-1), state);
  for (const [number, [type, by, params]] of lives.entries()) {
    const time = 1_700_000_000_000_000_000n + BigInt(number) * 1_500_000_000n;
    const record = encodeNamed(type, { time, tid: by }, params);
    event.attach(record, new DataView(record.buffer));
    assert.ok(event.place(0, record.length));
    event.num = number + 1;
    state.apply();
    audit.check(state.context);
    for (const thread of state.threads.values()) {
      asking.setThread(thread);
      asking.event.tid = thread.tid;
      audit.check(asking);
    }
  }
}

test('no cached value of random processes changes unannounced', () => {
  fc.assert(fc.property(fc.array(fc.oneof(...steps), { maxLength: 60, size: 'max' }), live), {
    numRuns: 300,
  });
});
