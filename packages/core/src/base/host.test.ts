import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { host, installHost } from './host.ts';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

describe('the web-standard host', () => {
  const text = 'capture '.repeat(10_000);
  const packed = gzipSync(text);

  test('unpacks a gzip stream that comes in pieces of any size', async () => {
    for (const size of [1, 7, packed.length]) {
      assert.equal(await collect(host.gunzip(inPieces(packed, size))), text);
    }
  });

  test('rejects a stream that is cut or damaged', async () => {
    const damaged = packed.slice();
    damaged.fill(0xff, 20, 30);
    await assert.rejects(collect(host.gunzip(inPieces(damaged, 100))));
    await assert.rejects(collect(host.gunzip(inPieces(packed.subarray(0, -9), 100))));
  });

  test('codes UTF-8 both ways', () => {
    assert.deepEqual(host.encodeUtf8('é'), Uint8Array.of(0xc3, 0xa9));
    assert.equal(host.decodeUtf8(Uint8Array.of(0xc3, 0xa9)), 'é');
  });
});

test('installHost replaces what is given, and nothing else', () => {
  const before = { ...host };
  try {
    installHost({ byteString: () => 'mine' });
    assert.equal(host.byteString(new Uint8Array(1), 0, 1), 'mine');
    assert.equal(host.decodeUtf8(Uint8Array.of(0x41)), 'A');
  } finally {
    installHost(before);
  }
});
