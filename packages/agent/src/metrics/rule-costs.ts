/**
 * What each rule costs. The evaluator that runs is one function for all rules, in which a question
 * of several is asked once: no rule has a time of its own there. Instead, on one event in some
 * thousand, every rule is evaluated once more by the plain evaluator and timed. What comes out is
 * what a rule would cost by itself: it ranks rules, and finds the one that is expensive; its sum is
 * several times what the evaluator that runs takes.
 */

import type { FieldBinder } from '@saker/core/engine/operand.ts';
import { PlainCompiler, type Predicate } from '@saker/core/engine/plain.ts';
import type { Rule, RuleSet } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { MetricFamily } from './metric-family.ts';

export interface RuleCostOptions {
  /** Events per sample, on average. */
  readonly everyEvents?: number;
  /** Milliseconds of a clock with as fine a resolution as there is. */
  readonly now?: () => number;
  /** 0 to below 1. */
  readonly random?: () => number;
}

/**
 * A sample takes 11 µs with the 25 rules of Falco's stable file, measured over a capture of a
 * million events: 3 ns on each event, of which state and rules take some hundreds.
 */
const EVERY_EVENTS = 4096;
/**
 * What takes longer is timed once more, and the shorter time counts: mostly the thread did not run
 * meanwhile, which would hide all other samples behind one. A rule that is slow is slow again.
 */
const DOUBTFUL_MS = 0.2;
const MS_PER_S = 1000;
const CALIBRATION_TURNS = 200;

interface TimedRule {
  readonly cost: RuleCost;
  readonly predicate: Predicate;
}

interface RuleCost {
  readonly rule: string;
  ms: number;
}

/** Of one source. */
export class RuleCosts {
  readonly source: string;
  readonly #everyEvents: number;
  readonly #now: () => number;
  readonly #random: () => number;
  /** What it takes to look at the clock, which is in every time that is taken. */
  readonly #clockMs: number;
  /** By name: rules that stay through a reload keep theirs. */
  #costs = new Map<string, RuleCost>();
  #timed: readonly TimedRule[] = [];
  /** Events on which every rule was timed, and how long that took. */
  samples = 0;
  sampledMs = 0;
  #left: number;

  constructor(source: string, options: RuleCostOptions = {}) {
    const { everyEvents = EVERY_EVENTS, random = Math.random } = options;
    const { now = () => performance.now() } = options;
    this.source = source;
    this.#random = random;
    this.#everyEvents = everyEvents;
    this.#now = now;
    this.#clockMs = clockCost(now);
    this.#left = this.#nextIn();
  }

  /** From now on these are the rules: those of an engine, with the set that they are of. */
  follow(rules: readonly Rule[], ruleSet: RuleSet, fields: FieldBinder): void {
    const compiler = new PlainCompiler(fields, (name) => ruleSet.macros.get(name)?.condition.expr);
    const before = this.#costs;
    this.#costs = new Map();
    this.#timed = rules.map(({ name, condition }) => {
      const cost = before.get(name) ?? { rule: name, ms: 0 };
      this.#costs.set(name, cost);
      return { cost, predicate: compiler.compile(condition.expr) };
    });
  }

  /** After the event of the context was evaluated. Nearly always a subtraction. */
  onEvent(context: EventContext): void {
    if (--this.#left > 0) return;
    this.#left = this.#nextIn();
    this.#sample(context);
  }

  /** At random: what comes in a rhythm must not always be the one that is looked at. */
  #nextIn(): number {
    return 1 + Math.floor(this.#random() * 2 * this.#everyEvents);
  }

  #sample(context: EventContext): void {
    const startMs = this.#now();
    for (const { cost, predicate } of this.#timed) {
      const ms = this.#time(predicate, context);
      cost.ms += ms < DOUBTFUL_MS ? ms : Math.min(ms, this.#time(predicate, context));
    }
    this.samples++;
    this.sampledMs += this.#now() - startMs;
  }

  #time(predicate: Predicate, context: EventContext): number {
    const beforeMs = this.#now();
    predicate(context);
    return Math.max(0, this.#now() - beforeMs - this.#clockMs);
  }

  /** Milliseconds by rule. */
  get costs(): Iterable<Readonly<RuleCost>> {
    return this.#costs.values();
  }
}

export function ruleCostFamilies(sources: readonly RuleCosts[]): readonly MetricFamily[] {
  return [
    {
      name: 'saker_rule_sampled_seconds_total',
      help: 'Time that the rule alone takes on the sampled events, by the plain evaluator',
      kind: 'counter',
      samples: sources.flatMap(({ source, costs }) =>
        [...costs].map(({ rule, ms }) => ({
          labels: { rule_name: rule, source },
          value: ms / MS_PER_S,
        })),
      ),
    },
    {
      name: 'saker_rule_sampled_events_total',
      help: 'Events on which every rule was timed',
      kind: 'counter',
      samples: sources.map(({ source, samples }) => ({ labels: { source }, value: samples })),
    },
    {
      name: 'saker_rule_sampling_seconds_total',
      help: 'Time that was spent on timing rules',
      kind: 'counter',
      samples: sources.map(({ source, sampledMs }) => ({
        labels: { source },
        value: sampledMs / MS_PER_S,
      })),
    },
  ];
}

/** The least of many differences: what is more was something else. */
function clockCost(now: () => number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < CALIBRATION_TURNS; turn++) {
    const before = now();
    least = Math.min(least, now() - before);
  }
  return least;
}
