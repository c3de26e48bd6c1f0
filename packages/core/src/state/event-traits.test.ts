import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PPME } from '../events/event-codes.gen.ts';
import { eventTable } from '../events/event-table.ts';
import { EF } from '../events/param-types.gen.ts';
import { eventTraits, fdParam, NO_PARAM, Trait } from './event-traits.ts';

/** Of libsinsp's get_exit_event_fd_location: events whose descriptor is not their parameter 1. */
const fdParams: Readonly<Record<string, number>> = {
  PPME_SYSCALL_READ_X: 2,
  PPME_SYSCALL_WRITE_X: 2,
  PPME_SYSCALL_PREAD_X: 2,
  PPME_SYSCALL_PWRITE_X: 2,
  PPME_SYSCALL_WRITEV_X: 2,
  PPME_SYSCALL_PWRITEV_X: 2,
  PPME_SYSCALL_READV_X: 3,
  PPME_SYSCALL_PREADV_X: 3,
  PPME_SOCKET_BIND_X: 2,
  PPME_SOCKET_CONNECT_X: 2,
  PPME_SOCKET_RECV_X: 2,
  PPME_SOCKET_RECVFROM_X: 3,
  PPME_SOCKET_RECVMSG_X: 5,
  PPME_SOCKET_SEND_X: 2,
  PPME_SOCKET_SENDTO_X: 2,
  PPME_SOCKET_SENDMSG_X: 2,
  PPME_SYSCALL_SENDFILE_X: 2,
  PPME_SYSCALL_SPLICE_X: 2,
  PPME_SYSCALL_SYMLINKAT_X: 2,
  PPME_SYSCALL_MMAP_X: 8,
  PPME_SYSCALL_MMAP2_X: 8,
};

test('the descriptor of an event', () => {
  for (const { id, code, flags, isEnter, current } of eventTable) {
    if (!current) continue;
    const uses = !isEnter && (flags & EF.EF_USES_FD) !== 0;
    assert.equal(fdParam[id], uses ? (fdParams[code] ?? 1) : NO_PARAM, code);
  }
});

test('which events look their thread up, and which rules see', () => {
  const { LOOKS_UP, HIDDEN, EXIT, STARTS_CLOCK, NO_THREAD } = Trait;
  const cases: readonly (readonly [type: number, traits: number])[] = [
    [PPME.PPME_SYSCALL_CLOSE_X, LOOKS_UP | EXIT | STARTS_CLOCK],
    [PPME.PPME_SYSCALL_OPENAT_2_E, LOOKS_UP | HIDDEN | STARTS_CLOCK],
    [PPME.PPME_SOCKET_CONNECT_E, LOOKS_UP | HIDDEN | STARTS_CLOCK],
    [PPME.PPME_SYSCALL_CLONE3_X, EXIT | STARTS_CLOCK],
    [PPME.PPME_PROCEXIT_1_E, STARTS_CLOCK],
    [PPME.PPME_SCHEDSWITCH_6_E, STARTS_CLOCK],
    [PPME.PPME_SIGNALDELIVER_E, LOOKS_UP | STARTS_CLOCK],
    [PPME.PPME_PROCINFO_E, 0],
    [PPME.PPME_ASYNCEVENT_E, NO_THREAD],
    [PPME.PPME_USER_ADDED_E, NO_THREAD],
    [PPME.PPME_PLUGINEVENT_E, NO_THREAD | STARTS_CLOCK],
    [PPME.PPME_ITER_TASK_E, NO_THREAD | HIDDEN | STARTS_CLOCK],
  ];
  for (const [type, traits] of cases)
    assert.equal(eventTraits[type], traits, eventTable[type]?.code);
});
