import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FdType } from '@saker/core/events/fd-type.ts';
import { kindOfLink, kindOfMode, pipeInode, socketInode } from './descriptor-kinds.ts';

suite('links of descriptors', () => {
  const kinds: readonly (readonly [link: string, type: FdType | undefined])[] = [
    ['anon_inode:[eventfd]', FdType.EVENT],
    ['anon_inode:[eventpoll]', FdType.EVENTPOLL],
    ['anon_inode:inotify', FdType.INOTIFY],
    ['anon_inode:[signalfd]', FdType.SIGNALFD],
    ['anon_inode:[timerfd]', FdType.TIMERFD],
    ['anon_inode:[io_uring]', FdType.IOURING],
    ['anon_inode:[userfaultfd]', FdType.USERFAULTFD],
    ['anon_inode:[pidfd]', FdType.PIDFD],
    ['anon_inode:bpf-map', FdType.BPF],
    ['anon_inode:bpf-prog', FdType.BPF],
    ['anon_inode:[perf_event]', FdType.UNSUPPORTED],
    ['anon_inode:', FdType.UNSUPPORTED],
    ['/memfd:x (deleted)', FdType.MEMFD],
    ['/etc/passwd', undefined],
    ['net:[4026531840]', undefined],
  ];
  for (const [link, type] of kinds) {
    test(link, () => assert.equal(kindOfLink(link), type));
  }

  test('inodes of sockets and pipes', () => {
    assert.equal(socketInode('socket:[123]'), 123);
    assert.equal(pipeInode('pipe:[123]'), 123);
    for (const link of ['socket:[]', 'socket:[x]', 'socket:[1', '/socket:[1]', 'socket:[-1]']) {
      assert.equal(socketInode(link), undefined, link);
    }
    assert.equal(pipeInode('socket:[123]'), undefined);
  });

  test('kinds by mode', () => {
    assert.equal(kindOfMode(0o100644), FdType.FILE_V2);
    assert.equal(kindOfMode(0o020666), FdType.FILE_V2, 'character device');
    assert.equal(kindOfMode(0o060660), FdType.FILE_V2, 'block device');
    assert.equal(kindOfMode(0o040755), FdType.DIRECTORY);
    assert.equal(kindOfMode(0o010644), FdType.FIFO);
    assert.equal(kindOfMode(0o600), FdType.UNSUPPORTED);
  });
});
