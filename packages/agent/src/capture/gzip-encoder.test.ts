import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { GzipEncoder } from './gzip-encoder.ts';

function encode(pieces: readonly Uint8Array[]): Buffer {
  const out: Uint8Array[] = [];
  const encoder = new GzipEncoder((bytes) => out.push(bytes));
  for (const piece of pieces) encoder.write(piece);
  encoder.end();
  return Buffer.concat(out);
}

test('any pieces come back as one', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 6 });
  fc.assert(
    fc.property(pieces, (all) => {
      assert.deepEqual(gunzipSync(encode(all)), Buffer.concat(all));
    }),
  );
});

test('it is one member, which every reader takes', async () => {
  const text = Buffer.from('an event and another one '.repeat(20_000));
  const packed = encode([text.subarray(0, 100_000), text.subarray(100_000)]);
  assert.ok(packed.length < text.length / 50);
  // The web's decoder refuses whatever follows the first member.
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  assert.equal((await new Response(stream).arrayBuffer()).byteLength, text.length);
  assert.equal(spawnSync('gzip', ['-t'], { input: packed }).status, 0);
});
