/**
 * Puts damaged captures through reader, state and every field, and says whether anything but a
 * CaptureFormatError came of it. Usage: node tools/fuzz-captures.ts [--runs N] [--seed S] [--keep
 * DIR] [CAPTURE...]
 *
 * Damage is seeded: run number N of seed S is `--seed S+N --runs 1`. Captures given as arguments
 * are damaged beside those that the writer makes of arbitrary contents. Inputs that break something
 * are kept in DIR. The exit code is 1 when an input broke something, took longer than a second, or
 * the process grew past 300 MB.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { sampleCaptures } from '../packages/core/src/scap/arbitrary-captures.cases.ts';
import { CaptureFormatError } from '../packages/core/src/scap/capture-error.ts';
import { isGzip } from '../packages/core/src/scap/capture-source.ts';
import { type Blocks, blocksOf, mutate, Random } from '../packages/core/src/scap/mutate.cases.ts';
import { readEverything } from './fuzz-pipeline.ts';

const RUNS = 200_000;
const INPUT_MS_MAX = 1000;
const RSS_MB_MAX = 300;
const FINDINGS_MAX = 20;
/** Memory is looked at, and progress told, once per so many runs. */
const RUNS_PER_LOOK = 100;

/**
 * Each run leaves tables behind that live outside the heap and do not hurry the collector: without
 * this the figure would be that of garbage, not of what an input makes the product hold.
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Tally {
  readonly endings: Map<string, number>;
  readonly findings: string[];
  slowestMs: number;
  rssMb: number;
}

function loadCapture(path: string): Blocks {
  const bytes = readFileSync(path);
  return blocksOf(new Uint8Array(isGzip(bytes) ? gunzipSync(bytes) : bytes));
}

interface Ending {
  readonly code: string;
  /** What should not have happened. */
  readonly finding?: string;
}

function ending(capture: Uint8Array, tally: Tally): Ending {
  const start = performance.now();
  try {
    readEverything(capture);
  } catch (error) {
    if (error instanceof CaptureFormatError) return { code: error.code };
    const finding = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { code: 'broken', finding };
  } finally {
    tally.slowestMs = Math.max(tally.slowestMs, performance.now() - start);
  }
  return { code: 'end' };
}

function look(tally: Tally, run: number, runs: number): void {
  tally.rssMb = Math.max(tally.rssMb, process.memoryUsage.rss() / 1e6);
  collect();
  if (process.stderr.isTTY) process.stderr.write(`\r${run} of ${runs}`);
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: {
      runs: { type: 'string', default: String(RUNS) },
      seed: { type: 'string', default: '1' },
      keep: { type: 'string' },
    },
    allowPositionals: true,
  });
  const runs = Number(values.runs);
  const seed = Number(values.seed);
  const corpus = [...sampleCaptures().map(blocksOf), ...positionals.map(loadCapture)];
  const tally: Tally = { endings: new Map(), findings: [], slowestMs: 0, rssMb: 0 };
  const start = performance.now();
  for (let run = 0; run < runs && tally.findings.length < FINDINGS_MAX; run++) {
    const capture = mutate(new Random(seed + run), corpus);
    const { code, finding } = ending(capture, tally);
    tally.endings.set(code, (tally.endings.get(code) ?? 0) + 1);
    if (finding !== undefined) {
      tally.findings.push(`--seed ${seed + run} --runs 1: ${finding}`);
      const name = `${seed + run}.scap`;
      if (values.keep !== undefined) writeFileSync(resolve(values.keep, name), capture);
    }
    if (run % RUNS_PER_LOOK === 0) look(tally, run, runs);
  }
  look(tally, runs, runs);
  report(tally, (performance.now() - start) / 1000);
}

function report({ endings, findings, slowestMs, rssMb }: Tally, seconds: number): void {
  const lines = [...endings]
    .sort(([, left], [, right]) => right - left)
    .map(([code, count]) => `${String(count).padStart(8)}  ${code}`);
  console.log(lines.join('\n'));
  const worst = `slowest ${slowestMs.toFixed(1)} ms, at most ${rssMb.toFixed(0)} MB`;
  console.log(`${seconds.toFixed(1)} s, ${worst}, ${findings.length} findings`);
  for (const finding of findings) console.log(finding);
  const failed = findings.length > 0 || slowestMs > INPUT_MS_MAX || rssMb > RSS_MB_MAX;
  process.exitCode = failed ? 1 : 0;
}

main();
