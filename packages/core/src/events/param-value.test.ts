import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeEvent, encodeNamed, viewRecord } from './encode.ts';
import type { ParamInput } from './encode-param.ts';
import { PPME } from './event-codes.gen.ts';
import { eventTable } from './event-table.ts';
import type { EventView } from './event-view.ts';
import { decodeFdList, decodeParam, stringsAt } from './param-value.ts';

const header = { time: 0, tid: 1 };

function eventWith(type: number, name: string, value: ParamInput): [EventView, number] {
  const index = (eventTable[type]?.params ?? []).findIndex((param) => param.name === name);
  return [viewRecord(encodeNamed(type, header, { [name]: value })), index];
}

describe('decodeParam', () => {
  const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
  const cases: readonly (readonly [
    what: string,
    type: number,
    name: string,
    given: ParamInput,
    value: unknown,
  ])[] = [
    ['a result', PPME.PPME_SYSCALL_CLOSE_X, 'res', -9, -9],
    ['an inode beyond 2^53', PPME.PPME_SYSCALL_OPEN_X, 'ino', 2n ** 64n - 1n, 2n ** 64n - 1n],
    ['an unsigned word', PPME.PPME_SYSCALL_OPEN_X, 'dev', 0xffff_ffff, 0xffff_ffff],
    ['a string', PPME.PPME_SYSCALL_OPEN_X, 'name', '/x', '/x'],
    ['an empty string', PPME.PPME_SYSCALL_OPEN_X, 'name', '', ''],
    ['no string', PPME.PPME_SYSCALL_OPEN_X, 'name', undefined, '<NA>'],
    ['a null pointer', PPME.PPME_SYSCALL_OPEN_X, 'name', '(NULL)', '<NA>'],
    ['a name without NUL', PPME.PPME_SYSCALL_OPEN_X, 'name', ascii('(NULL)'), '(NULL)'],
    ['two strings', PPME.PPME_SYSCALL_OPEN_X, 'name', ascii('a\0b\0'), 'a'],
    ['a buffer', PPME.PPME_SYSCALL_READ_X, 'data', 'a\0\xff', 'a\0\xff'],
    ['no buffer', PPME.PPME_SYSCALL_READ_X, 'data', undefined, undefined],
    ['no number', PPME.PPME_SYSCALL_OPEN_X, 'dev', undefined, undefined],
    ['half a number', PPME.PPME_SYSCALL_OPEN_X, 'dev', Uint8Array.of(1, 2), undefined],
    ['more than a number', PPME.PPME_SYSCALL_OPEN_X, 'dev', Uint8Array.of(1, 2, 0, 0, 9), 0x201],
    ['a dynamic value', PPME.PPME_SYSCALL_BPF_X, 'res_or_fd', { selector: 1, value: -22 }, -22],
    [
      'a dynamic value of no known kind',
      PPME.PPME_SYSCALL_BPF_X,
      'res_or_fd',
      Uint8Array.of(9, 0),
      undefined,
    ],
    ['half a dynamic value', PPME.PPME_SYSCALL_BPF_X, 'res_or_fd', Uint8Array.of(1, 0), undefined],
  ];
  for (const [what, type, name, given, value] of cases) {
    test(what, () => {
      const [event, index] = eventWith(type, name, given);
      assert.ok(index >= 0);
      assert.deepEqual(decodeParam(event, index), value);
    });
  }

  test('what the record does not hold has no value', () => {
    const event = viewRecord(encodeEvent(PPME.PPME_SYSCALL_OPEN_X, header, [3]));
    assert.deepEqual([decodeParam(event, 0), decodeParam(event, 1)], [3, undefined]);
    assert.equal(decodeParam(event, 99), undefined);
  });
});

describe('several strings', () => {
  const cases: readonly (readonly [bytes: string, strings: readonly string[]])[] = [
    ['', []],
    ['a\0', ['a']],
    ['a', ['a']],
    ['a\0\0b\0', ['a', '', 'b']],
    ['\0', ['']],
  ];
  for (const [bytes, strings] of cases) {
    test(JSON.stringify(bytes), () => {
      const given = bytes === '' ? undefined : bytes;
      const [event, index] = eventWith(PPME.PPME_SYSCALL_EXECVE_19_X, 'args', given);
      const found = stringsAt(event, event.paramStart(index), event.paramLength(index));
      assert.deepEqual(found, strings);
    });
  }
});

describe('decodeFdList', () => {
  const entry = (fd: number, events: number): number[] => [fd, 0, 0, 0, 0, 0, 0, 0, events, 0];

  test('counts what its bytes hold', () => {
    const bytes = Uint8Array.of(200, 1, ...entry(3, 1), ...entry(4, 4), 5);
    const [event, index] = eventWith(PPME.PPME_SYSCALL_POLL_X, 'fds', bytes);
    assert.deepEqual(decodeFdList(event, index), [
      { fd: 3, events: 1 },
      { fd: 4, events: 4 },
    ]);
  });

  test('stops at its count', () => {
    const bytes = Uint8Array.of(1, 0, ...entry(3, 1), ...entry(4, 4));
    const [event, index] = eventWith(PPME.PPME_SYSCALL_POLL_X, 'fds', bytes);
    assert.deepEqual(decodeFdList(event, index), [{ fd: 3, events: 1 }]);
  });

  test('is empty without bytes', () => {
    const [event, index] = eventWith(PPME.PPME_SYSCALL_POLL_X, 'fds', undefined);
    assert.deepEqual(decodeFdList(event, index), []);
  });
});
