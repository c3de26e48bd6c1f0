/**
 * Families as the text that Prometheus reads (exposition format 0.0.4). Written here and not by a
 * client library: those hold values that are incremented in place, and ours are read from their
 * owners when somebody asks; what is left of the work is this file.
 */

import type { Labels, MetricFamily, MetricSample } from './metric-family.ts';

/** Falco's header. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4';

export function expositionText(families: readonly MetricFamily[]): string {
  let text = '';
  for (const { name, help, kind, samples } of families) {
    if (samples.length === 0) continue;
    text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n`;
    for (const sample of samples) text += sampleLine(name, sample);
  }
  return text;
}

function sampleLine(name: string, { suffix = '', labels, value }: MetricSample): string {
  return `${name}${suffix}${labels === undefined ? '' : labelsText(labels)} ${value}\n`;
}

/** Of labels that stay from one page to the next there may be thousands: those of pods. */
const texts = new WeakMap<Labels, string>();

function labelsText(labels: Labels): string {
  let text = texts.get(labels);
  if (text === undefined) {
    text = printLabels(labels);
    texts.set(labels, text);
  }
  return text;
}

/** Sorted by name, as Falco has them. */
function printLabels(labels: Labels): string {
  const pairs = Object.entries(labels)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** Values are the attacker's, too: names of pods. None forges a series. */
function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
