import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseGroup, parseUser } from './accounts.ts';

suite('lines of passwd and group', () => {
  test('a user', () => {
    assert.deepEqual(parseUser('ann:x:1000:100:Ann,,,:/home/ann:/bin/zsh'), {
      uid: 1000,
      gid: 100,
      name: 'ann',
      home: '/home/ann',
      shell: '/bin/zsh',
    });
    assert.equal(parseUser('nobody:*:4294967294:4294967294:::')?.uid, 0xffff_fffe);
    assert.equal(parseUser('a:x:1:1')?.home, '');
  });

  test('a group', () => {
    assert.deepEqual(parseGroup('wheel:x:10:ann,bob'), { gid: 10, name: 'wheel' });
  });

  const broken = ['', '#ann:x:1:1:::', 'ann', 'ann:x', ':x:1:1:::', 'ann:x:-1:1:::', '+::::::'];
  for (const line of [...broken, 'ann:x:1e3:1:::', 'ann:x:4294967296:1:::', 'ann:x: 1:1:::']) {
    test(`not ${JSON.stringify(line)}`, () => {
      assert.equal(parseUser(line), undefined);
      assert.equal(parseGroup(line.replace(/^([^:]*:[^:]*):.*?:/, '$1:x')), undefined);
    });
  }
});
