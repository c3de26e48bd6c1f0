import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deviceNumber, parseMount } from './mount-table.ts';

suite('lines of mountinfo', () => {
  test('optional fields, none and several', () => {
    const plain = parseMount('27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard');
    assert.deepEqual(plain, {
      id: 27,
      device: 0xfe00,
      fsType: 'ext4',
      root: '/',
      point: '/',
      isReadOnly: false,
      upperDirectory: undefined,
    });
    const shared = '36 35 98:0 /r /p rw,noatime shared:1 master:2 - fuse.sshfs x@y:/ ro,user_id=0';
    assert.deepEqual(parseMount(shared), {
      id: 36,
      device: 0x6200,
      fsType: 'fuse.sshfs',
      root: '/r',
      point: '/p',
      isReadOnly: true,
      upperDirectory: undefined,
    });
  });

  test('octal blanks, tabs, line feeds, backslashes and commas', () => {
    const line =
      '66 63 0:40 / /a\\040b\\011c\\012d\\134e rw - overlay o rw,upperdir=/u\\054v,workdir=w';
    const mount = parseMount(line);
    assert.equal(mount?.point, '/a b\tc\nd\\e');
    assert.equal(mount.upperDirectory, '/u,v');
  });

  for (const line of ['', ' ', '1 2 3', '1 2 0:1 / / rw - ', '1 2 x:1 / / rw - ext4 d rw']) {
    test(`no mount: ${JSON.stringify(line)}`, () => {
      const mount = parseMount(line);
      assert.ok(mount === undefined || mount.fsType === '');
    });
  }

  test('device numbers as stat(1) prints them', () => {
    assert.equal(deviceNumber(8, 1), 0x801);
    assert.equal(deviceNumber(0, 255), 0xff);
    assert.equal(deviceNumber(0, 256), 0x10_0000);
    assert.equal(deviceNumber(0xfff, 0xf_ffff), 0xffff_ffff);
  });
});
