/** For tests and measurements: audit events against rules, with both evaluators. */

import assert from 'node:assert/strict';
import { fromText, toBytes } from '../base/byte-string.ts';
import type { Alert } from '../engine/alert.ts';
import { AlertMaker } from '../engine/alert-maker.ts';
import { RuleEngine } from '../engine/rule-engine.ts';
import { ruleSources, syscallEventTypes } from '../engine/syscall-source.ts';
import { encodeEvent } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { EventView } from '../events/event-view.ts';
import { evtPluginFields } from '../fields/evt-plugin.ts';
import { FieldTable } from '../fields/field-catalogue.ts';
import { EVENT_DATA_PARAM } from '../json/event-document.ts';
import { jsonClass } from '../json/json-fields.ts';
import { type LoadOptions, type LoadResult, loadRules } from '../rules/load-rules.ts';
import type { EventContext } from '../state/event-context.ts';
import { SystemState } from '../state/system-state.ts';
import { auditClass, K8S_AUDIT_SOURCE } from './audit-fields.ts';
import { type AuditEvent, splitPayload } from './split-payload.ts';

export const EVENT_BYTES_MAX = 262_144;
export const auditPlugins = [
  { name: 'k8saudit', version: '0.18.0' },
  { name: 'json', version: '0.7.4' },
];

/** As the agent makes the table of the source. */
export const auditTable: FieldTable = new FieldTable([
  {
    name: 'evt',
    qualifier: 'All event types',
    description: '',
    source: K8S_AUDIT_SOURCE,
    fields: evtPluginFields({
      source: K8S_AUDIT_SOURCE,
      plugin: 'k8saudit',
      describe: ({ event }) => event.raw(EVENT_DATA_PARAM),
    }),
  },
  auditClass,
  jsonClass,
]);

export const auditLoadOptions: LoadOptions = {
  sources: ruleSources(new FieldTable(), new Map([[K8S_AUDIT_SOURCE, auditTable]])),
  eventTypes: syscallEventTypes,
  plugins: auditPlugins,
};

export function loadAuditRules(text: string): LoadResult {
  const result = loadRules([{ name: 'rules.yaml', text }], auditLoadOptions);
  assert.ok(result.successful, JSON.stringify(result.files.flatMap(({ errors }) => errors)));
  return result;
}

/** From what a webhook is sent, or a line of a file holds. */
export function auditEvents(payload: unknown): readonly AuditEvent[] {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const { events, problems } = splitPayload(fromText(text), EVENT_BYTES_MAX);
  assert.deepEqual(problems, []);
  return events;
}

/** The record of an event as captures hold it. */
export function auditRecord({ text, timeNs }: AuditEvent): Uint8Array<ArrayBuffer> {
  const header = { time: timeNs, tid: -1 };
  return encodeEvent(PPME.PPME_PLUGINEVENT_E, header, [1, toBytes(text)]);
}

export class AuditEngine {
  readonly #state = new SystemState(new EventView());
  readonly #engine: RuleEngine;
  readonly #alerts: AlertMaker;

  constructor(
    { ruleSet }: LoadResult,
    evaluator: 'fast' | 'plain',
    matching: 'first' | 'all' = 'all',
  ) {
    const fields = auditTable;
    const source = K8S_AUDIT_SOURCE;
    this.#engine = new RuleEngine(ruleSet, {
      fields,
      state: this.#state,
      matching,
      evaluator,
      source,
    });
    this.#alerts = new AlertMaker({ fields, hostname: 'node', iso8601: false });
  }

  /** How many rules match. */
  evaluate(record: Uint8Array<ArrayBuffer>): number {
    const { event } = this.#state.context;
    event.attach(record, new DataView(record.buffer));
    assert.ok(event.place(0, record.length));
    event.num++;
    return this.#state.apply() ? this.#engine.evaluate(this.#state.context) : 0;
  }

  get context(): EventContext {
    return this.#state.context;
  }

  /** Of the event, in the order of the rules. */
  alerts(event: AuditEvent): Alert[] {
    const count = this.evaluate(auditRecord(event));
    return Array.from({ length: count }, (_, at) =>
      this.#engine.withMatch(at, this.context, (rule) => this.#alerts.make(rule, this.context)),
    );
  }

  /** Names of the rules that match. */
  rules(event: AuditEvent): string[] {
    return this.alerts(event).map(({ rule }) => rule);
  }
}
