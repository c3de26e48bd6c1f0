import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { encodeEvent } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { EventView } from '../events/event-view.ts';
import { CaptureFormatError } from './capture-error.ts';
import { isGzip, readCapture } from './capture-source.ts';
import { captureOf, deafSink } from './read-bytes.cases.ts';
import { ScapReader } from './scap-reader.ts';

const EVENTS = 5000;
const capture = captureOf((writer) => {
  // Times and paths that do not compress to nothing, so that damage in the middle hits events.
  for (let at = 1; at <= EVENTS; at++) {
    const header = { time: Math.imul(at, 0x9e3779b1) >>> 0, tid: at % 97 };
    const params = [at, `/tmp/${(Math.imul(at, 0x85ebca6b) >>> 0).toString(36)}`];
    const record = encodeEvent(PPME.PPME_SYSCALL_CHDIR_X, header, params);
    writer.record(record, { cpu: 0, stateOnly: false });
  }
});
const compressed = gzipSync(capture);

/** The first bytes arrive one by one, with nothing in between. */
async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const single = Math.min(3, bytes.length);
  for (let at = 0; at < single; at++) {
    yield bytes.subarray(at, at + 1);
    yield bytes.subarray(0, 0);
  }
  for (let at = single; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** How many events arrived, and how it ended. */
async function count(
  chunks: AsyncIterable<Uint8Array>,
  stopAt = Number.POSITIVE_INFINITY,
): Promise<{ events: number; whole?: boolean; error?: unknown }> {
  let events = 0;
  const reader = new ScapReader(new EventView(), deafSink, { bufferBytes: 1000 });
  try {
    const whole = await readCapture(chunks, reader, () => ++events < stopAt);
    return { events, whole };
  } catch (error) {
    return { events, error };
  }
}

suite('a stream', () => {
  for (const [name, bytes] of [
    ['plain', capture],
    ['compressed', compressed],
  ] as const) {
    for (const size of [313, 65_536]) {
      test(`${name}, in chunks of ${size} bytes`, async () => {
        assert.deepEqual(await count(chunked(bytes, size)), { events: EVENTS, whole: true });
      });
    }
    test(`${name}, stopped`, async () => {
      let closed = false;
      async function* watched(): AsyncGenerator<Uint8Array> {
        try {
          yield* chunked(bytes, 1000);
        } finally {
          closed = true;
        }
      }
      assert.deepEqual(await count(watched(), 3), { events: 3, whole: false });
      assert.ok(closed, 'the stream was not closed');
    });
    test(`${name}, whose reading fails`, async () => {
      const failure = new Error('EIO');
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield bytes.subarray(0, 20_000);
        throw failure;
      }
      const { error } = await count(failing());
      assert.equal(error, failure);
    });
  }

  test('nothing at all', async () => {
    const { error } = await count(chunked(new Uint8Array(0), 1));
    assert.ok(error instanceof CaptureFormatError);
    assert.equal(error.code, 'not_a_capture');
  });

  test('a compressed file that was cut off: what was there is delivered', async () => {
    const cut = compressed.subarray(0, compressed.length >> 1);
    const { events, error } = await count(chunked(cut, 4096));
    assert.ok(error instanceof CaptureFormatError);
    assert.equal(error.code, 'damaged_gzip');
    assert.ok(error.cause instanceof Error);
    assert.ok(events > EVENTS / 3, `${events} events`);
    assert.match(error.message, /damaged or incomplete; \d+ bytes could be unpacked/);
  });

  test('a compressed file that was damaged', async () => {
    const damaged = new Uint8Array(compressed);
    damaged[damaged.length - 5] = (damaged.at(-5) ?? 0) ^ 0xff;
    const { events, error } = await count(chunked(damaged, 4096));
    assert.ok(error instanceof CaptureFormatError);
    assert.equal(error.code, 'damaged_gzip');
    assert.ok(events > EVENTS * 0.9, `${events} events`);
  });

  test('a failure of whoever takes the events is theirs', async () => {
    const failure = new Error('no room');
    const reader = new ScapReader(new EventView(), deafSink);
    const reading = readCapture(chunked(compressed, 4096), reader, () => {
      throw failure;
    });
    await assert.rejects(reading, (error) => error === failure);
  });
});

test('what is compressed is told by its first bytes', () => {
  assert.deepEqual(
    [isGzip(compressed), isGzip(capture), isGzip(compressed.subarray(0, 1))],
    [true, false, false],
  );
});
