import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRfc3339 } from './rfc3339.ts';

const SECOND = BigInt(Date.UTC(2018, 9, 26, 13, 42, 46)) * 1_000_000n;

test('times', () => {
  const cases: readonly [text: string, time: bigint | undefined][] = [
    ['2018-10-26T13:42:46Z', SECOND],
    ['2018-10-26T13:42:46.808261Z', SECOND + 808_261_000n],
    ['2018-10-26T13:42:46.1Z', SECOND + 100_000_000n],
    ['2018-10-26T13:42:46.123456789Z', SECOND + 123_456_789n],
    ['2018-10-26T13:42:46.123456789999999Z', SECOND + 123_456_789n],
    ['2018-10-26T13:42:46,5Z', SECOND + 500_000_000n],
    ['2018-10-26T15:42:46+02:00', SECOND],
    ['2018-10-26T08:12:46.000000001-05:30', SECOND + 1n],
    ['1970-01-01T00:00:00Z', 0n],
    ['2020-02-29T00:00:00Z', BigInt(Date.UTC(2020, 1, 29)) * 1_000_000n],
    ['2019-02-29T00:00:00Z', undefined],
    ['2018-04-31T00:00:00Z', undefined],
    ['2018-13-01T00:00:00Z', undefined],
    ['2018-10-26T24:00:00Z', undefined],
    ['2018-10-26T13:42:60Z', undefined],
    ['2018-10-26T13:42:46', undefined],
    ['2018-10-26 13:42:46Z', undefined],
    ['2018-10-26T13:42:46.Z', undefined],
    ['2018-10-26T13:42:46+25:00', undefined],
    ['2018-10-26T13:42:46z', undefined],
    ['1969-12-31T23:59:59Z', undefined],
    ['0001-01-01T00:00:00Z', undefined],
    ['9999-12-31T23:59:59Z', undefined],
    ['', undefined],
    ['null', undefined],
  ];
  for (const [text, time] of cases) assert.equal(parseRfc3339(text), time, text);
});
