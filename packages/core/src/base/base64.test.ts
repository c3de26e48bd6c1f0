import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { encodeBase64 } from './base64.ts';

describe('encodeBase64', () => {
  // RFC 4648 section 10.
  const cases = [
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ] as const;
  for (const [bytes, text] of cases) {
    test(JSON.stringify(bytes), () => assert.equal(encodeBase64(bytes), text));
  }

  test('any bytes come back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = encodeBase64(Buffer.from(bytes).toString('latin1'));
        assert.equal(text, Buffer.from(bytes).toString('base64'));
      }),
    );
  });
});
