import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  PPM_FD_LOWER_LAYER,
  PPM_FD_UPPER_LAYER,
  PPM_O_CLOEXEC,
  PPM_O_DIRECTORY,
  PPM_O_F_CREATED,
  PPM_O_RDONLY,
  PPM_O_WRONLY,
} from '../../events/constants.gen.ts';
import { encodeNamed } from '../../events/encode.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { FdType } from '../../events/fd-type.ts';
import { withTail } from '../../events/tail.cases.ts';
import { NO_FD } from '../event-context.ts';
import { TestMachine, threadEntry, type Values } from '../machine.cases.ts';

const AT_FDCWD = -100;
const { PPME_SYSCALL_OPENAT_2_E, PPME_SYSCALL_OPENAT_2_X } = PPME;

const machine = () => new TestMachine().starts(threadEntry(7, { cwd: '/srv/lab' }));

test('the open family', () => {
  const cases: readonly (readonly [type: number, values: Values, name: string, raw: string])[] = [
    [PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: 'x/../y', flags: 1 }, '/srv/lab/y', 'x/../y'],
    [
      PPME.PPME_SYSCALL_OPEN_X,
      { fd: 3, name: '/etc//passwd', flags: 1 },
      '/etc/passwd',
      '/etc/passwd',
    ],
    [PPME.PPME_SYSCALL_OPEN_X, { fd: 3, flags: 1 }, '/srv/lab/<NA>', '<NA>'],
    [PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: '', flags: 1 }, '', ''],
    [PPME.PPME_SYSCALL_CREAT_X, { fd: 3, name: 'new' }, '/srv/lab/new', 'new'],
    [
      PPME_SYSCALL_OPENAT_2_X,
      { fd: 3, dirfd: AT_FDCWD, name: 'a//b', flags: 1 },
      '/srv/lab/a/b',
      'a/b',
    ],
    [PPME_SYSCALL_OPENAT_2_X, { fd: 3, dirfd: 9, name: 'a', flags: 1 }, '<UNKNOWN>a', 'a'],
    [PPME_SYSCALL_OPENAT_2_X, { fd: 3, dirfd: 9, name: '/a', flags: 1 }, '/a', '/a'],
    [PPME_SYSCALL_OPENAT_2_X, { fd: 3, name: './a', flags: 1 }, 'a', './a'],
    [PPME.PPME_SYSCALL_OPENAT2_X, { fd: 3, dirfd: AT_FDCWD, name: '.', flags: 1 }, '/srv/lab', '.'],
    [
      PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X,
      { fd: 3, mountfd: 4, flags: 1, path: '/m/x/' },
      '/m/x',
      '/m/x/',
    ],
  ];
  for (const [type, values, name, raw] of cases) {
    const { fd, fdNumber, fdNameChanged } = machine().on(7, type, values);
    assert.deepEqual(
      [fd?.name, fd?.rawPath.string, fdNumber],
      [name, raw, 3],
      JSON.stringify(values),
    );
    assert.equal(fdNameChanged, name !== '');
  }
});

test('what an entry holds', () => {
  const m = machine();
  m.on(7, PPME_SYSCALL_OPENAT_2_X, {
    fd: 3,
    dirfd: AT_FDCWD,
    name: '/etc',
    flags: PPM_O_DIRECTORY | PPM_O_CLOEXEC,
    dev: 0xfe00,
    ino: 2n ** 60n,
  });
  const directory = m.fd(7, 3);
  assert.deepEqual(
    [directory.type, directory.closeOnExec, directory.dev, directory.ino, directory.isShared],
    [FdType.DIRECTORY, true, 0xfe00, 2n ** 60n, false],
  );
  const { fd } = m.on(7, PPME_SYSCALL_OPENAT_2_X, { fd: 4, dirfd: 3, name: 'passwd', flags: 1 });
  assert.equal(fd?.name, '/etc/passwd');
  assert.equal(fd?.type, FdType.FILE_V2);
  m.on(7, PPME.PPME_SYSCALL_OPENAT2_X, { fd: 5, dirfd: 3, name: 'x', flags: 0, dev: 1, ino: 2 });
  assert.deepEqual([m.fd(7, 5).dev, m.fd(7, 5).ino], [1, 2]);
  m.on(7, PPME.PPME_SYSCALL_CREAT_X, { fd: 6, name: '/c', dev: 3, ino: 4, creat_flags: 1 });
  assert.deepEqual([m.fd(7, 6).dev, m.fd(7, 6).openFlags], [3, PPM_FD_UPPER_LAYER]);
  m.on(7, PPME.PPME_SYSCALL_CREAT_X, { fd: 6, name: '/c', creat_flags: 2 });
  assert.equal(m.fd(7, 6).openFlags, PPM_FD_LOWER_LAYER);
});

test('a failed open makes nothing', () => {
  const m = machine();
  const { fd, fdNumber } = m.on(7, PPME_SYSCALL_OPENAT_2_X, {
    fd: -2,
    dirfd: AT_FDCWD,
    name: '/x',
    flags: 1,
  });
  assert.equal(fd, undefined);
  assert.equal(fdNumber, NO_FD);
  assert.deepEqual(m.fds(7), []);
});

test('a placeholder keeps its descriptors itself, and names relative to "./"', () => {
  const m = new TestMachine();
  const { fd, main, fds } = m.on(9, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: 'x', flags: 1 });
  assert.equal(fd?.name, './x');
  assert.equal(main, undefined);
  assert.equal(fds?.get(3), fd);
});

test('the path of the enter event counts, while it is of this call', () => {
  const m = machine();
  const enter = { dirfd: AT_FDCWD, name: '/etc/shadow', flags: PPM_O_RDONLY };
  const exit = { fd: 3, dirfd: 9, name: '/tmp/harmless', flags: PPM_O_WRONLY | PPM_O_F_CREATED };
  m.on(7, PPME_SYSCALL_OPENAT_2_E, enter);
  assert.equal(m.isShown, false);
  const { fd } = m.on(7, PPME_SYSCALL_OPENAT_2_X, exit);
  assert.equal(m.isShown, true);
  assert.equal(fd?.name, '/etc/shadow');
  assert.equal(fd?.openFlags, PPM_O_RDONLY | PPM_O_F_CREATED, 'the kernel adds flags on exit');
  assert.equal(m.on(7, PPME_SYSCALL_OPENAT_2_X, exit).fd?.name, '/tmp/harmless', 'used once');

  m.on(7, PPME_SYSCALL_OPENAT_2_E, enter);
  m.on(7, PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 3 });
  assert.equal(
    m.on(7, PPME_SYSCALL_OPENAT_2_X, exit).fd?.name,
    '/tmp/harmless',
    'another exit came between',
  );

  m.on(7, PPME_SYSCALL_OPENAT_2_E, enter);
  assert.equal(
    m.on(7, PPME.PPME_SYSCALL_OPENAT2_X, exit).fd?.name,
    '/tmp/harmless',
    'another call',
  );

  for (const name of ['<NA>', undefined]) {
    m.on(7, PPME_SYSCALL_OPENAT_2_E, { ...enter, name });
    assert.equal(
      m.on(7, PPME_SYSCALL_OPENAT_2_X, exit).fd?.name,
      '/tmp/harmless',
      'it was not read',
    );
  }
  m.on(7, PPME_SYSCALL_OPENAT_2_E, {});
  assert.equal(
    m.on(7, PPME_SYSCALL_OPENAT_2_X, exit).fd?.name,
    '/tmp/harmless',
    'it holds nothing',
  );

  m.on(7, PPME.PPME_SYSCALL_OPEN_E, { name: 'kept', flags: 1 });
  assert.equal(
    m.on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: 'x', flags: 1 }).fd?.name,
    '/srv/lab/kept',
  );
  m.on(7, PPME.PPME_SYSCALL_CREAT_E, { name: 'kept' });
  assert.equal(m.on(7, PPME.PPME_SYSCALL_CREAT_X, { fd: 3, name: 'x' }).fd?.name, '/srv/lab/kept');
});

test('the path that the kernel found', () => {
  const m = machine();
  const header = { time: m.time, tid: 7 };
  const values = { fd: 3, dirfd: AT_FDCWD, name: 'link', flags: 1 };
  const record = encodeNamed(PPME_SYSCALL_OPENAT_2_X, header, values);
  const real = (path: string) => m.apply(withTail(record, path)).fd?.realPath?.string;
  assert.equal(real('/etc/shadow'), '/etc/shadow');
  assert.equal(m.fd(7, 3).name, '/srv/lab/link');
  assert.equal(real('/srv/lab/link'), undefined, 'it is the name, made absolute');
});

test('strings that old drivers could not read', () => {
  const { fd } = machine().on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: '(NULL)', flags: 1 });
  assert.equal(fd?.name, '/srv/lab/<NA>');
});

test('a number that is opened again, while a process that was forked keeps the file', () => {
  const m = machine();
  const open = (tid: number, name: string, flags: number) =>
    m.on(tid, PPME_SYSCALL_OPENAT_2_X, { fd: 3, dirfd: AT_FDCWD, name, flags, dev: 1, ino: 2 });
  open(7, '/first', PPM_O_CLOEXEC);
  const again = open(7, '/second', PPM_O_RDONLY);
  assert.deepEqual(
    [again.fd?.name, again.fd?.closeOnExec, again.fdNameChanged],
    ['/second', false, true],
  );
  const child = { exe: 'p7', args: [], comm: 'p7', tid: 20, pid: 20, ptid: 7, flags: 0 };
  m.on(20, PPME.PPME_SYSCALL_CLONE_20_X, { ...child, res: 0, vtid: 20, vpid: 20 });
  open(7, '/third', PPM_O_RDONLY);
  open(20, '/fourth', PPM_O_RDONLY);
  assert.equal(m.thread(7).fds?.get(3)?.name, '/third');
  assert.equal(m.thread(20).fds?.get(3)?.name, '/fourth');
  open(7, '/fifth', PPM_O_RDONLY);
  assert.equal(m.thread(20).fds?.get(3)?.name, '/fourth');
});
