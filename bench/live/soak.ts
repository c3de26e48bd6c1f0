/**
 * Whether Saker stays as it is when it runs for long: load and idleness in turns, memory, descriptors,
 * threads and tables looked at all the time. Usage: npm run bench:soak -- [--minutes N] [--write]
 * (--write records the section "Soak" of bench/RESULTS.md). Ends with 1 when something grows.
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
/** What may come and go between two looks; what leaks is more in minutes. */
const GROWTH_MB_MAX = 4;
const GROWTH_COUNT_MAX = 2;
/** The last alerts are read and written by then. */
const CATCH_UP_MS = 2000;

interface Look extends TableSizes {
  readonly atS: number;
  readonly phase: 'load' | 'idle';
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
      await Promise.all([this.#phases(end), this.#watch(end, inspector)]);
      await pause(CATCH_UP_MS);
      inspector.close();
      const { events, lost } = await this.#saker.stop();
      return this.#report({ events, lost });
    } finally {
      this.#saker.child.kill('SIGKILL');
    }
  }

  async #phases(end: number): Promise<void> {
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
      await pause(Math.max(0, Math.min(IDLE_MS, end - performance.now())));
    }
    /* oxlint-enable no-await-in-loop */
  }

  async #watch(end: number, inspector: StateInspector): Promise<void> {
    const start = performance.now();
    /* oxlint-disable no-await-in-loop -- one after the other is the point */
    while (performance.now() < end) {
      const { pid } = this.#saker;
      const look: Look = {
        atS: (performance.now() - start) / 1000,
        phase: this.#phase,
        rssMb: this.#saker.memory().rssMb,
        fds: descriptorsOf(pid),
        tasks: threadsOf(pid),
        ...(await inspector.sizes()),
      };
      this.#looks.push(look);
      console.error(lineOf(look));
      await pause(LOOK_MS);
    }
    /* oxlint-enable no-await-in-loop */
  }

  #report({ events, lost }: { events: number; lost: number }): string {
    const half = this.#looks.slice(Math.floor(this.#looks.length / 2));
    const row = (name: string, of: (look: Look) => number, growthMax?: number): string => {
      const values = half.map(of);
      const growth = growthOf(
        half.map(({ atS }) => atS),
        values,
      );
      const isFlat = growthMax === undefined || growth <= growthMax;
      if (!isFlat) this.isSteady = false;
      const most = Math.max(...this.#looks.map(of));
      const cells = [name, values[0] ?? 0, values.at(-1) ?? 0, most, growth].map((value) =>
        typeof value === 'number' ? value.toFixed(1) : value,
      );
      const verdict = growthMax === undefined ? '' : isFlat ? 'flat' : 'grows';
      return `| ${cells.join(' | ')} | ${verdict} |`;
    };
    const missing = this.#asked - this.#came;
    if (missing > 0 && lost === 0) this.isSteady = false;
    const minutes = ((this.#looks.at(-1)?.atS ?? 0) / 60).toFixed(1);
    return `\`npm run bench:soak -- --minutes ${flags.minutes}\` on ${cpus().length} cores, Linux ${release()}: ${minutes} minutes, ${LOAD_MS / 1000} s of load
and ${IDLE_MS / 1000} s of idleness in turns, all rules. Growth is that of a straight line through the last half.

| what | at half time | at the end | at most | growth | verdict |
|---|--:|--:|--:|--:|---|
${row('RSS, MB', ({ rssMb }) => rssMb, GROWTH_MB_MAX)}
${row('heap, MB', ({ heapMb }) => heapMb)}
${row('buffers, MB', ({ buffersMb }) => buffersMb, GROWTH_MB_MAX)}
${row('descriptors of Saker', ({ fds }) => fds, GROWTH_COUNT_MAX)}
${row('threads of Saker', ({ tasks }) => tasks, GROWTH_COUNT_MAX)}
${row('threads in the table', ({ threads }) => threads)}
${row('descriptors in the tables', ({ descriptors }) => descriptors)}
${row('texts', ({ texts }) => texts)}
${row('containers', ({ containers }) => containers)}

${events} events, ${lost} lost and counted; ${this.#came} of ${this.#asked} alerts came.`;
  }
}

function lineOf(look: Look): string {
  const { atS, phase, rssMb, heapMb, fds, tasks, threads, descriptors, texts, evictions } = look;
  return (
    `${atS.toFixed(0).padStart(5)} s ${phase}  RSS ${rssMb.toFixed(1)} MB, heap ${heapMb.toFixed(1)} MB, ` +
    `${fds} fds, ${tasks} threads; tables: ${threads} threads, ${descriptors} descriptors, ` +
    `${texts} texts (emptied ${evictions} times)`
  );
}

const problem = whatIsMissing();
if (problem === undefined) await main(Number(flags.minutes));
else console.log(`nothing to watch: ${problem}`);
