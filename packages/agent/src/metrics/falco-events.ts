/**
 * `falco_events`: the one series of falco-exporter, which read alerts from Falco's gRPC output;
 * dashboards are built on it. Same name, same labels. Alerts of pods that no longer are would
 * fill any table, so the series that was counted least recently goes when it is full.
 */

import type { Alert } from '@saker/core/engine/alert.ts';
import { INTERNAL_SOURCE } from '@saker/core/engine/internal-alert.ts';
import type { ContainerInfo } from '@saker/core/state/container-info.ts';
import { counter, type Labels, type MetricFamily } from './metric-family.ts';

export interface Pod {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Pairs of a rule and a pod. A node runs some hundred pods, of which few alert, by few rules. At
 * some 250 bytes each a page stays below a megabyte.
 */
const SERIES_MAX = 4000;

interface Series {
  readonly labels: Labels;
  count: number;
}

export class FalcoEvents {
  /** Series that made room for others. */
  evictions = 0;
  /** Least recently counted first. */
  readonly #series = new Map<string, Series>();

  /**
   * `pod`: of the alert's container, where that is known; otherwise what the alert itself shows of
   * it is taken, as the exporter does.
   */
  add(alert: Alert, pod: Pod | undefined = podOfFields(alert)): void {
    // The exporter's source is the output of rules.
    if (alert.source === INTERNAL_SOURCE) return;
    const { namespace = '', name = '' } = pod ?? {};
    const key = JSON.stringify([alert.rule, alert.source, namespace, name]);
    const known = this.#series.get(key);
    const series = known ?? { labels: labelsOf(alert, namespace, name), count: 0 };
    series.count++;
    if (known !== undefined) this.#series.delete(key);
    else if (this.#series.size >= SERIES_MAX) this.#evict();
    this.#series.set(key, series);
  }

  #evict(): void {
    const [oldest] = this.#series.keys();
    if (oldest === undefined) return;
    this.#series.delete(oldest);
    this.evictions++;
  }

  families(): readonly MetricFamily[] {
    return [
      {
        name: 'falco_events',
        help: 'Alerts, as falco-exporter counts them',
        kind: 'counter',
        samples: [...this.#series.values()].map(({ labels, count }) => ({ labels, value: count })),
      },
      counter(
        'saker_falco_events_evictions_total',
        'Series of falco_events that made room for others',
        this.evictions,
      ),
    ];
  }
}

/** The pod that a container is part of. */
export function podOf(container: ContainerInfo | undefined): Pod | undefined {
  const name = container?.labels.get('io.kubernetes.pod.name');
  const namespace = container?.labels.get('io.kubernetes.pod.namespace');
  if (name === undefined && namespace === undefined) return undefined;
  return { namespace: namespace ?? '', name: name ?? '' };
}

function podOfFields({ outputFields }: Alert): Pod | undefined {
  return {
    namespace: textOf(outputFields.get('k8s.ns.name')),
    name: textOf(outputFields.get('k8s.pod.name')),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function labelsOf(alert: Alert, namespace: string, pod: string): Labels {
  return {
    rule: alert.rule,
    priority: String(alert.priority),
    hostname: alert.hostname,
    source: alert.source,
    k8s_ns_name: namespace,
    k8s_pod_name: pod,
    tags: `,${alert.tags.join(',')},`,
  };
}
