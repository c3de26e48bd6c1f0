import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { sampleCaptures } from '../packages/core/src/scap/arbitrary-captures.cases.ts';
import { CaptureFormatError } from '../packages/core/src/scap/capture-error.ts';
import { blocksOf, mutate, Random } from '../packages/core/src/scap/mutate.cases.ts';
import { readEverything } from './fuzz-pipeline.ts';

/** `tools/fuzz-captures.ts` does 200,000. */
const RUNS = 2000;
const SEED = 20_261_121;
const real = ['curl_google', 'single_ipv6_conn', 'test_ipv6_client'].map((name) =>
  resolve(import.meta.dirname, `../../shared/compat/${name}.scap`),
);
const story = resolve(import.meta.dirname, '../samples/story.scap');

test(`${RUNS} damaged captures end in nothing but a CaptureFormatError`, () => {
  const files = [story, ...real.filter((path) => existsSync(path))];
  const captures = files.map((path) => {
    const bytes = readFileSync(path);
    return new Uint8Array(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes);
  });
  const corpus = [...sampleCaptures(), ...captures].map(blocksOf);
  for (let run = 0; run < RUNS; run++) {
    const capture = mutate(new Random(SEED + run), corpus);
    try {
      readEverything(capture);
    } catch (error) {
      assert.ok(error instanceof CaptureFormatError, `seed ${SEED + run}: ${String(error)}`);
    }
  }
});
