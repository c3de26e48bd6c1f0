import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { NO_SLOT, TEXT_SLOTS, type Text, TextTable } from './text-table.ts';

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('TextTable', () => {
  test('the same bytes give the same Text, whatever they are read from', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 6 })), (values) => {
        const table = new TextTable();
        const texts = new Map<string, unknown>();
        for (const value of values) {
          const string = Buffer.from(value).toString('latin1');
          const padded = Uint8Array.of(0xee, ...value, 0xee);
          const text = table.intern(padded, 1, padded.length - 1);
          assert.equal(text.string, string);
          assert.equal(text, table.internString(string));
          assert.equal(text, texts.get(string) ?? text);
          texts.set(string, text);
        }
        assert.equal(table.size, texts.size);
      }),
    );
  });

  test('slots count up from 0', () => {
    const table = new TextTable();
    const texts = ['a', 'b', 'a', 'c'].map((text) => table.internString(text));
    assert.deepEqual(
      texts.map((text) => text.slot),
      [0, 1, 0, 2],
    );
  });

  test('two Texts give a third, new or known, and what they gave is remembered', () => {
    const table = new TextTable();
    const names = Array.from({ length: 300 }, (_, i) => table.internString(`n${i}`));
    const wrong: string[] = [];
    let remembered = 0;
    for (const first of names) {
      for (const second of names.slice(0, 100)) {
        const joined = table.internJoined(first, second, true);
        const text = `${first.string}/${second.string}`;
        if (joined.string !== text || table.internString(text) !== joined) wrong.push(text);
        table.keepJoined(first, second, joined);
        if (table.joined(first, second) !== joined) wrong.push(`forgets ${text}`);
      }
    }
    for (const first of names) {
      for (const second of names.slice(0, 100)) {
        const known = table.joined(first, second);
        if (known === undefined) continue;
        remembered++;
        if (known.string !== `${first.string}/${second.string}`) wrong.push(known.string);
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(remembered > 25_000, `${remembered} of 30000`);
    assert.equal(
      table.internJoined(table.internString('/'), names[7] as Text, false).string,
      '/n7',
    );
  });

  test('nothing is remembered of Texts without a slot, or after an eviction', () => {
    const table = new TextTable();
    const [a, b] = [table.internString('a'), table.internString('b')];
    table.keepJoined(table.empty, b, a);
    assert.equal(table.joined(table.empty, b), undefined);
    table.keepJoined(a, b, table.internJoined(a, b, false));
    for (let i = 0; i < TEXT_SLOTS; i++) table.internString(`text ${i}`);
    assert.equal(table.evictions, 1);
    assert.equal(table.joined(a, b), undefined);
    assert.equal(table.joined(table.internString('c'), table.internString('d')), undefined);
    assert.equal(table.internJoined(a, b, true).string, 'a/b');
  });

  test('no bytes are the empty Text, which has no slot', () => {
    const table = new TextTable();
    assert.equal(table.intern(bytesOf('abc'), 2, 2), table.empty);
    assert.equal(table.internString(''), table.empty);
    assert.equal(table.empty.slot, NO_SLOT);
    assert.equal(table.size, 0);
  });

  test('a Text outlives the buffer that it was read from', () => {
    const table = new TextTable();
    const buffer = bytesOf('/etc/passwd');
    const text = table.intern(buffer, 0, buffer.length);
    buffer.fill(0);
    assert.equal(text.string, '/etc/passwd');
    assert.equal(table.internString('/etc/passwd'), text);
  });

  test('a full table starts again: old Texts lose their slot, nothing else', () => {
    const table = new TextTable();
    const first = table.internString('first');
    for (let i = 1; i < TEXT_SLOTS; i++) table.internString(`text ${i}`);
    assert.deepEqual([table.size, table.evictions], [TEXT_SLOTS, 0]);
    assert.equal(table.internString('first'), first);
    const next = table.internString('one more');
    assert.deepEqual([table.size, table.evictions], [1, 1]);
    assert.deepEqual([first.slot, first.string, next.slot], [NO_SLOT, 'first', 0]);
    const again = table.internString('first');
    assert.notEqual(again, first);
    assert.equal(again.string, first.string);
  });

  test('many long texts fill it too', () => {
    const table = new TextTable();
    const long = 'x'.repeat(100_000);
    for (let i = 0; i < 100; i++) table.internString(`${i}${long}`);
    assert.equal(table.evictions, 1);
    assert.ok(table.size < 100);
  });

  test('a huge text is not kept', () => {
    const table = new TextTable();
    const huge = 'x'.repeat(1 << 20);
    const text = table.internString(huge);
    assert.deepEqual([text.string, text.slot, table.size], [huge, NO_SLOT, 0]);
  });

  test('names that were made to have the same hash cost no more than others', () => {
    const table = new TextTable();
    const names = Array.from({ length: 20_000 }, (_, i) => collidingName(i));
    for (const name of names) table.intern(name, 0, 8);
    // Beside the limit of a search only a few find a place.
    assert.ok(table.size < 1000, `${table.size} names were kept`);
    const last = names.at(-1) ?? new Uint8Array(0);
    assert.equal(table.intern(last, 0, 8).string, Buffer.from(last).toString('latin1'));
  });
});

const MULTIPLIER = 0xcc9e2d51;

/**
 * 8 bytes with the hash of all others from here: the second word undoes what the first one did.
 */
function collidingName(first: number): Uint8Array {
  let inverse = MULTIPLIER;
  for (let step = 0; step < 5; step++) {
    inverse = Math.imul(inverse, 2 - Math.imul(MULTIPLIER, inverse));
  }
  const word = Math.imul(first, MULTIPLIER);
  const hash = Math.imul(8 ^ ((word << 15) | (word >>> 17)), 5) + 0x2545f491;
  const second = Math.imul((hash >>> 15) | (hash << 17), inverse);
  const name = new DataView(new ArrayBuffer(8));
  name.setUint32(0, first, true);
  name.setUint32(4, second, true);
  return new Uint8Array(name.buffer);
}
