/** Numbers that a library tells of itself. */

import type { PluginMetric } from '../plugin.ts';
import { METRIC_VALUES, Metric } from './abi.ts';
import { copyBytes, copyText, NativeBlock, viewOf } from './native-memory.ts';
import type { PluginState } from './plugin-state.ts';

const METRICS_MAX = 1024;
const NON_MONOTONIC = 1;

export function readMetrics(state: PluginState): readonly PluginMetric[] {
  const ask = state.functions.get_metrics;
  if (ask === undefined) return [];
  const count = new NativeBlock(8);
  try {
    const address = ask(state.address, count.address) ?? 0n;
    const length = count.view.getUint32(0, true);
    if (length === 0) return [];
    if (length > METRICS_MAX) throw new RangeError(`${length} metrics are too many`);
    const view = viewOf(copyBytes(address, length * Metric.bytes, 'the list of metrics'));
    return Array.from({ length }, (_, at) => metricAt(view, at * Metric.bytes));
  } finally {
    count.free();
  }
}

function metricAt(view: DataView, at: number): PluginMetric {
  const name = copyText(view.getBigUint64(at + Metric.name, true), "a metric's name");
  const isGauge = view.getUint32(at + Metric.type, true) === NON_MONOTONIC;
  return {
    name: new TextDecoder().decode(name),
    kind: isGauge ? 'gauge' : 'counter',
    value: valueAt(view, at),
  };
}

function valueAt(view: DataView, at: number): number | bigint {
  const from = at + Metric.value;
  switch (METRIC_VALUES[view.getUint32(at + Metric.valueType, true)]) {
    case 'u32':
      return view.getUint32(from, true);
    case 's32':
      return view.getInt32(from, true);
    case 'u64':
      return view.getBigUint64(from, true);
    case 's64':
      return view.getBigInt64(from, true);
    case 'double':
      return view.getFloat64(from, true);
    case 'float':
      return view.getFloat32(from, true);
    default:
      return 0;
  }
}
