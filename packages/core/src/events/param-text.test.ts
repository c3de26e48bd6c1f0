import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { anyEvent } from './any-event.cases.ts';
import { encodeEvent, encodeNamed, viewRecord } from './encode.ts';
import type { ParamInput } from './encode-param.ts';
import { PPME } from './event-codes.gen.ts';
import { eventTable } from './event-table.ts';
import { FdType, L4 } from './fd-type.ts';
import { noResolver, type ParamResolver, type ResolvedFd } from './param-resolver.ts';
import { formatArg, formatArgs, formatParam } from './param-text.ts';

const header = { time: 0, tid: 5143 };

const fds: Readonly<Record<number, ResolvedFd>> = {
  1: { type: FdType.IPV4_SOCK, l4proto: L4.NA, name: '' },
  3: { type: FdType.FILE_V2, l4proto: L4.NA, name: '/etc/ld.so.cache' },
  4: { type: FdType.DIRECTORY, l4proto: L4.NA, name: '/srv/lab/w1' },
  5: { type: FdType.IPV4_SOCK, l4proto: L4.TCP, name: '127.0.0.1:45192->127.0.0.1:18091' },
  6: { type: FdType.IPV6_SERVSOCK, l4proto: L4.UDP, name: '::1:53' },
  7: { type: FdType.FIFO, l4proto: L4.NA, name: '' },
  8: { type: FdType.DIRECTORY, l4proto: L4.NA, name: '/' },
};
const comms: Readonly<Record<number, string>> = { 5143: 'bash', 1: '<NA>' };

/** A thread of /srv with some descriptors; 0 and 100 have names. */
const resolver: ParamResolver = {
  cwd: () => '/srv/',
  fd: (number) => fds[number],
  comm: (tid) => comms[tid],
  userName: (uid) => (uid === 0 ? 'root' : undefined),
  groupName: (gid) => (gid === 0 ? 'root' : gid === 7 ? '' : undefined),
};

/** `name=raw(resolved)` of one parameter. */
function shown(
  type: number,
  values: Readonly<Record<string, ParamInput>>,
  name: string,
  by: ParamResolver = resolver,
): string {
  const index = (eventTable[type]?.params ?? []).findIndex((param) => param.name === name);
  const text = formatParam(viewRecord(encodeNamed(type, header, values)), index, by);
  assert.ok(text, `${eventTable[type]?.code} has a parameter ${name}`);
  return text.resolved === '' ? `${name}=${text.raw}` : `${name}=${text.raw}(${text.resolved})`;
}

describe('a parameter reads as', () => {
  const openX = PPME.PPME_SYSCALL_OPENAT_2_X;
  const execveX = PPME.PPME_SYSCALL_EXECVE_19_X;
  const cases: readonly (readonly [type: number, given: ParamInput, text: string])[] = [
    // Numbers, by their print format.
    [execveX, 1656, 'vm_size=1656'],
    [openX, 0xfe00, 'dev=FE00'],
    [openX, 0, 'mode=0'],
    [openX, 0o666, 'mode=0666'],
    [PPME.PPME_SYSCALL_MKDIR_2_X, 0o777, 'mode=1FF'],
    [PPME.PPME_SYSCALL_PRLIMIT_X, -1, 'oldmax=-1'],
    [PPME.PPME_SOCKET_ACCEPT4_6_X, 0x1000, 'flags=1000'],
    [openX, 2n ** 63n, 'ino=-9223372036854775808'],
    // Descriptors.
    [openX, 3, 'fd=3(<f>/etc/ld.so.cache)'],
    [openX, 5, 'fd=5(<4t>127.0.0.1:45192->127.0.0.1:18091)'],
    [openX, 6, 'fd=6(<6u>::1:53)'],
    [openX, 1, 'fd=1(<4>)'],
    [openX, 7, 'fd=7(<p>)'],
    [openX, 255, 'fd=255'],
    [openX, -2, 'fd=-2(ENOENT)'],
    [openX, -1, 'fd=-1(EPERM)'],
    [openX, -100, 'dirfd=-100(AT_FDCWD)'],
    [openX, -5000, 'fd=-5000'],
    [openX, 2n ** 62n, 'fd=4611686018427387904'],
    // Threads.
    [execveX, 5143, 'tid=5143(bash)'],
    [execveX, 1, 'pid=1(<NA>)'],
    [execveX, 7, 'ptid=7'],
    [PPME.PPME_SYSCALL_CLONE_20_X, -1, 'res=-1'],
    // Results.
    [PPME.PPME_SYSCALL_CLOSE_X, 0, 'res=0'],
    [PPME.PPME_SYSCALL_CLOSE_X, -22, 'res=-22(EINVAL)'],
    [PPME.PPME_SYSCALL_CLOSE_X, -100_000, 'res=-100000'],
    [PPME.PPME_SYSCALL_MMAP_X, 140_353_482_317_824, 'res=140353482317824'],
    // Strings and buffers.
    [execveX, 'bash', 'comm=bash'],
    [execveX, undefined, 'cwd=<NA>'],
    [execveX, '(NULL)', 'exe=<NA>'],
    [PPME.PPME_SYSCALL_MOUNT_X, '', 'dev='],
    [execveX, ['/srv/lab/wl1.sh'], 'args=/srv/lab/wl1.sh.'],
    [execveX, undefined, 'env=NULL'],
    [PPME.PPME_SYSCALL_READ_X, 'GET / HTTP/1.0\r\n~\x7f\x80\xff', 'data=GET / HTTP/1.0..~...'],
    // Paths.
    [PPME.PPME_SYSCALL_MKDIR_2_X, 'lab', 'path=lab(/srv/lab)'],
    [PPME.PPME_SYSCALL_MKDIR_2_X, '../x/', 'path=../x/(/x)'],
    [PPME.PPME_SYSCALL_MKDIR_2_X, '/usr/bin/bash', 'path=/usr/bin/bash'],
    [PPME.PPME_SYSCALL_MKDIR_2_X, '', 'path='],
    [PPME.PPME_SYSCALL_MKDIR_2_X, undefined, 'path=<NA>'],
    [
      PPME.PPME_SYSCALL_MKDIR_2_X,
      'x'.repeat(1100),
      `path=${'x'.repeat(1100)}(/DIR_TOO_LONG/FILENAME_TOO_LONG)`,
    ],
    // Addresses.
    [
      PPME.PPME_SOCKET_BIND_X,
      { kind: 'ip', address: '\x7f\0\0\x01', port: 18091 },
      'addr=127.0.0.1:18091',
    ],
    [PPME.PPME_SOCKET_BIND_X, undefined, 'addr=<NA>'],
    [PPME.PPME_SOCKET_BIND_X, Uint8Array.of(2, 127), 'addr=INVALID IPv4'],
    [PPME.PPME_SOCKET_BIND_X, Uint8Array.of(10), 'addr=INVALID IPv6'],
    [PPME.PPME_SOCKET_BIND_X, Uint8Array.of(1, 47), 'addr=INVALID PATH'],
    [PPME.PPME_SOCKET_CONNECT_X, undefined, 'tuple=NULL'],
    [PPME.PPME_SOCKET_CONNECT_X, Uint8Array.of(2, 127), 'tuple=INVALID IPv4'],
    [PPME.PPME_SOCKET_CONNECT_X, { kind: 'other', family: 16 }, 'tuple=family 16'],
    // Lists of descriptors.
    [PPME.PPME_SYSCALL_POLL_X, [{ fd: 6, events: 4 }], 'fds=6:64'],
    [
      PPME.PPME_SYSCALL_POLL_X,
      [
        { fd: 3, events: 1 },
        { fd: 99, events: -1 },
        { fd: -1, events: 0 },
      ],
      'fds=3:f1 99:?ffffffff 18446744073709551615:?0',
    ],
    [PPME.PPME_SYSCALL_POLL_X, [], 'fds='],
    [PPME.PPME_SYSCALL_POLL_X, undefined, 'fds=NULL'],
    // System calls and signals.
    [PPME.PPME_GENERIC_X, 75, 'ID=75(mprotect)'],
    [PPME.PPME_GENERIC_X, 9999, 'ID=<unknown syscall>'],
    [PPME.PPME_SYSCALL_KILL_X, 15, 'sig=15(SIGTERM)'],
    [PPME.PPME_SYSCALL_KILL_X, 0, 'sig=0'],
    [PPME.PPME_SYSCALL_KILL_X, 64, 'sig=64'],
    [PPME.PPME_SYSCALL_PPOLL_X, 0x4002, 'sigmask=SIGINT SIGTERM'],
    [PPME.PPME_SYSCALL_PPOLL_X, 0, 'sigmask='],
    // Times.
    [PPME.PPME_SYSCALL_NANOSLEEP_X, 1_500_000_000, 'interval=1500000000(1.5s)'],
    [PPME.PPME_SYSCALL_NANOSLEEP_X, 1, 'interval=1(1e-09s)'],
    [PPME.PPME_SYSCALL_NANOSLEEP_X, 2n ** 64n - 1n, 'interval=none'],
    // Flags, enumerations and modes.
    [openX, 4097, 'flags=4097(O_RDONLY|O_CLOEXEC)'],
    [PPME.PPME_SYSCALL_UMOUNT2_X, 0, 'flags=0'],
    [PPME.PPME_SOCKET_SOCKET_X, 1, 'domain=1(AF_LOCAL|AF_UNIX)'],
    [PPME.PPME_SYSCALL_PRCTL_X, 1, 'option=1'],
    [PPME.PPME_SYSCALL_PTRACE_X, 0, 'request=0(PTRACE_UNKNOWN)'],
    [PPME.PPME_SYSCALL_FCHMOD_X, 0o644, 'mode=0644(S_IROTH|S_IRGRP|S_IWUSR|S_IRUSR)'],
    // Owners.
    [execveX, 0, 'uid=0(root)'],
    [execveX, 1000, 'uid=1000(<NA>)'],
    [execveX, 0xffff_ffff, 'loginuid=-1(<NONE>)'],
    [execveX, 0xffff_fffe, 'uid=-2(<NA>)'],
    [execveX, 7, 'gid=7(<NA>)'],
    // Values of several types.
    [PPME.PPME_SOCKET_GETSOCKOPT_X, { selector: 2, value: 212_992 }, 'val=212992'],
    [PPME.PPME_SOCKET_GETSOCKOPT_X, { selector: 1, value: -111 }, 'val=-111(ECONNREFUSED)'],
    [PPME.PPME_SOCKET_GETSOCKOPT_X, { selector: 0, value: '\x02V\0' }, 'val=.V.'],
    [PPME.PPME_SOCKET_GETSOCKOPT_X, { selector: 4, value: 250_000_000 }, 'val=250000000(0.25s)'],
    [PPME.PPME_SYSCALL_PTRACE_X, { selector: 0, value: 0xbeef }, 'addr=BEEF'],
    [PPME.PPME_SYSCALL_BPF_X, { selector: 0, value: 3 }, 'res_or_fd=3(<f>/etc/ld.so.cache)'],
    [PPME.PPME_SYSCALL_BPF_X, undefined, 'res_or_fd=NULL'],
    [PPME.PPME_SYSCALL_BPF_X, Uint8Array.of(9), 'res_or_fd=INVALID DYNAMIC PARAMETER'],
    [PPME.PPME_SYSCALL_BPF_X, Uint8Array.of(0, 1), 'res_or_fd=<NA>'],
    // Lists of strings, and types that nobody is shown.
    [PPME.PPME_ITER_TASK_E, ['sh', '-c'], 'argv=sh.-c'],
    [PPME.PPME_TRACER_E, ['a', '1', 'b', '2'], 'args=a:1,b:2'],
    [PPME.PPME_ITER_TASK_E, 7, 'ppid=(n.a.)'],
    // Fewer bytes than the type has.
    [openX, Uint8Array.of(1, 2), 'dev=<NA>'],
    [openX, undefined, 'dev=<NA>'],
  ];
  for (const [type, given, text] of cases) {
    const name = text.slice(0, text.indexOf('='));
    test(text.slice(0, 80), () => assert.equal(shown(type, { [name]: given }, name), text));
  }

  test('a time in the zone of the host', () => {
    const before = process.env['TZ'];
    process.env['TZ'] = 'UTC';
    const given = { exe_ino_ctime: 1_745_016_456_147_483_648n };
    const text = shown(execveX, given, 'exe_ino_ctime');
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
    assert.equal(text, 'exe_ino_ctime=2025-04-18 22:47:36.147483648');
  });

  test('a list of descriptors that stops where its room ends', () => {
    const list = Array.from({ length: 400 }, (_, i) => ({ fd: 1000 + i, events: 1 }));
    const text = shown(PPME.PPME_SYSCALL_POLL_X, { fds: list }, 'fds');
    assert.equal(text.length, 'fds='.length + 1023);
    assert.ok(text.startsWith('fds=1000:?1 1001:?1 '));
  });
});

describe('a path relative to a descriptor', () => {
  const type = PPME.PPME_SYSCALL_UNLINKAT_2_X;
  const cases: readonly (readonly [dirfd: ParamInput, name: string, text: string])[] = [
    [4, 'www', 'name=www(/srv/lab/w1/www)'],
    [8, 'www', 'name=www(/www)'],
    [-100, 'www', 'name=www(/srv/www)'],
    [4, '/abs', 'name=/abs'],
    // Without a known directory the path is alone; so it is with a descriptor that has no name.
    [99, './x/../www', 'name=./x/../www(www)'],
    [-9, 'www', 'name=www(www)'],
    [7, 'www', 'name=www(www)'],
    [undefined, 'www', 'name=www'],
  ];
  for (const [dirfd, name, text] of cases) {
    test(`${JSON.stringify(dirfd)} and ${name}`, () => {
      assert.equal(shown(type, { dirfd, name }, 'name'), text);
    });
  }

  test('is not resolved for events without a thread', () => {
    assert.equal(shown(type, { dirfd: -100, name: 'www' }, 'name', noResolver), 'name=www');
  });
});

describe('buffers in base64', () => {
  const base64 = { ...resolver, base64: true };

  test('instead of dots, in dynamic values too', () => {
    const read = shown(PPME.PPME_SYSCALL_READ_X, { data: 'ab\xff\n' }, 'data', base64);
    assert.equal(read, 'data=YWL/Cg==');
    const values = { val: { selector: 0, value: '\0' } };
    assert.equal(shown(PPME.PPME_SOCKET_GETSOCKOPT_X, values, 'val', base64), 'val=AA==');
  });

  test('nothing else changes', () => {
    assert.equal(shown(PPME.PPME_SYSCALL_READ_X, {}, 'data', base64), 'data=NULL');
    assert.equal(shown(PPME.PPME_SYSCALL_OPEN_X, { name: '/x' }, 'name', base64), 'name=/x');
  });
});

describe('formatArg', () => {
  const event = viewRecord(encodeEvent(PPME.PPME_SYSCALL_CLOSE_X, header, [-9, 99]));

  test('is the resolved text, or the raw one', () => {
    assert.deepEqual(
      [formatArg(event, 0, resolver), formatArg(event, 1, resolver)],
      ['EBADF', '99'],
    );
  });

  test('is absent where the record holds nothing', () => {
    const short = viewRecord(encodeEvent(PPME.PPME_SYSCALL_CLOSE_X, header, [0]));
    assert.equal(formatArg(short, 1, resolver), undefined);
    assert.equal(formatArg(short, 99, resolver), undefined);
    assert.equal(formatParam(short, 1, resolver), undefined);
  });

  test('is either text of formatParam', () => {
    fc.assert(
      fc.property(anyEvent, ({ type, params }) => {
        const event = viewRecord(encodeEvent(type, header, params));
        for (const index of params.keys()) {
          const text = formatParam(event, index, resolver);
          assert.equal(formatArg(event, index, resolver), text?.resolved || text?.raw);
        }
      }),
    );
  });
});

describe('formatArgs', () => {
  test('names every parameter that the record holds', () => {
    const values = { fd: 3, dirfd: -100, name: '/etc/ld.so.cache', flags: 4097, mode: 0 };
    const event = viewRecord(
      encodeNamed(PPME.PPME_SYSCALL_OPENAT_2_X, header, { ...values, dev: 0xfe00, ino: 1_196_039 }),
    );
    assert.equal(
      formatArgs(event, resolver),
      'fd=3(<f>/etc/ld.so.cache) dirfd=-100(AT_FDCWD) name=/etc/ld.so.cache ' +
        'flags=4097(O_RDONLY|O_CLOEXEC) mode=0 dev=FE00 ino=1196039',
    );
  });

  test('is shorter for a record that holds fewer', () => {
    const event = viewRecord(encodeEvent(PPME.PPME_SYSCALL_CLOSE_X, header, [0]));
    assert.equal(formatArgs(event, resolver), 'res=0');
  });

  test('is empty for generic events and for those without parameters', () => {
    const generic = viewRecord(encodeEvent(PPME.PPME_GENERIC_X, header, [75, 10]));
    assert.equal(formatArgs(generic, resolver), '');
    assert.equal(formatArg(generic, 0, resolver), 'mprotect');
    const none = viewRecord(encodeEvent(PPME.PPME_SYSCALL_CLOSE_X, header, []));
    assert.equal(formatArgs(none, resolver), '');
  });

  test('keeps the bytes of names', () => {
    const event = viewRecord(encodeNamed(PPME.PPME_SYSCALL_RMDIR_2_X, header, { path: '/\xff\n' }));
    assert.equal(formatArgs(event, resolver), 'res=<NA> path=/\xff\n');
  });

  test('takes any event, known or damaged', () => {
    fc.assert(
      fc.property(anyEvent, fc.boolean(), ({ type, params }, base64) => {
        const event = viewRecord(encodeEvent(type, header, params));
        assert.equal(typeof formatArgs(event, { ...resolver, base64 }), 'string');
        const damaged = params.map(() => Uint8Array.of(1, 2, 3));
        formatArgs(viewRecord(encodeEvent(type, header, damaged)), resolver);
      }),
      { numRuns: 500 },
    );
  });
});
