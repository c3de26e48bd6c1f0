import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatGeneral, formatInteger, formatInteger64 } from './number-text.ts';
import { PF } from './param-types.gen.ts';

describe('formatInteger', () => {
  const cases: readonly (readonly [value: number, format: keyof typeof PF, text: string])[] = [
    [1656, 'PF_DEC', '1656'],
    [1656, 'PF_NA', '1656'],
    [1656, 'PF_ID', '1656'],
    [-1, 'PF_DEC', '-1'],
    [0xffff_ffff, 'PF_DEC', '-1'],
    [0x8000_0000, 'PF_DEC', '-2147483648'],
    [0xfe00, 'PF_HEX', 'FE00'],
    [-1, 'PF_HEX', 'FFFFFFFF'],
    [0, 'PF_HEX', '0'],
    [0o666, 'PF_OCT', '0666'],
    [0, 'PF_OCT', '0'],
    [0xffff_ffff, 'PF_OCT', '037777777777'],
    [42, 'PF_10_PADDED_DEC', '000000042'],
    [1_234_567_890, 'PF_10_PADDED_DEC', '1234567890'],
    [-42, 'PF_10_PADDED_DEC', '-00000042'],
  ];
  for (const [value, format, text] of cases) {
    test(`${value} as ${format} is ${text}`, () => {
      assert.equal(formatInteger(value, PF[format]), text);
    });
  }
});

describe('formatInteger64', () => {
  const cases: readonly (readonly [
    value: number | bigint,
    format: keyof typeof PF,
    text: string,
  ])[] = [
    [8_388_608, 'PF_DEC', '8388608'],
    [2n ** 64n - 1n, 'PF_DEC', '-1'],
    [2n ** 63n, 'PF_DEC', '-9223372036854775808'],
    [2n ** 63n - 1n, 'PF_DEC', '9223372036854775807'],
    [0xffff_8881_0430_e880n, 'PF_HEX', 'FFFF88810430E880'],
    [-1, 'PF_HEX', 'FFFFFFFFFFFFFFFF'],
    [0x1ff_feff_ffff, 'PF_HEX', '1FFFEFFFFFF'],
    [-1, 'PF_OCT', '01777777777777777777777'],
    [0, 'PF_OCT', '0'],
    [7, 'PF_10_PADDED_DEC', '000000007'],
  ];
  for (const [value, format, text] of cases) {
    test(`${value} as ${format} is ${text}`, () => {
      assert.equal(formatInteger64(value, PF[format]), text);
    });
  }
});

describe('formatGeneral', () => {
  // What printf("%g") prints.
  const cases: readonly (readonly [value: number, text: string])[] = [
    [0, '0'],
    [1, '1'],
    [0.5, '0.5'],
    [10, '10'],
    [1.5e-9, '1.5e-09'],
    [1e-9, '1e-09'],
    [0.0001, '0.0001'],
    [0.00009999994, '9.99999e-05'],
    [0.000099999996, '0.0001'],
    [123456, '123456'],
    [123456.7, '123457'],
    [999999.5, '1e+06'],
    [1_234_567, '1.23457e+06'],
    [18_446_744_073.709_553, '1.84467e+10'],
    // Ties go to the even digit.
    [100000.5, '100000'],
    [100001.5, '100002'],
    [1e22, '1e+22'],
  ];
  for (const [value, text] of cases) {
    test(`${value} is ${text}`, () => assert.equal(formatGeneral(value), text));
  }
});
