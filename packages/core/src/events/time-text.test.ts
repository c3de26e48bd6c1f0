import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import * as fc from 'fast-check';
import {
  clockText,
  dateClockText,
  dateTimeText,
  nanosOf,
  padded,
  secondsOf,
  timeText,
  utcText,
} from './time-text.ts';

type Words = readonly [low: number, high: number];

function words(nanos: bigint): Words {
  return [Number(BigInt.asUintN(32, nanos)), Number(nanos >> 32n)];
}

const zoneBefore = process.env['TZ'];

function inZone(zone: string): void {
  process.env['TZ'] = zone;
}

afterEach(() => {
  if (zoneBefore === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zoneBefore;
});

describe('seconds and nanoseconds', () => {
  test('are exact for all 64-bit times', () => {
    const time = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.bigInt({ min: -2n, max: 2n }).map((delta) => 1_795_219_285_000_000_000n + delta),
    );
    fc.assert(
      fc.property(time, (nanos) => {
        const [low, high] = words(nanos);
        assert.equal(BigInt(secondsOf(low, high)), nanos / 1_000_000_000n);
        assert.equal(BigInt(nanosOf(low, high)), nanos % 1_000_000_000n);
      }),
      { numRuns: 1000 },
    );
  });

  test('padded', () => {
    assert.deepEqual([padded(7, 2), padded(123, 2), padded(0, 9)], ['07', '123', '000000000']);
  });
});

describe('texts of times', () => {
  const cases: readonly (readonly [nanos: bigint, zone: string, local: string, utc: string])[] = [
    [
      1_795_219_285_524_575_438n,
      'UTC',
      '2026-11-21 00:01:25.524575438',
      '2026-11-21T00:01:25.524575438',
    ],
    [
      1_795_219_285_000_000_001n,
      'America/New_York',
      '2026-11-20 19:01:25.000000001',
      '2026-11-21T00:01:25.000000001',
    ],
    // Summer time, and a zone that is no whole hour away.
    [
      1_753_000_000_999_999_999n,
      'Europe/Berlin',
      '2025-07-20 10:26:40.999999999',
      '2025-07-20T08:26:40.999999999',
    ],
    [0n, 'Asia/Kolkata', '1970-01-01 05:30:00.000000000', '1970-01-01T00:00:00.000000000'],
    // Beyond the signed range: what a parameter of type ABSTIME can hold.
    [
      10_968_388_490_854_775_808n,
      'UTC',
      '2317-07-29 22:34:50.854775808',
      '2317-07-29T22:34:50.854775808',
    ],
    [2n ** 64n - 1n, 'UTC', '2554-07-21 23:34:33.709551615', '2554-07-21T23:34:33.709551615'],
  ];
  for (const [nanos, zone, local, utc] of cases) {
    test(`${nanos} in ${zone}`, () => {
      inZone(zone);
      const [low, high] = words(nanos);
      const seconds = secondsOf(low, high);
      assert.equal(dateTimeText(low, high), local);
      assert.equal(timeText(low, high), local.slice('YYYY-mm-dd '.length));
      assert.equal(dateClockText(seconds), local.slice(0, 'YYYY-mm-dd HH:MM:SS'.length));
      assert.equal(clockText(seconds), local.slice('YYYY-mm-dd '.length, -'.nnnnnnnnn'.length));
      assert.equal(utcText(low, high), utc);
    });
  }
});
