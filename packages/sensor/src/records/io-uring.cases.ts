/** io_uring: calls that are handed over in memory. */

import { readFileSync } from 'node:fs';
import {
  PPM_IORING_ENTER_EXT_ARG,
  PPM_IORING_ENTER_GETEVENTS,
  PPM_IORING_REGISTER_PROBE,
  PPM_IORING_SETUP_CLAMP,
  PPM_IORING_SETUP_CQSIZE,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const PARAMS_BYTES = 120;
const FLAGS_AT = 8;
const CPU_AT = 12;
const IDLE_AT = 16;
const FEATURES_AT = 20;
const IORING_SETUP_CQSIZE = 8;
const IORING_SETUP_CLAMP = 16;
const IORING_ENTER_GETEVENTS = 1;
const IORING_ENTER_EXT_ARG = 8;
const IORING_REGISTER_PROBE = 8;
const SIGNAL_SET_BYTES = 8;
const GETEVENTS_ARG_BYTES = 24;
const MISSING_FD = 777;
/** Features that the event table has names for: the low eleven. */
const FEATURES_KNOWN = 0x7ff;

/** Some machines forbid it altogether. */
const skip = isDisabled() ? 'kernel.io_uring_disabled is set' : undefined;

function isDisabled(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/io_uring_disabled', 'utf8').trim() !== '0';
  } catch {
    // Kernels before 6.6 have no such switch.
    return false;
  }
}

function ring(calls: Calls): number {
  return done(calls.syscall('io_uring_setup', 4, calls.memory(PARAMS_BYTES).address));
}

export const cases: readonly RecordCase[] = [
  {
    name: 'io_uring_setup',
    event: 'PPME_SYSCALL_IO_URING_SETUP_X',
    skip,
    run(calls) {
      const { address, view } = calls.memory(PARAMS_BYTES);
      view.setUint32(4, 32, true);
      view.setUint32(FLAGS_AT, IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP, true);
      view.setUint32(CPU_AT, 0, true);
      view.setUint32(IDLE_AT, 77, true);
      const res = done(calls.syscall('io_uring_setup', 3, address));
      return {
        res,
        entries: 3,
        sq_entries: 4,
        cq_entries: 32,
        flags: PPM_IORING_SETUP_CQSIZE | PPM_IORING_SETUP_CLAMP,
        sq_thread_cpu: 0,
        sq_thread_idle: 77,
        features: view.getUint32(FEATURES_AT, true) & FEATURES_KNOWN,
      };
    },
  },
  {
    name: 'io_uring_setup without a structure',
    event: 'PPME_SYSCALL_IO_URING_SETUP_X',
    skip,
    run: (calls) => ({
      res: failed('EFAULT', calls.syscall('io_uring_setup', 3, null)),
      entries: 3,
      sq_entries: 0,
      cq_entries: 0,
      flags: 0,
      sq_thread_cpu: 0,
      sq_thread_idle: 0,
      features: 0,
    }),
  },
  {
    name: 'io_uring_enter',
    event: 'PPME_SYSCALL_IO_URING_ENTER_X',
    skip,
    run(calls) {
      const fd = ring(calls);
      const mask = Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0);
      const flags = IORING_ENTER_GETEVENTS;
      return {
        res: done(calls.syscall('io_uring_enter', fd, 0, 0, flags, mask, SIGNAL_SET_BYTES)),
        fd,
        to_submit: 0,
        min_complete: 0,
        flags: PPM_IORING_ENTER_GETEVENTS,
        sig: 4,
      };
    },
  },
  {
    name: 'io_uring_enter with a signal mask in a structure',
    event: 'PPME_SYSCALL_IO_URING_ENTER_X',
    skip,
    run(calls) {
      const fd = ring(calls);
      const { address, view } = calls.memory(GETEVENTS_ARG_BYTES);
      view.setBigUint64(0, calls.memory(Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0)).address, true);
      view.setUint32(8, SIGNAL_SET_BYTES, true);
      const flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
      return {
        res: done(calls.syscall('io_uring_enter', fd, 0, 0, flags, address, GETEVENTS_ARG_BYTES)),
        fd,
        to_submit: 0,
        min_complete: 0,
        flags: PPM_IORING_ENTER_GETEVENTS | PPM_IORING_ENTER_EXT_ARG,
        sig: 0x1_0000,
      };
    },
  },
  {
    name: 'io_uring_enter of what is not open',
    event: 'PPME_SYSCALL_IO_URING_ENTER_X',
    skip,
    run: (calls) => ({
      res: failed('EBADF', calls.syscall('io_uring_enter', MISSING_FD, 5, 6, 0, null, 0)),
      fd: MISSING_FD,
      to_submit: 5,
      min_complete: 6,
      flags: 0,
      sig: 0,
    }),
  },
  {
    name: 'io_uring_register',
    event: 'PPME_SYSCALL_IO_URING_REGISTER_X',
    skip,
    run(calls) {
      const fd = ring(calls);
      // struct io_uring_probe and one struct io_uring_probe_op.
      const { address } = calls.memory(24);
      const opcode = IORING_REGISTER_PROBE;
      return {
        res: done(calls.syscall('io_uring_register', fd, opcode, address, 1)),
        fd,
        opcode: PPM_IORING_REGISTER_PROBE,
        arg: address,
        nr_args: 1,
      };
    },
  },
  {
    name: 'io_uring_register of what is not open',
    event: 'PPME_SYSCALL_IO_URING_REGISTER_X',
    skip,
    run: (calls) => ({
      res: failed('EBADF', calls.syscall('io_uring_register', MISSING_FD, 0, 0x1234, 9)),
      fd: MISSING_FD,
      opcode: 0,
      arg: 0x1234,
      nr_args: 9,
    }),
  },
];
