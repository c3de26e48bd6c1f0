/**
 * The rules of all event sources on one capture: events of plugins stand in it between those of
 * system calls, each with the id of its source's plugin.
 */

import { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import type { EventView } from '@saker/core/events/event-view.ts';
import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { withoutOptimising } from '../../host/compilers.ts';
import { EventCode } from '../../plugins/plugin.ts';
import { Detection } from '../detection.ts';
import { hostnameOf, type Session } from '../session.ts';
import type { RunnableRules } from './load-rules.ts';

export interface ReplayDetectionsParts {
  readonly session: Session;
  readonly rules: RunnableRules;
  /** What the capture's events are placed under. */
  readonly event: EventView;
  readonly onMatch: (rule: Rule, context: EventContext, maker: AlertMaker) => void;
}

/** What one source's events go through. */
interface SourceDetection {
  readonly state: SystemState;
  readonly engine: RuleEngine;
  readonly detection: Detection;
  readonly parse: ((context: EventContext) => void) | undefined;
}

/** The first parameter of events of plugins and of async events. */
const PLUGIN_ID = 0;

export class ReplayDetections {
  /** Of the machine that was recorded. */
  readonly state: SystemState;
  readonly #parts: ReplayDetectionsParts;
  readonly #syscalls: SourceDetection;
  /** By the ids of plugins. */
  readonly #ofPlugins = new Map<number, SourceDetection>();

  constructor(parts: ReplayDetectionsParts) {
    this.#parts = parts;
    const { session, rules, event } = parts;
    const { threadTableSize } = session.config;
    const limit = threadTableSize > 0 ? { threadsMax: threadTableSize } : {};
    this.state = new SystemState(event, limit);
    // Those that the rules were checked with: what a reference means is known there.
    const { fields, tables, plugins } = rules.loaded;
    this.#syscalls = this.#detectionOf(SYSCALL_SOURCE, fields, this.state);
    for (const [id, source] of plugins.sourceIds) {
      const table = tables.get(source);
      if (table === undefined) continue;
      this.#ofPlugins.set(id, this.#detectionOf(source, table, new SystemState(event)));
    }
  }

  #detectionOf(source: string, fields: FieldTable, state: SystemState): SourceDetection {
    const { session, rules, onMatch } = this.#parts;
    const { ruleMatching: matching, iso8601, bufferBase64 } = session.config;
    const evaluation = { matching, evaluator: 'fast', once: withoutOptimising } as const;
    const engine = new RuleEngine(rules.ruleSet, { fields, state, source, ...evaluation });
    const maker = new AlertMaker({ fields, hostname: hostnameOf(session), iso8601 });
    const detection = new Detection({
      state,
      engine,
      bufferBase64,
      onMatch: (rule, context) => onMatch(rule, context, maker),
    });
    return { state, engine, detection, parse: rules.loaded.plugins.parserOf(source) };
  }

  get engines(): readonly RuleEngine[] {
    return [this.#syscalls, ...this.#ofPlugins.values()].map(({ engine }) => engine);
  }

  /** Events that rules were evaluated on. */
  get events(): number {
    let events = this.#syscalls.detection.events;
    for (const { detection } of this.#ofPlugins.values()) events += detection.events;
    return events;
  }

  /** The event is the one that the view is over. */
  onEvent(): void {
    const { detection, parse, state } = this.#sourceOf(this.#parts.event);
    parse?.(state.context);
    detection.onEvent();
  }

  /** Events of plugins that are not loaded are looked at as those of the machine. */
  #sourceOf(event: EventView): SourceDetection {
    const { type } = event;
    if (type !== EventCode.PLUGIN && type !== EventCode.ASYNC) return this.#syscalls;
    const found = this.#ofPlugins.get(event.u32(PLUGIN_ID));
    if (found === undefined) return this.#syscalls;
    if (this.#parts.session.config.pluginsSeeHost) found.state.machineInfo = this.state.machineInfo;
    return found;
  }
}
