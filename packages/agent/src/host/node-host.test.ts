import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { host } from '@saker/core/base/host.ts';
import { installNodeHost } from './node-host.ts';

installNodeHost();

test('byte strings of every length and byte', () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
  for (let length = 0; length < 40; length++) {
    for (const start of [0, 1, 100, 200]) {
      const want = String.fromCharCode(...bytes.subarray(start, start + length));
      assert.equal(host.byteString(bytes, start, start + length), want);
    }
  }
  assert.equal(host.byteString(bytes, 10, 10), '');
  assert.equal(host.byteString(bytes, 0, 256).charCodeAt(255), 255);
});

test('byte strings are written where they belong', () => {
  for (let length = 0; length < 40; length++) {
    const text = String.fromCharCode(...Array.from({ length }, (_, at) => 255 - at));
    const into = new Uint8Array(50).fill(7);
    host.writeByteString(text, into, 5);
    assert.equal(host.byteString(into, 5, 5 + length), text);
    assert.deepEqual([into[4], into[5 + length]], [7, 7]);
  }
});

async function* pieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpack(bytes: Uint8Array): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of host.gunzip(pieces(bytes, 7))) parts.push(part);
  return Buffer.concat(parts);
}

test('gunzip, also of several members in a row', async () => {
  const text = Buffer.from('event '.repeat(10_000));
  assert.deepEqual(await unpack(gzipSync(text)), text);
  const twice = Buffer.concat([gzipSync(text), gzipSync(text)]);
  assert.equal((await unpack(twice)).length, text.length * 2);
});

test('damaged and truncated gzip rejects', async () => {
  const packed = gzipSync(Buffer.from('event '.repeat(100)));
  await assert.rejects(unpack(packed.subarray(0, packed.length - 9)), /unexpected end/);
  await assert.rejects(unpack(Buffer.from('no gzip')), /incorrect header/);
});
