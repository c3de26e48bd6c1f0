/** The rules that are in place, looking at events of all sources; counts go on through reloads. */

import type { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import type { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { RuleCosts } from '../../metrics/rule-costs.ts';
import type { PluginSource } from '../../plugins/plugin-source.ts';
import { type RuleTotal, RuleTotals } from '../rule-totals.ts';
import type { Generation } from './generation.ts';
import { LiveDetection } from './live-detection.ts';
import type { RuleTiming } from './rule-timing.ts';

/** A rule matches the event that the context is about; `maker` is that of the event's source. */
export type OnMatch = (rule: Rule, context: EventContext, maker: AlertMaker) => void;

export class LiveRules {
  readonly #onMatch: OnMatch;
  readonly #totals = new RuleTotals();
  #engines: readonly RuleEngine[] = [];
  #detections: ReadonlyMap<string, LiveDetection> = new Map();
  #ofSyscalls: LiveDetection | undefined = undefined;
  #timing: RuleTiming | undefined = undefined;
  /** While rules are timed. */
  #syscallCosts: RuleCosts | undefined = undefined;
  /** What plugins do with events of system calls before rules see them: mostly nothing. */
  #parse: ((context: EventContext) => void) | undefined = undefined;
  /** Of detections that were replaced. */
  #syscallEventsBefore = 0;

  constructor(onMatch: OnMatch) {
    this.#onMatch = onMatch;
  }

  /** From the next event on those of the generation, which `timing` follows already. */
  follow(generation: Generation, timing: RuleTiming): void {
    for (const engine of this.#engines) this.#totals.retire(engine);
    this.#engines = generation.engines;
    this.#syscallEventsBefore += this.#ofSyscalls?.events ?? 0;
    const { bufferBase64 } = generation.session.config;
    this.#detections = new Map(
      Array.from(generation.sources, ({ source, state, engine, maker }) => {
        const onMatch = (rule: Rule, context: EventContext): void =>
          this.#onMatch(rule, context, maker);
        return [source, new LiveDetection({ state, engine, bufferBase64, onMatch })];
      }),
    );
    this.#ofSyscalls = this.#detections.get(SYSCALL_SOURCE);
    this.#parse = generation.rules.loaded.plugins.parserOf(SYSCALL_SOURCE);
    this.#timing = timing;
    this.#syscallCosts = timing.of(SYSCALL_SOURCE);
  }

  /** The context is that of the system calls' state, which has not applied the event yet. */
  onSyscall(context: EventContext): void {
    this.#parse?.(context);
    this.#ofSyscalls?.onEvent();
    this.#syscallCosts?.onEvent(context);
  }

  /** The event is the one that the source's view is over. */
  onPluginEvent({ name, state }: PluginSource): void {
    this.#detections.get(name)?.onEvent();
    this.#timing?.of(name)?.onEvent(state.context);
  }

  /** Since the start: of system calls, those that rules were evaluated on. */
  get syscallEvents(): number {
    return this.#syscallEventsBefore + (this.#ofSyscalls?.events ?? 0);
  }

  /** Since the start, with those of rules that are no longer loaded. */
  get totals(): readonly RuleTotal[] {
    return this.#totals.of(this.#engines);
  }
}
