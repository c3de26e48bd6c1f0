import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextTable } from '../base/text-table.ts';
import { encodeNamed, viewRecord } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { hasText, internList, internParam, listParam, stringParam } from './params.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

function event(param: string | undefined) {
  const path = param === undefined ? undefined : bytesOf(param);
  return viewRecord(encodeNamed(PPME.PPME_SYSCALL_CHDIR_X, { time: 0, tid: 1 }, { res: 0, path }));
}

test('strings', () => {
  const cases: readonly (readonly [bytes: string | undefined, text: string, isRead: boolean])[] = [
    [undefined, '<NA>', false],
    ['(NULL)\0', '<NA>', false],
    ['<NA>\0', '<NA>', false],
    ['\0', '', true],
    ['/x\0', '/x', true],
    ['/no-nul', '/no-nul', true],
    ['/x\0rest\0', '/x', true],
    ['(NULL)x\0', '(NULL)x', true],
  ];
  const texts = new TextTable();
  for (const [bytes, text, isRead] of cases) {
    const view = event(bytes);
    assert.equal(stringParam(view, 1), text);
    assert.equal(internParam(view, texts, 1).string, text);
    assert.equal(hasText(view, 1), isRead, bytes);
  }
  assert.equal(internParam(event('/x\0'), texts, 1), internParam(event('/x\0'), texts, 1));
});

test('strings end at their first NUL, wherever it is', () => {
  const texts = new TextTable();
  for (const char of ['\x01', 'a', '\x7f', '\x80', '\x81', '\xff']) {
    for (let length = 1; length < 14; length++) {
      const text = char.repeat(length);
      assert.equal(stringParam(event(text), 1), text);
      for (const rest of ['\0', '\0\0', '\0\x80', '\0rest\0']) {
        assert.equal(internParam(event(text + rest), texts, 1).string, text);
      }
    }
  }
});

test('lists lose one final NUL', () => {
  const cases: readonly (readonly [bytes: string | undefined, list: string])[] = [
    [undefined, ''],
    ['\0', ''],
    ['a\0b\0', 'a\0b'],
    ['a\0b', 'a\0b'],
    ['a\0\0', 'a\0'],
  ];
  for (const [bytes, list] of cases) {
    assert.equal(listParam(event(bytes), 1), list);
    assert.equal(internList(event(bytes), new TextTable(), 1).string, list);
  }
});
