/** Labels of containers and pods. */

import type { ByteString } from '../base/host.ts';
import type { EventContext } from '../state/event-context.ts';
import { containerOf } from './container-lookup.ts';
import { metadataText } from './container-metadata.ts';
import type { Field } from './field.ts';
import { CHARBUF } from './shapes.ts';

export type Labels = ReadonlyMap<ByteString, ByteString>;

/**
 * Kubernetes and its runtimes store these as labels of the container; they say nothing that a
 * person set.
 */
const INTERNAL_PREFIXES = ['annotation.', 'io.kubernetes.'];

const joined = new WeakMap<Labels, ByteString>();

/**
 * `name:value` in the order of names, separated by ", "; a label without a value is its name alone.
 */
export function labelsText(labels: Labels): ByteString {
  let text = joined.get(labels);
  if (text === undefined) {
    text = [...labels.keys()]
      .filter((name) => !INTERNAL_PREFIXES.some((prefix) => name.startsWith(prefix)))
      .sort()
      .map((name) => (labels.get(name) === '' ? name : `${name}:${labels.get(name)}`))
      .join(', ');
    joined.set(labels, text);
  }
  return text;
}

/** A field whose argument in brackets is the name of a label. */
export function labelField(
  name: string,
  description: string,
  read: (context: EventContext, label: ByteString) => ByteString | undefined,
): Field {
  return {
    class: 'container',
    name,
    ...CHARBUF,
    description,
    scope: 'lineage',
    argument: { kind: ['key'], required: true },
    bind: (argument) => {
      const label = argument?.text ?? '';
      return (context) => read(context, label);
    },
  };
}

/** In the order of the listing. */
export const containerLabelFields: readonly Field[] = [
  labelField(
    'container.label',
    'Value of the label of the container whose name stands in brackets: ' +
      'container.label[maintainer].',
    (context, label) => containerOf(context)?.labels.get(label),
  ),
  metadataText(
    'container.labels',
    ({ labels }) => labelsText(labels),
    'All labels of the container as name:value, separated by ", ", without those that ' +
      'Kubernetes keeps for itself.',
  ),
];
