/** What a source of audit events counts, over all times that it was open. */

import type { PayloadProblemKind } from '@saker/core/k8s-audit/split-payload.ts';
import type { PluginMetric } from '../plugin.ts';

export class AuditCounters {
  /** Bodies and blocks of lines that were looked at. */
  payloads = 0;
  /** Events that were found in them. */
  events = 0;
  /** Parts of payloads that were left out, by what was wrong with them. */
  readonly problems: Record<PayloadProblemKind, number> = { json: 0, kind: 0, time: 0, size: 0 };
  /** Bodies that were answered with 400: no event was in them. */
  bodiesRefused = 0;
  /** Bodies that found too many others under way. */
  bodiesBusy = 0;
  /** Bodies that were longer than `webhookMaxBatchSize`. */
  bodiesTooLong = 0;
  /** Lines that were longer. */
  linesTooLong = 0;
  /** Payloads that were under way when the thread ended over one of them. */
  payloadsLost = 0;

  metrics(): readonly PluginMetric[] {
    const { json, kind, time, size } = this.problems;
    const counts = {
      payloads: this.payloads,
      events: this.events,
      not_json: json,
      not_audit_events: kind,
      events_without_time: time,
      events_too_large: size,
      bodies_refused: this.bodiesRefused,
      bodies_busy: this.bodiesBusy,
      bodies_too_long: this.bodiesTooLong,
      lines_too_long: this.linesTooLong,
      payloads_lost: this.payloadsLost,
    };
    return Object.entries(counts).map(([name, value]) => ({ name, value, kind: 'counter' }));
  }
}
