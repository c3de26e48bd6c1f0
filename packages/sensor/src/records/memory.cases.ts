/** The memory of a process: mappings, their protection, their place. */

import {
  PPM_MAP_ANONYMOUS,
  PPM_MAP_FIXED,
  PPM_MAP_PRIVATE,
  PPM_MAP_SHARED,
  PPM_PROT_EXEC,
  PPM_PROT_READ,
  PPM_PROT_WRITE,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, Expected, RecordCase } from './harness.ts';
import { memoryAround } from './process-facts.ts';
import { done, failed } from './results.ts';

const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 16;
const MAP_ANONYMOUS = 32;
const O_CREAT_RDWR = 0o102;
const MLOCK_ONFAULT = 1;
const MCL_CURRENT_ONFAULT = 5;
const PAGE = 4096;
/** Neither begins on a page nor belongs to anybody. */
const NOWHERE = 8;
const skipWithout32Bit = process.arch === 'x64' ? undefined : 'only x86-64 has a 32-bit entry';

const ANONYMOUS = [PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0] as const;

/** Pages that can be read and written, of the case's own. */
function pages(calls: Calls, count: number): number {
  return done(calls.syscall('mmap', 0, count * PAGE, ...ANONYMOUS));
}

function withFile<T>(calls: Calls, run: (fd: number) => T): T {
  const fd = done(calls.syscall('open', 'mapped', O_CREAT_RDWR, 0o600));
  calls.syscall('ftruncate', fd, 4 * PAGE);
  try {
    return run(fd);
  } finally {
    calls.syscall('close', fd);
  }
}

export const cases: readonly RecordCase[] = [
  {
    name: 'mmap of no file',
    event: 'PPME_SYSCALL_MMAP_X',
    run: (calls): Expected =>
      memoryAround(calls, () => ({
        res: pages(calls, 3),
        addr: 0,
        length: 3 * PAGE,
        prot: PPM_PROT_READ | PPM_PROT_WRITE,
        flags: PPM_MAP_PRIVATE | PPM_MAP_ANONYMOUS,
        fd: -1,
        offset: 0,
      })),
  },
  {
    name: 'mmap of a file to where something else is',
    event: 'PPME_SYSCALL_MMAP_X',
    run: (calls) =>
      withFile(calls, (fd) => {
        const addr = pages(calls, 1);
        const flags = MAP_SHARED | MAP_FIXED;
        return memoryAround(calls, () => ({
          res: done(calls.syscall('mmap', addr, PAGE, PROT_READ | PROT_EXEC, flags, fd, 2 * PAGE)),
          addr,
          length: PAGE,
          prot: PPM_PROT_READ | PPM_PROT_EXEC,
          flags: PPM_MAP_SHARED | PPM_MAP_FIXED,
          fd,
          offset: 2 * PAGE,
        }));
      }),
  },
  {
    name: 'mmap of a file that is not open',
    event: 'PPME_SYSCALL_MMAP_X',
    run: (calls) =>
      memoryAround(calls, () => ({
        res: failed('EBADF', calls.syscall('mmap', 0, PAGE, PROT_READ, MAP_PRIVATE, -1, 0)),
        addr: 0,
        length: PAGE,
        prot: PPM_PROT_READ,
        flags: PPM_MAP_PRIVATE,
        fd: -1,
        offset: 0,
      })),
  },
  {
    name: 'mmap2, as the 32-bit entry has it: the offset is counted in pages',
    event: 'PPME_SYSCALL_MMAP_X',
    skip: skipWithout32Bit,
    run: (calls) =>
      withFile(calls, (fd) =>
        memoryAround(calls, () => ({
          res: unsigned32(calls.compat('mmap', 0, PAGE, PROT_READ, MAP_PRIVATE, fd, 3)),
          addr: 0,
          length: PAGE,
          prot: PPM_PROT_READ,
          flags: PPM_MAP_PRIVATE,
          fd,
          offset: 3 * PAGE,
        })),
      ),
  },
  {
    name: 'munmap',
    event: 'PPME_SYSCALL_MUNMAP_X',
    run(calls) {
      const addr = pages(calls, 2);
      return memoryAround(calls, () => ({
        res: done(calls.syscall('munmap', addr, 2 * PAGE)),
        addr,
        length: 2 * PAGE,
      }));
    },
  },
  {
    name: 'munmap of no page',
    event: 'PPME_SYSCALL_MUNMAP_X',
    run: (calls) =>
      memoryAround(calls, () => ({
        res: failed('EINVAL', calls.syscall('munmap', NOWHERE, PAGE)),
        addr: NOWHERE,
        length: PAGE,
      })),
  },
  {
    name: 'brk that only asks',
    event: 'PPME_SYSCALL_BRK_4_X',
    run: (calls) => memoryAround(calls, () => ({ res: done(calls.syscall('brk', 0)), addr: 0 })),
  },
  {
    name: 'brk that is refused: the end stays where it was',
    event: 'PPME_SYSCALL_BRK_4_X',
    run: (calls) => memoryAround(calls, () => ({ res: done(calls.syscall('brk', 1)), addr: 1 })),
  },
  {
    name: 'mprotect',
    event: 'PPME_SYSCALL_MPROTECT_X',
    run(calls) {
      const addr = pages(calls, 1);
      return {
        res: done(calls.syscall('mprotect', addr, PAGE, PROT_READ | PROT_EXEC)),
        addr,
        length: PAGE,
        prot: PPM_PROT_READ | PPM_PROT_EXEC,
      };
    },
  },
  {
    name: 'mprotect of what is not mapped',
    event: 'PPME_SYSCALL_MPROTECT_X',
    run: (calls) => ({
      res: failed('ENOMEM', calls.syscall('mprotect', PAGE, PAGE, 0)),
      addr: PAGE,
      length: PAGE,
      prot: 0,
    }),
  },
  {
    name: 'mlock',
    event: 'PPME_SYSCALL_MLOCK_X',
    run(calls) {
      const addr = pages(calls, 1);
      return { res: done(calls.syscall('mlock', addr, PAGE)), addr, len: PAGE };
    },
  },
  {
    name: 'mlock of what is not mapped',
    event: 'PPME_SYSCALL_MLOCK_X',
    run: (calls) => ({
      res: failed('ENOMEM', calls.syscall('mlock', PAGE, 5)),
      addr: PAGE,
      len: 5,
    }),
  },
  {
    name: 'mlock2',
    event: 'PPME_SYSCALL_MLOCK2_X',
    run(calls) {
      const addr = pages(calls, 1);
      const res = done(calls.syscall('mlock2', addr, PAGE, MLOCK_ONFAULT));
      return { res, addr, len: PAGE, flags: 1 };
    },
  },
  {
    name: 'mlock2 with flags that there are not',
    event: 'PPME_SYSCALL_MLOCK2_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('mlock2', 0, PAGE, 6)),
      addr: 0,
      len: PAGE,
      flags: 0,
    }),
  },
  {
    name: 'munlock',
    event: 'PPME_SYSCALL_MUNLOCK_X',
    run(calls) {
      const addr = pages(calls, 1);
      return { res: done(calls.syscall('munlock', addr, PAGE)), addr, len: PAGE };
    },
  },
  {
    name: 'mlockall',
    event: 'PPME_SYSCALL_MLOCKALL_X',
    run(calls) {
      const res = done(calls.syscall('mlockall', MCL_CURRENT_ONFAULT));
      calls.syscall('munlockall');
      return { res, flags: MCL_CURRENT_ONFAULT };
    },
  },
  {
    name: 'mlockall of nothing',
    event: 'PPME_SYSCALL_MLOCKALL_X',
    run: (calls) => ({ res: failed('EINVAL', calls.syscall('mlockall', 0)), flags: 0 }),
  },
  {
    name: 'munlockall',
    event: 'PPME_SYSCALL_MUNLOCKALL_X',
    run: (calls) => ({ res: done(calls.syscall('munlockall')) }),
  },
];

/** An address above 2 GiB is no error. */
function unsigned32(result: number): number {
  return result < 0 && result > -4096 ? done(result) : result >>> 0;
}
