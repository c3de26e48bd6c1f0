import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Executable, mapHolds, mayWrite } from './executable.ts';
import { parsePidStatus } from './pid-status.ts';

const file: Executable = {
  ino: 1,
  ctime: 0,
  mtime: 0,
  mode: 0o100755,
  uid: 0,
  gid: 0,
  isImmutable: false,
  isUpperLayer: false,
  isLowerLayer: false,
};
const nobody = parsePidStatus('Name:\tx\nTgid:\t1\nUid:\t9\t9\t9\t9\nGid:\t9\t9\t9\t9\n');
assert.ok(nobody);
const DAC_OVERRIDE = 2;
const FOWNER = 8;

type Case = readonly [
  name: string,
  file: Partial<Executable>,
  thread: Partial<typeof nobody>,
  expected: boolean,
];
const cases: readonly Case[] = [
  ['others may not', {}, {}, false],
  ['the owner can make itself able', { mode: 0o100555, uid: 9 }, {}, true],
  ['the owner is judged by the id for files', { uid: 8 }, { fsuid: 8 }, true],
  ['everybody may', { mode: 0o100757 }, {}, true],
  ['its group may', { mode: 0o100775, gid: 9 }, {}, true],
  ['one of its groups may', { mode: 0o100775, gid: 5 }, { groups: [4, 5] }, true],
  ['its group may not, though others may', { mode: 0o100757, gid: 9 }, {}, false],
  ['another group may', { mode: 0o100775 }, {}, false],
  ['root over all files', {}, { capEffective: DAC_OVERRIDE }, true],
  ['root over all owners', {}, { capEffective: FOWNER }, true],
  ['other capabilities', {}, { capEffective: 0x1ff_ffff_fff5 }, false],
  ['nobody, on a file system without writing', { isImmutable: true, uid: 9 }, {}, false],
  ['an owner without meaning', { uid: 0xffff_ffff }, { capEffective: FOWNER }, false],
];

suite('who may write to an executable', () => {
  for (const [name, change, thread, expected] of cases) {
    test(name, () => {
      const able = mayWrite({ ...file, ...change }, { ...nobody, ...thread }, () => true);
      assert.equal(able, expected);
    });
  }

  test('capabilities count only over owners that the user namespace knows', () => {
    assert.equal(
      mayWrite(file, { ...nobody, capEffective: FOWNER }, () => false),
      false,
    );
  });

  test('maps of user namespaces', () => {
    const map = '         0     100000      65536\n     65536          5          1\n';
    assert.equal(mapHolds(map, 100_000), true);
    assert.equal(mapHolds(map, 165_535), true);
    assert.equal(mapHolds(map, 165_536), false);
    assert.equal(mapHolds(map, 5), true);
    assert.equal(mapHolds(map, 0), false);
    assert.equal(mapHolds('', 0), false);
  });
});
