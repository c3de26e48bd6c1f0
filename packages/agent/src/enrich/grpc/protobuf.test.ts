import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { encodeMessage, Fields, ProtobufError, textMapInput } from './protobuf.ts';

const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

test('numbers as the wire has them', () => {
  const cases: readonly (readonly [hex: string, value: number])[] = [
    ['08 00', 0],
    ['08 7f', 127],
    ['08 96 01', 150],
    ['08 ff ff ff ff 0f', 0xff_ff_ff_ff],
    ['08 80 80 80 80 10', 2 ** 32],
    ['08 ff ff ff ff ff ff ff 0f', 2 ** 53 - 1],
    ['08 ff ff ff ff ff ff ff ff ff 01', -1],
    ['08 80 80 80 80 80 80 80 80 80 01', -(2 ** 63)],
    ['08 01 08 02', 2],
  ];
  for (const [hex, value] of cases) assert.equal(new Fields(fromHex(hex)).number(1), value, hex);
});

test('what is absent, of another type, or unknown', () => {
  const fields = new Fields(fromHex('08 05 11 0102030405060708 1d 01020304 22 01 41'));
  assert.equal(fields.number(4), 0);
  assert.equal(fields.text(1), '');
  assert.equal(fields.text(4), 'A');
  assert.equal(fields.flag(9), false);
  assert.deepEqual(fields.messages(9), []);
  assert.equal(fields.message(9).text(1), '');
  assert.equal(fields.textMap(9).size, 0);
  assert.deepEqual([fields.has(1), fields.has(9)], [true, false]);
});

test('what is no message', () => {
  for (const hex of [
    '08',
    '0a 05 41',
    '0b',
    '0f',
    '08 ffffffffffffffffffff01',
    '0a ffffffffffffffffff01',
  ]) {
    assert.throws(() => new Fields(fromHex(hex)), ProtobufError, hex);
  }
});

test('round trip', () => {
  const input = fc.record({
    id: fc.string({ unit: 'grapheme' }),
    count: fc.maxSafeNat(),
    on: fc.boolean(),
    labels: fc.dictionary(fc.string(), fc.string()),
    names: fc.array(fc.string()),
  });
  fc.assert(
    fc.property(input, ({ id, count, on, labels, names }) => {
      const map = new Map(Object.entries(labels));
      const nested = encodeMessage([2000, id]);
      const fields = new Fields(
        encodeMessage(
          [1, id],
          [2, count],
          [3, on],
          [4, textMapInput(map)],
          [5, names],
          [6, nested],
        ),
      );
      assert.equal(fields.text(1), id);
      assert.equal(fields.number(2), count);
      assert.equal(fields.flag(3), on);
      assert.deepEqual(fields.textMap(4), map);
      assert.equal(fields.message(6).text(2000), id);
    }),
  );
});

test('any bytes are a message or an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      try {
        const fields = new Fields(bytes);
        for (let field = 0; field < 20; field++) {
          fields.text(field);
          fields.textMap(field);
        }
      } catch (error) {
        assert.ok(error instanceof ProtobufError);
      }
    }),
  );
});
