/**
 * Measures the product as users run it: whole commands, start included, medians of several runs in
 * turn. Usage: npm run bench -- [--runs N] [--only REGEXP] [--write] (--write records
 * bench/RESULTS.md)
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Case, casesFor } from './cases.ts';
import { type Cost, measure, median } from './measure.ts';

const root = resolve(import.meta.dirname, '..');
const shared = resolve(root, '../shared');
const resultsFile = join(root, 'bench/RESULTS.md');
const environment = {
  TZ: 'UTC',
  FALCO_HOSTNAME: 'bench',
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/saker'),
};

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});

if (existsSync(join(shared, 'compat/bench1.scap'))) await main();
else console.log('nothing to measure: the captures of ../shared are absent');

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'saker-bench-'));
  try {
    const plain = join(directory, 'bench1.scap');
    execFileSync('gzip', ['-dc', join(shared, 'compat/bench1.scap')], {
      stdio: ['ignore', openSync(plain, 'w'), 'inherit'],
    });
    const wanted = new RegExp(flags.only);
    const cases = casesFor({ root, shared, plain }).filter(
      ({ name }) => name === 'yardstick' || wanted.test(name),
    );
    report(cases, await runAll(cases));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/**
 * The runs of one case are spread over the whole time, so that a noisy minute does not hit one case
 * alone.
 */
async function runAll(cases: readonly Case[]): Promise<Map<Case, Cost[]>> {
  const costs = new Map<Case, Cost[]>(cases.map((each) => [each, []]));
  for (let run = 0; run < Number(flags.runs); run++) {
    for (const each of cases) {
      const cost = await measure(each.command, environment, each.check !== undefined);
      const wrong = each.check?.(cost.stdout);
      if (wrong !== undefined) throw new Error(`${each.name}: ${wrong}`);
      costs.get(each)?.push({ ...cost, stdout: '' });
    }
  }
  return costs;
}

function report(cases: readonly Case[], costs: ReadonlyMap<Case, readonly Cost[]>): void {
  const of = (each: Case, pick: (cost: Cost) => number) =>
    median((costs.get(each) ?? []).map(pick));
  const [first] = cases;
  const yardstick = first === undefined ? 0 : of(first, (cost) => cost.cpuSeconds);
  const rows = cases.map((each) => {
    const cpu = of(each, (cost) => cost.cpuSeconds);
    const wall = of(each, (cost) => cost.wallSeconds);
    const rss = of(each, (cost) => cost.peakRssMb);
    const cells = [
      each.name,
      each.about,
      cpu.toFixed(3),
      (cpu / yardstick).toFixed(2),
      wall.toFixed(3),
      rss.toFixed(0),
      each.events === undefined ? '' : (each.events / cpu / 1e6).toFixed(2),
      verdict(each, cpu / yardstick, wall, rss),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const text = [
    '| case | what | CPU s | yardsticks | wall s | peak RSS MB | M events / CPU s | bar |',
    '|---|---|--:|--:|--:|--:|--:|---|',
    ...rows,
  ].join('\n');
  console.log(text);
  if (flags.write) writeFileSync(resultsFile, resultsPage(text) + notes());
}

function verdict(each: Case, yardsticks: number, wallSeconds: number, rssMb: number): string {
  const said = (bar: string, isMet: boolean): string => `${bar}: ${isMet ? 'met' : 'missed'}`;
  const { bar, peakRssMbMax } = each;
  const verdicts: string[] = [];
  if (bar !== undefined && 'yardsticks' in bar) {
    verdicts.push(said(`${bar.yardsticks} yardsticks`, yardsticks <= bar.yardsticks));
  } else if (bar !== undefined) {
    verdicts.push(said(`${bar.wallSeconds} s`, wallSeconds <= bar.wallSeconds));
  }
  if (peakRssMbMax !== undefined) {
    verdicts.push(said(`${peakRssMbMax} MB`, rssMb <= peakRssMbMax));
  }
  return verdicts.join('; ');
}

function resultsPage(table: string): string {
  const model = cpus()[0]?.model ?? 'unknown';
  return `# Results

\`npm run bench -- --runs ${flags.runs} --write\` on ${cpus().length} cores (${model}), Linux ${release()}, Node ${process.version}.
Medians of ${flags.runs} runs; a shared machine: compare ratios. The yardstick is the CPU time of unpacking the same capture.

${table}
`;
}

/** What people wrote below the table stays. */
function notes(): string {
  if (!existsSync(resultsFile)) return '';
  const page = readFileSync(resultsFile, 'utf8');
  const start = page.indexOf('\n## ');
  return start < 0 ? '' : page.slice(start);
}
