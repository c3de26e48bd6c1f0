/** Whether what a plugin tells as a metric is one. */

/** What is wrong with it; undefined: nothing. */
export function metricProblem(metric: unknown): string | undefined {
  if (typeof metric !== 'object' || metric === null) {
    return `it gave a metric that is no object: ${String(metric)}`;
  }
  const { name, value, kind }: { name?: unknown; value?: unknown; kind?: unknown } = metric;
  if (typeof name !== 'string' || !/\w/.test(name)) {
    return `it gave a metric without a name of letters: found ${JSON.stringify(name)}`;
  }
  if (kind !== 'counter' && kind !== 'gauge') {
    return `its metric ${name} must be a counter or a gauge, found ${String(kind)}`;
  }
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) {
    return undefined;
  }
  return `its metric ${name} has a value that is no number: ${String(value)}`;
}
