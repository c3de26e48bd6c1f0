/**
 * One load of configuration and rules, ready to look at events. A reload makes another one beside
 * it, which takes its place between two events.
 */

import { assert } from '@saker/core/base/assert.ts';
import { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import { withoutOptimising } from '../../host/compilers.ts';
import { fileDigests } from '../../host/file-digest.ts';
import type { RunnableRules } from '../actions/load-rules.ts';
import { hostnameOf, type Session } from '../session.ts';

/** What the rules of one event source need. */
export interface SourceRules {
  readonly source: string;
  readonly fields: FieldTable;
  readonly state: SystemState;
  readonly engine: RuleEngine;
  readonly maker: AlertMaker;
}

export interface GenerationParts {
  /** 1 for what the program started with. */
  readonly number: number;
  readonly session: Session;
  readonly rules: RunnableRules;
  /** By event source that is read: what its events are applied to. */
  readonly states: ReadonlyMap<string, SystemState>;
}

export class Generation {
  readonly number: number;
  readonly session: Session;
  readonly rules: RunnableRules;
  /** When it was loaded, in nanoseconds since the epoch. */
  readonly loadedAtNs: bigint = BigInt(Date.now()) * 1_000_000n;
  /** By path: what the configuration and rule files held. */
  readonly configDigests: ReadonlyMap<string, string>;
  readonly rulesDigests: ReadonlyMap<string, string>;
  readonly #bySource: ReadonlyMap<string, SourceRules>;

  constructor({ number, session, rules, states }: GenerationParts) {
    this.number = number;
    this.session = session;
    this.rules = rules;
    this.configDigests = fileDigests(session.loaded.files.map(({ path }) => path));
    this.rulesDigests = fileDigests(rules.files);
    const { config } = session;
    const { ruleMatching: matching, iso8601 } = config;
    const hostname = hostnameOf(session);
    this.#bySource = new Map(
      Array.from(states, ([source, state]) => {
        const fields = rules.loaded.tables.get(source);
        assert(fields !== undefined, `no fields for the source ${source}`);
        const evaluation = { matching, evaluator: 'fast', once: withoutOptimising } as const;
        const options = { fields, state, source, ...evaluation };
        const engine = new RuleEngine(rules.ruleSet, options);
        const maker = new AlertMaker({ fields, hostname, iso8601 });
        return [source, { source, fields, state, engine, maker }];
      }),
    );
  }

  get sources(): Iterable<SourceRules> {
    return this.#bySource.values();
  }

  get engines(): readonly RuleEngine[] {
    return [...this.sources].map(({ engine }) => engine);
  }

  /** Of a source that is read. */
  of(source: string): SourceRules {
    const rules = this.#bySource.get(source);
    assert(rules !== undefined, `no rules for the source ${source}`);
    return rules;
  }

  /** How many rules look at events. */
  get ruleCount(): number {
    return this.engines.reduce((sum, { rules }) => sum + rules.length, 0);
  }
}
