/**
 * Whether Saker stays as it is when it runs for long: load and idleness in turns, memory,
 * descriptors, threads and tables looked at all the time. Usage: npm run bench:soak -- [--minutes
 * N] [--write] (--write records the section "Soak" of bench/RESULTS.md). Ends with 1 when something
 * grows.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { triggerTimes } from './alerts.ts';
import { LiveSaker } from './live-saker.ts';
import { descriptorsOf, threadsOf } from './process-cost.ts';
import { whatIsMissing } from './requirements.ts';
import { withSection } from './results-section.ts';
import { ruleSets, TRIGGERED, writeTriggerRule } from './rule-sets.ts';
import { INSPECTED, StateInspector, type TableSizes } from './table-sizes.ts';
import { growthOf } from './trend.ts';
import { compileWorkload, type Load, runLoad } from './workload.ts';

const resultsFile = resolve(import.meta.dirname, '../RESULTS.md');

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    write: { type: 'boolean', default: false },
  },
});

/** One after the other, again and again: some seconds each. */
const loads: readonly { readonly load: Load; readonly count: number }[] = [
  { load: 'open', count: 1_000_000 },
  { load: 'names', count: 500_000 },
  { load: 'exec', count: 4000 },
  { load: 'pipe', count: 1_000_000 },
];
const LOAD_MS = 20_000;
const IDLE_MS = 10_000;
const LOOK_MS = 2500;
/** Alerts that each load phase asks for. */
const ALERTS = 200;
/** How full the table of texts happens to be makes that much of a difference; leaks are more. */
const GROWTH_MB_MAX = 8;
const GROWTH_COUNT_MAX = 2;
/** How much more than before the last quarter memory may reach in it. */
const PEAK_GROWTH_MB_MAX = 10;
/** Freed pages go back to the kernel by then. */
const TIDY_MS = 500;
/** The last alerts are read and written by then. */
const CATCH_UP_MS = 2000;

interface Look extends TableSizes {
  readonly atS: number;
  /** tidied: at the end of idleness, when what nobody holds was freed. */
  readonly phase: 'load' | 'idle' | 'tidied';
  readonly rssMb: number;
  readonly fds: number;
  readonly tasks: number;
}

async function main(minutes: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'saker-soak-'));
  try {
    const soak = new Soak(directory);
    const text = await soak.run(minutes * 60_000);
    console.log(text);
    if (flags.write) {
      const page = readFileSync(resultsFile, 'utf8');
      writeFileSync(resultsFile, withSection(page, 'Soak', text));
    }
    if (!soak.isSteady) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

class Soak {
  isSteady = true;
  readonly #looks: Look[] = [];
  readonly #trigger: string;
  readonly #program: string;
  readonly #saker: LiveSaker;
  readonly #start = performance.now();
  #asked = 0;
  #came = 0;
  #phase: Look['phase'] = 'idle';

  constructor(directory: string) {
    this.#program = compileWorkload(directory);
    this.#trigger = join(directory, 'trigger');
    writeFileSync(this.#trigger, '');
    this.#saker = new LiveSaker({
      rules: [...ruleSets.all, writeTriggerRule(directory, this.#trigger)],
      environment: { NODE_OPTIONS: INSPECTED },
      onLine: (line) => {
        if (line.includes(TRIGGERED)) this.#came++;
      },
    });
  }

  /** The result is a section of RESULTS.md. */
  async run(forMs: number): Promise<string> {
    try {
      await this.#saker.ready();
      const inspector = await StateInspector.open(this.#saker.stderr);
      const end = performance.now() + forMs;
      await Promise.all([this.#phases(end, inspector), this.#watch(end, inspector)]);
      await pause(CATCH_UP_MS);
      inspector.close();
      const { events, lost } = await this.#saker.stop();
      return this.#report({ events, lost });
    } finally {
      this.#saker.child.kill('SIGKILL');
    }
  }

  async #phases(end: number, inspector: StateInspector): Promise<void> {
    /* oxlint-disable no-await-in-loop -- one after the other is the point */
    while (performance.now() < end) {
      this.#phase = 'load';
      const until = Math.min(end, performance.now() + LOAD_MS);
      const alerts = triggerTimes(this.#trigger, ALERTS, LOAD_MS / 2 / ALERTS);
      for (let at = 0; performance.now() < until; at++) {
        const { load, count } = loads[at % loads.length] ?? { load: 'open', count: 1 };
        await runLoad(this.#program, load, count);
      }
      await alerts;
      this.#asked += ALERTS;
      this.#phase = 'idle';
      await pause(IDLE_MS);
      await inspector.tidy();
      await pause(TIDY_MS);
      await this.#look('tidied', inspector);
    }
    /* oxlint-enable no-await-in-loop */
  }

  async #watch(end: number, inspector: StateInspector): Promise<void> {
    while (performance.now() < end) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await Promise.all([this.#look(this.#phase, inspector), pause(LOOK_MS)]);
    }
  }

  async #look(phase: Look['phase'], inspector: StateInspector): Promise<void> {
    const { pid } = this.#saker;
    const look: Look = {
      atS: (performance.now() - this.#start) / 1000,
      phase,
      rssMb: this.#saker.memory().rssMb,
      fds: descriptorsOf(pid),
      tasks: threadsOf(pid),
      ...(await inspector.sizes()),
    };
    this.#looks.push(look);
    console.error(lineOf(look));
  }

  #report({ events, lost }: { events: number; lost: number }): string {
    const tidied = this.#looks.filter(({ phase }) => phase === 'tidied');
    const half = tidied.slice(Math.floor(tidied.length / 2));
    const row = (name: string, of: (look: Look) => number, growthMax?: number): string => {
      const values = half.map(of);
      const growth = growthOf(
        half.map(({ atS }) => atS),
        values,
      );
      const figures = [values[0], values.at(-1), growth, Math.max(...this.#looks.map(of))];
      const cells = figures.map((value) => (value ?? 0).toFixed(1));
      const verdict = growthMax === undefined ? '' : this.#verdict(growth <= growthMax);
      return `| ${[name, ...cells, verdict].join(' | ')} |`;
    };
    const missing = this.#asked - this.#came;
    if (missing > 0 && lost === 0) this.isSteady = false;
    const minutes = ((this.#looks.at(-1)?.atS ?? 0) / 60).toFixed(1);
    const { before, after } = this.#peaksMb();
    const peaks = this.#verdict(after <= before + PEAK_GROWTH_MB_MAX);
    return `\`npm run bench:soak -- --minutes ${flags.minutes}\` on ${cpus().length} cores, Linux ${release()}: ${minutes} minutes, ${LOAD_MS / 1000} s of load and
${IDLE_MS / 1000} s of idleness in turns, all rules. Looked at when idleness ends, after a garbage collection; growth is that of a straight
line through the last half. "At most" is of any moment.

| what | at half time | at the end | growth | at most | verdict |
|---|--:|--:|--:|--:|---|
${row('RSS, MB', ({ rssMb }) => rssMb, GROWTH_MB_MAX)}
${row('heap, MB', ({ heapMb }) => heapMb, GROWTH_MB_MAX)}
${row('buffers, MB', ({ buffersMb }) => buffersMb, GROWTH_MB_MAX)}
${row('descriptors of Saker', ({ fds }) => fds, GROWTH_COUNT_MAX)}
${row('threads of Saker', ({ tasks }) => tasks, GROWTH_COUNT_MAX)}
${row('threads in the table', ({ threads }) => threads)}
${row('descriptors in the tables', ({ descriptors }) => descriptors)}
${row('texts', ({ texts }) => texts)}
${row('containers', ({ containers }) => containers)}

RSS reached ${before.toFixed(0)} MB before the last quarter, ${after.toFixed(0)} MB in it: ${peaks}.
${events} events, ${lost} lost and counted; ${this.#came} of ${this.#asked} alerts came.`;
  }

  #verdict(isFlat: boolean): string {
    if (!isFlat) this.isSteady = false;
    return isFlat ? 'flat' : 'grows';
  }

  /** The most memory before the last quarter of the time, and in it. */
  #peaksMb(): { before: number; after: number } {
    const from = Math.floor(this.#looks.length * 0.75);
    const most = (looks: readonly Look[]): number =>
      Math.max(0, ...looks.map(({ rssMb }) => rssMb));
    return { before: most(this.#looks.slice(0, from)), after: most(this.#looks.slice(from)) };
  }
}

function lineOf(look: Look): string {
  const { atS, phase, rssMb, heapMb, fds, tasks, threads, descriptors, texts, evictions } = look;
  return (
    `${atS.toFixed(0).padStart(5)} s ${phase.padEnd(6)} RSS ${rssMb.toFixed(1)} MB, heap ${heapMb.toFixed(1)} MB, ` +
    `${fds} fds, ${tasks} threads; tables: ${threads} threads, ${descriptors} descriptors, ` +
    `${texts} texts (emptied ${evictions} times)`
  );
}

const problem = whatIsMissing();
if (problem === undefined) await main(Number(flags.minutes));
else console.log(`nothing to watch: ${problem}`);
