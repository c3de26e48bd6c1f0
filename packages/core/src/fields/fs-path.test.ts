import assert from 'node:assert/strict';
import test from 'node:test';
import { encodeNamed, viewRecord } from '../events/encode.ts';
import type { ParamInput } from '../events/encode-param.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { FdType } from '../events/fd-type.ts';
import { FdInfo } from '../state/fd-info.ts';
import { FdTable } from '../state/fd-table.ts';
import { fsPathFields } from './fs-path.ts';
import { Scene, valueOf } from './scene.cases.ts';

type Shown = Readonly<Partial<Record<'name' | 'source' | 'target', string>>>;
type Params = Readonly<Record<string, ParamInput>>;

const parts = ['name', 'source', 'target'] as const;

/** Descriptor 3 is the directory /d, 4 is /e opened without O_DIRECTORY, 5 the file /f. */
function shown(type: number, params: Params, fdNumber = -1): [Shown, raw: Shown] {
  const scene = new Scene();
  const { texts } = scene.state;
  const fds = new FdTable();
  fds.set(3, new FdInfo(FdType.DIRECTORY, texts.internString('/d')));
  fds.set(4, new FdInfo(FdType.FILE_V2, texts.internString('/e')));
  fds.set(5, new FdInfo(FdType.FILE_V2, texts.internString('/f')));
  const thread = scene.process(7, { cwd: '/srv/', fds });
  const context = scene.on(thread, viewRecord(encodeNamed(type, { time: 0, tid: 7 }, params)));
  Object.assign(context, { fdNumber, fd: fds.get(fdNumber) });
  const values = (suffix: string): Shown =>
    Object.fromEntries(
      parts
        .map((part) => [part, valueOf(fsPathFields, `fs.path.${part}${suffix}`, context)] as const)
        .filter(([, value]) => value !== undefined),
    );
  return [values(''), values('raw')];
}

test('calls with one path', () => {
  const cases: readonly (readonly [number, Params, fd: number, path: string, raw: string])[] = [
    [PPME.PPME_SYSCALL_MKDIR_2_X, { res: 0, path: 'a//b/' }, -1, '/srv/a/b', 'a//b/'],
    [PPME.PPME_SYSCALL_RMDIR_2_X, { res: 0, path: '/a/../b' }, -1, '/b', '/a/../b'],
    [PPME.PPME_SYSCALL_UNLINK_2_X, { res: 0, path: 'a' }, -1, '/srv/a', 'a'],
    [PPME.PPME_SYSCALL_MKDIRAT_X, { res: 0, dirfd: 3, path: 'a' }, 3, '/d/a', 'a'],
    [PPME.PPME_SYSCALL_MKDIRAT_X, { res: 0, dirfd: 4, path: 'a' }, 4, '<UNKNOWN>a', 'a'],
    [PPME.PPME_SYSCALL_UNLINKAT_2_X, { res: 0, dirfd: -100, name: 'a' }, -100, '<UNKNOWN>a', 'a'],
    [PPME.PPME_SYSCALL_UNLINKAT_2_X, { res: 0, dirfd: -100, name: '/a' }, -100, '/a', '/a'],
    [PPME.PPME_SYSCALL_OPEN_X, { fd: 5, name: 'f' }, 5, '/srv/f', 'f'],
    [PPME.PPME_SYSCALL_OPEN_X, { fd: -2, name: 'f' }, -2, '/srv/f', 'f'],
    [PPME.PPME_SYSCALL_OPENAT_2_X, { fd: 5, dirfd: 3, name: '../f' }, 5, '/f', '../f'],
    [PPME.PPME_SYSCALL_OPENAT2_X, { fd: -2, dirfd: 3, name: 'f' }, -2, '<UNKNOWN>', 'f'],
    [PPME.PPME_SYSCALL_OPENAT2_X, { fd: -2, dirfd: 3, name: '/f' }, -2, '/f', '/f'],
    [PPME.PPME_SYSCALL_CHMOD_X, { res: 0, filename: 'f' }, -1, '/srv/f', 'f'],
    [PPME.PPME_SYSCALL_FCHMODAT_X, { res: 0, dirfd: 3, filename: 'f' }, 3, '/d/f', 'f'],
    [PPME.PPME_SYSCALL_FCHMOD_X, { res: 0, fd: 5 }, 5, '/f', '/f'],
    [PPME.PPME_SYSCALL_CHOWN_X, { res: 0, path: 'f' }, -1, '/srv/f', 'f'],
    [PPME.PPME_SYSCALL_LCHOWN_X, { res: 0, path: 'f' }, -1, '/srv/f', 'f'],
    [PPME.PPME_SYSCALL_FCHOWN_X, { res: 0, fd: 5 }, 5, '/f', '/f'],
    [PPME.PPME_SYSCALL_FCHOWNAT_X, { res: 0, dirfd: 3, pathname: 'f' }, 3, '/d/f', 'f'],
    [PPME.PPME_SYSCALL_QUOTACTL_X, { res: 0, special: '/dev/sda' }, -1, '/dev/sda', '/dev/sda'],
    [PPME.PPME_SYSCALL_UMOUNT_1_X, { res: 0, name: 'm' }, -1, '/srv/m', 'm'],
    [PPME.PPME_SYSCALL_UMOUNT2_X, { res: 0, name: '/m/' }, -1, '/m', '/m/'],
    [PPME.PPME_SYSCALL_MKDIR_2_X, { res: 0, path: undefined }, -1, '/srv/<NA>', '<NA>'],
  ];
  for (const [type, params, fd, path, raw] of cases) {
    assert.deepEqual(shown(type, params, fd), [{ name: path }, { name: raw }], `${type} ${raw}`);
  }
});

test('calls with two paths', () => {
  const at = { olddirfd: 3, newdirfd: -100 };
  const cases: readonly (readonly [number, Params, fd: number, source: string, target: string])[] =
    [
      [PPME.PPME_SYSCALL_RENAME_X, { oldpath: 'a', newpath: '/b' }, -1, '/srv/a', '/b'],
      [PPME.PPME_SYSCALL_RENAMEAT_X, { ...at, oldpath: 'a', newpath: 'b' }, 3, '/srv/a', '/srv/b'],
      [PPME.PPME_SYSCALL_RENAMEAT2_X, { ...at, oldpath: 'a', newpath: 'b' }, 3, '/d/a', '/srv/b'],
      [
        PPME.PPME_SYSCALL_RENAMEAT2_X,
        { olddirfd: 9, oldpath: 'a', newdirfd: 4, newpath: 'b' },
        9,
        '<UNKNOWN>a',
        '/e/b',
      ],
      [PPME.PPME_SYSCALL_LINK_2_X, { oldpath: 'a', newpath: 'b' }, -1, '/srv/b', '/srv/a'],
      [PPME.PPME_SYSCALL_LINKAT_2_X, { oldpath: 'a', newpath: 'b' }, -1, '/srv/b', '/srv/a'],
      [PPME.PPME_SYSCALL_SYMLINK_X, { target: 'a', linkpath: 'b' }, -1, '/srv/b', '/srv/a'],
      [
        PPME.PPME_SYSCALL_SYMLINKAT_X,
        { target: 'a', linkdirfd: 3, linkpath: 'b' },
        3,
        '/d/b',
        '<UNKNOWN>a',
      ],
      [PPME.PPME_SYSCALL_MOUNT_X, { dev: '/dev/sda', dir: 'm' }, -1, '/dev/sda', '/srv/m'],
    ];
  for (const [type, params, fd, source, target] of cases) {
    const [resolved] = shown(type, { res: 0, ...params }, fd);
    assert.deepEqual(resolved, { source, target }, String(type));
    assert.deepEqual(shown(type, { res: -2, ...params }, fd), [{}, {}]);
  }
});

test('calls that failed have no path; of opens only EPERM counts as failure', () => {
  assert.deepEqual(shown(PPME.PPME_SYSCALL_MKDIR_2_X, { res: -17, path: '/a' }), [{}, {}]);
  assert.deepEqual(shown(PPME.PPME_SYSCALL_MKDIR_2_X, { path: '/a' }), [{}, {}]);
  assert.deepEqual(shown(PPME.PPME_SYSCALL_OPEN_X, { fd: -1, name: '/a' }), [{}, {}]);
  assert.deepEqual(shown(PPME.PPME_SYSCALL_OPEN_X, { name: '/a' }), [{}, {}]);
  assert.deepEqual(shown(PPME.PPME_SYSCALL_MKNODAT_X, { res: 0, path: '/a' }), [{}, {}]);
  assert.deepEqual(shown(PPME.PPME_SYSCALL_READ_X, { res: 0 }, 5), [{}, {}]);
});
