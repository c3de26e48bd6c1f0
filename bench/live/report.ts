/** What was measured, beside Falco's figures and the bars, as text of bench/RESULTS.md. */

import { median } from '../measure.ts';
import { type Idle, type Latencies, quantile } from './alerts.ts';
import { falcoCost, falcoOthers } from './falco.ts';
import type { LoadCase, Turn, Watched } from './loads.ts';
import type { PathCase, PathTurn, WatchedPath } from './real-paths.ts';
import type { RuleSetName } from './rule-sets.ts';

export interface Measured {
  readonly loads: ReadonlyMap<LoadCase, readonly Turn[]>;
  readonly startMs: readonly number[];
  readonly latencies: Latencies;
  readonly idle: Idle;
  readonly paths: ReadonlyMap<PathCase, readonly PathTurn[]>;
}

/** What is asked of Saker with all three public rule files. */
const bars = {
  openAddedUs: 0.6,
  openCpuUs: 0.25,
  getpidAddedUs: 0.095,
  idlePercent: 0.5,
  rssMb: 130,
  latencyP50Ms: 8,
  latencyP99Ms: 15,
  startToAlertMs: 1000,
} as const;

const NS_PER_US = 1000;

export function liveReport(measured: Measured): string {
  return [loadTable(measured.loads), otherTable(measured), pathTable(measured.paths)].join('\n\n');
}

function table(head: readonly string[], right: number, rows: readonly string[][]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, at) => (at < right ? '---' : '--:'));
  return [line(head), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}

function loadTable(loads: Measured['loads']): string {
  const head = ['load', 'rules', 'bare us', 'added us', 'of it CPU', "Saker's CPU us", 'lost'];
  const falco = ['Falco: added', 'CPU', 'lost', 'bar'];
  const rows = [...loads].flatMap(([each, turns]) =>
    (['never', 'stable', 'all'] as const).map((rules) => loadRow(each, turns, rules)),
  );
  return table([...head, ...falco], 2, rows);
}

function loadRow(each: LoadCase, turns: readonly Turn[], rules: RuleSetName): string[] {
  const watched = turns.flatMap((turn) => turn.watched.get(rules) ?? []);
  const added = addedNs(turns, rules, (cost) => cost.wallNs);
  const addedCpu = addedNs(turns, rules, (cost) => cost.cpuNs);
  const cpu = median(watched.map(({ sakerCpuNs }) => sakerCpuNs));
  const lost = watched.reduce((sum, one) => sum + one.lost, 0);
  const falco = falcoCost(each.load, rules);
  return [
    each.about,
    rules,
    us(median(turns.map(({ bare }) => bare.wallNs))),
    us(added),
    us(addedCpu),
    us(cpu),
    lostText(watched),
    falco === undefined ? '' : us(falco.addedNs),
    falco?.cpuNs === undefined ? '' : us(falco.cpuNs),
    falco?.lost ?? '',
    rules === 'all' ? loadBar(each, added, cpu, lost) : '',
  ];
}

/** Each turn against its own bare run: a machine that gets slower meanwhile does not count. */
function addedNs(
  turns: readonly Turn[],
  rules: RuleSetName,
  pick: (cost: Turn['bare']) => number,
): number {
  const added = turns.flatMap(({ bare, watched }) => {
    const under = watched.get(rules);
    return under === undefined ? [] : pick(under.cost) - pick(bare);
  });
  return median(added);
}

function lostText(watched: readonly Watched[]): string {
  const lost = watched.reduce((sum, one) => sum + one.lost, 0);
  const events = watched.reduce((sum, one) => sum + one.events, 0);
  return lost === 0 ? '0' : `${lost} of ${events}`;
}

function loadBar({ load }: LoadCase, addedCost: number, cpu: number, lost: number): string {
  const added = addedCost / NS_PER_US;
  if (load === 'getpid') return said(`${bars.getpidAddedUs} us`, added <= bars.getpidAddedUs);
  if (load !== 'open' && load !== 'files') return '';
  return [
    said(`${bars.openAddedUs} us`, added <= bars.openAddedUs),
    said(`${bars.openCpuUs} us CPU`, cpu / NS_PER_US <= bars.openCpuUs),
    said('nothing lost', lost === 0),
  ].join('; ');
}

function said(bar: string, isMet: boolean): string {
  return `${bar}: ${isMet ? 'met' : 'missed'}`;
}

function us(ns: number): string {
  return (ns / NS_PER_US).toFixed(3);
}

function otherTable({ loads, startMs, latencies, idle }: Measured): string {
  const watched = [...loads.values()].flat().flatMap((turn) => turn.watched.get('all') ?? []);
  const loadedRssMb = Math.max(...watched.map(({ memory }) => memory.rssMb));
  const loadedPssMb = Math.max(...watched.map(({ memory }) => memory.pssMb));
  const below = (value: number, bar: number, unit: string): string =>
    said(`under ${bar} ${unit}`, value < bar);
  const p50 = quantile(latencies.sorted, 0.5);
  const p99 = quantile(latencies.sorted, 0.99);
  const count = latencies.sorted.length + latencies.missing;
  const start = median(startMs);
  const percent = idle.cpuShare * 100;
  const rows = [
    [
      'start to first alert, ms',
      start.toFixed(0),
      `${falcoOthers.startToAlertMs}`,
      below(start, bars.startToAlertMs, 'ms'),
    ],
    [
      `alert latency p50 of ${count}, ms`,
      p50.toFixed(1),
      `${falcoOthers.latencyP50Ms}`,
      below(p50, bars.latencyP50Ms, 'ms'),
    ],
    [
      'alert latency p99, ms',
      p99.toFixed(1),
      `${falcoOthers.latencyP99Ms}`,
      below(p99, bars.latencyP99Ms, 'ms'),
    ],
    ['alerts that did not come', `${latencies.missing}`, '', said('none', latencies.missing === 0)],
    ['CPU while idle, %', percent.toFixed(2), '', below(percent, bars.idlePercent, '%')],
    ['RSS while idle, MB', idle.rssMb.toFixed(0), '', below(idle.rssMb, bars.rssMb, 'MB')],
    [
      'RSS after a load, at most, MB',
      loadedRssMb.toFixed(0),
      `${falcoOthers.rssMb}`,
      below(loadedRssMb, bars.rssMb, 'MB'),
    ],
    ['PSS after a load, at most, MB', loadedPssMb.toFixed(0), `${falcoOthers.pssMb}`, ''],
  ];
  return `With all rules:\n\n${table(['figure', 'Saker', 'Falco', 'bar'], 1, rows)}`;
}

function pathTable(paths: Measured['paths']): string {
  const head = [
    'opened',
    'bare us',
    'added us',
    'with the walk',
    "reader's CPU us",
    'with the walk',
    'lost',
  ];
  const rows = [...paths].map(([{ about }, turns]) => {
    const added = (pick: (turn: PathTurn) => WatchedPath): string =>
      us(median(turns.map((turn) => pick(turn).cost.wallNs - turn.bare.wallNs)));
    const cpu = (pick: (turn: PathTurn) => WatchedPath): string =>
      us(median(turns.map((turn) => pick(turn).readerCpuNs)));
    const noWalk = (turn: PathTurn): WatchedPath => turn.noWalk;
    const walk = (turn: PathTurn): WatchedPath => turn.walk;
    const bare = us(median(turns.map((turn) => turn.bare.wallNs)));
    const lost = turns.reduce((sum, turn) => sum + turn.noWalk.lost + turn.walk.lost, 0);
    return [about, bare, added(noWalk), added(walk), cpu(noWalk), cpu(walk), `${lost}`];
  });
  return (
    "The kernel's own path of opened files, under a reader that drops what it reads; per open + close:\n\n" +
    table(head, 1, rows)
  );
}
