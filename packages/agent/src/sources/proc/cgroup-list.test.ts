import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { absolutePath, CgroupLists } from './cgroup-list.ts';

const all = (path: string) =>
  ['cpuset', 'cpu', 'cpuacct', 'io', 'memory'].map((name) => `${name}=${path}`).join('\0');

const cases: readonly (readonly [name: string, root: string, text: string, list: string])[] = [
  ['none', '', '', ''],
  ['unified', '', '0::/user.slice/a:b.scope\n', all('/user.slice/a:b.scope')],
  [
    'first version',
    '',
    '12:cpu,cpuacct:/a\n11:name=systemd:/b\n10:memory:/c\n',
    'cpu=/a\0cpuacct=/a\0name=systemd=/b\0memory=/c',
  ],
  [
    'both: what has a hierarchy of its own is not in the unified one',
    '',
    '3:cpu,cpuacct:/a\n2:blkio:/b\n1:cpuset:/c\n0::/d\n',
    'cpu=/a\0cpuacct=/a\0blkio=/b\0cpuset=/c\0memory=/d',
  ],
  ['no controllers and no name', '', '5::/x\n', ''],
  ['inside of a namespace', '/kubepods/pod1/c1', '0::/\n', all('/kubepods/pod1/c1')],
  ['beside it', '/kubepods/pod1/c1', '0::/../../pod2/c2\n', all('/kubepods/pod2/c2')],
  ['what is no line', '', 'x\n:\n1:2\n', ''],
];

suite('control groups', () => {
  for (const [name, root, text, list] of cases) {
    test(name, () => {
      const lists = new CgroupLists(root);
      assert.equal(lists.list(text), list);
      assert.equal(lists.list(text), list, 'remembered');
    });
  }

  const paths: readonly (readonly [root: string, path: string, absolute: string])[] = [
    ['', '/', '/'],
    ['', '/a', '/a'],
    ['', '/..', '/'],
    ['', '/../../system.slice/b', '/system.slice/b'],
    ['/a/b', '/..', '/a'],
    ['/a/b', '/../..', '/'],
    ['/a/b', '/../../../../x', '/x'],
    ['/a/b', '/...', '/a/b/...'],
  ];
  for (const [root, path, absolute] of paths) {
    test(`${path} in ${root || '/'}`, () => assert.equal(absolutePath(root, path), absolute));
  }
});
