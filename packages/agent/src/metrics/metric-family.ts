/** Series of one name: what a page of metrics is made of. */

export type MetricKind = 'counter' | 'gauge' | 'histogram';
export type Labels = Readonly<Record<string, string>>;

export interface MetricSample {
  /** Appended to the family's name: `_bucket`, `_sum` and `_count` of histograms. */
  readonly suffix?: string;
  readonly labels?: Labels;
  /** bigint where the digits beyond 2^53 matter. */
  readonly value: number | bigint;
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  /** None: the family is not shown. */
  readonly samples: readonly MetricSample[];
}

export function gauge(name: string, help: string, value: number | bigint): MetricFamily {
  return { name, help, kind: 'gauge', samples: [{ value }] };
}

export function counter(name: string, help: string, value: number): MetricFamily {
  return { name, help, kind: 'counter', samples: [{ value }] };
}
