/**
 * Measures live detection on this machine: what it adds to loads, what it costs itself, how soon
 * alerts come; in one run, with and without Saker in turns. Usage: npm run bench:live -- [--runs N]
 * [--quick] [--write] (--write records the section "Live" of bench/RESULTS.md). It takes root, and
 * a machine that does nothing else.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { latencies, measureIdle, startToAlert } from './alerts.ts';
import { LiveSaker } from './live-saker.ts';
import { type LoadCase, measureTurn, prepareLoads, type Turn } from './loads.ts';
import { otherSensors } from './process-cost.ts';
import { measurePath, type PathCase, type PathTurn, preparePaths } from './real-paths.ts';
import { liveReport } from './report.ts';
import { whatIsMissing } from './requirements.ts';
import { withSection } from './results-section.ts';
import { ruleSets, writeTriggerRule } from './rule-sets.ts';
import { compileWorkload } from './workload.ts';

const root = resolve(import.meta.dirname, '../..');
const resultsFile = join(root, 'bench/RESULTS.md');

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

/** A quick run shows that everything works; its figures are worth little. */
const QUICK_SHARE = 10;
const share = flags.quick ? QUICK_SHARE : 1;
const ALERTS = 500;
const IDLE_S = 20;
const PATH_ITERATIONS = 1_000_000;

const problem = whatIsMissing();
if (problem === undefined) await main();
else console.log(`nothing to measure: ${problem}`);

async function main(): Promise<void> {
  const others = otherSensors();
  if (others.length > 0) {
    const warning = `other programs watch this machine, the loads pay for them too: ${others.join(' ')}`;
    if (flags.write) throw new Error(warning);
    console.error(warning);
  }
  const directory = mkdtempSync(join(tmpdir(), 'saker-bench-'));
  try {
    const text = liveReport(await measureAll(directory));
    console.log(text);
    if (flags.write) write(text);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measureAll(directory: string): Promise<Parameters<typeof liveReport>[0]> {
  const program = compileWorkload(directory);
  const trigger = join(directory, 'trigger');
  writeFileSync(trigger, '');
  const rules = [...ruleSets.all, writeTriggerRule(directory, trigger)];
  await expectBundle(rules);
  const loads = new Map<LoadCase, Turn[]>(shortened(directory).map((each) => [each, []]));
  const paths = new Map<PathCase, PathTurn[]>(preparePaths(directory).map((each) => [each, []]));
  const startMs: number[] = [];
  /* oxlint-disable no-await-in-loop -- what is measured must not run beside something else */
  for (let run = 1; run <= Number(flags.runs); run++) {
    console.error(`run ${run}`);
    for (const [each, turns] of loads) turns.push(await measureTurn(program, each));
    for (const [each, turns] of paths) {
      turns.push(await measurePath(program, each, PATH_ITERATIONS / share));
    }
    startMs.push(await startToAlert(rules, trigger));
  }
  /* oxlint-enable no-await-in-loop */
  return {
    loads,
    paths,
    startMs,
    latencies: await latencies(rules, trigger, ALERTS / share),
    idle: await measureIdle(ruleSets.all, IDLE_S / share),
  };
}

function shortened(directory: string): readonly LoadCase[] {
  const cases = prepareLoads(directory);
  return cases.map((each) => ({ ...each, iterations: each.iterations / share }));
}

/** From the sources it starts slower, which is not what users have. */
async function expectBundle(rules: readonly string[]): Promise<void> {
  const saker = new LiveSaker({ rules });
  await saker.ready();
  const isBundled = saker.isBundled();
  await saker.stop();
  if (isBundled) return;
  const warning = 'a source is newer than the bundle: Saker is started from the sources';
  if (flags.write) throw new Error(warning);
  console.error(warning);
}

function write(text: string): void {
  const model = cpus()[0]?.model ?? 'unknown';
  const section = `\`npm run bench:live -- --runs ${flags.runs}${flags.quick ? ' --quick' : ''} --write\` on ${cpus().length} cores (${model}), Linux ${release()}, Node ${process.version}.
Per iteration, medians of ${flags.runs} runs in turns with and without Saker. "Of it CPU" leaves out what the load waited. The bars are for all
three public rule files. Falco's figures are of another day on a machine of the same kind. Who opens one file again and again repeats one
event, which is passed over (\`docs/decisions/0017-repeated-records.md\`); 64 files in turn show what events cost that differ.

${text}`;
  const page = existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8') : '# Results\n';
  writeFileSync(resultsFile, withSection(page, 'Live', section));
}
