import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { EventView } from '../events/event-view.ts';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { sampleCaptures } from './arbitrary-captures.cases.ts';
import { CaptureFormatError } from './capture-error.ts';
import { readCapture } from './capture-source.ts';
import { type Blocks, blocksOf, mutate, Random } from './mutate.cases.ts';
import { deafSink, readBytes } from './read-bytes.cases.ts';
import { ScapReader } from './scap-reader.ts';

const RUNS = 2000;
const INPUT_MS_MAX = 1000;

function realCorpus(): Blocks[] {
  return ['curl_google', 'curl_google_comments', 'single_ipv6_conn', 'test_ipv6_client']
    .map((name) => sharedPath(`compat/${name}.scap`))
    .filter((path) => existsSync(path))
    .map((path) => blocksOf(new Uint8Array(gunzipSync(readFileSync(path)))));
}

/** Reads damaged captures; how they ended, by error code. */
function fuzz(corpus: readonly Blocks[], seed: number): Map<string, number> {
  const endings = new Map<string, number>();
  for (let run = 0; run < RUNS; run++) {
    const capture = mutate(new Random(seed + run), corpus);
    const start = performance.now();
    let ending = 'end';
    try {
      // Fails the test with any error that is not a CaptureFormatError.
      const outcome = readBytes(capture);
      ending = outcome.error?.code ?? 'end';
      if (run % 10 === 0) {
        const piece = 1 + (run % 977);
        assert.deepEqual(readBytes(capture, { piece, bufferBytes: 100 }), outcome);
      }
    } catch (cause) {
      throw new Error(`seed ${seed + run}`, { cause });
    }
    const took = performance.now() - start;
    assert.ok(took < INPUT_MS_MAX, `seed ${seed + run} took ${took} ms`);
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  }
  return endings;
}

/** Damage must be seen in many ways, or the mutations would be toothless. */
function assertVaried(endings: Map<string, number>): void {
  for (const code of ['end', 'truncated', 'corrupt_block', 'corrupt_event', 'unexpected_block']) {
    assert.ok((endings.get(code) ?? 0) > RUNS / 200, `${code}: ${[...endings].join(' ')}`);
  }
}

test(`${RUNS} damaged captures of our own`, (t) => {
  const endings = fuzz(sampleCaptures().map(blocksOf), 1_000_000);
  t.diagnostic([...endings].join(' '));
  assertVaried(endings);
});

test(`${RUNS} damaged real captures`, { skip: skipWithoutShared }, (t) => {
  const endings = fuzz(realCorpus(), 2_000_000);
  t.diagnostic([...endings].join(' '));
  assertVaried(endings);
});

test('damaged compressed captures', async () => {
  const corpus = sampleCaptures().map(blocksOf);
  for (let seed = 3_000_000; seed < 3_000_200; seed++) {
    const random = new Random(seed);
    const packed = new Uint8Array(gzipSync(mutate(random, corpus)));
    for (let damages = random.below(4); damages > 0; damages--) {
      packed[2 + random.below(packed.length - 2)] = random.below(256);
    }
    const reader = new ScapReader(new EventView(), deafSink);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield packed.subarray(0, 100);
      yield packed.subarray(100);
    }
    await readCapture(chunks(), reader, () => true).catch((error: unknown) => {
      assert.ok(error instanceof CaptureFormatError, `seed ${seed}: ${String(error)}`);
    });
  }
});
