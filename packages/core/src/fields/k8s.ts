/**
 * The k8s.* fields that come from container runtimes: the pod of the event's container. A pod's
 * address and labels belong to its sandbox, a container of its own that the others refer to;
 * runtimes that have no such container put them into each one, which shows in its CNI result.
 */

import { PT } from '../events/param-types.gen.ts';
import type { ContainerInfo } from '../state/container-info.ts';
import type { EventContext } from '../state/event-context.ts';
import { type Labels, labelField, labelsText } from './container-labels.ts';
import { containerOf, sandboxOf, shortId } from './container-lookup.ts';
import { metadataText, retired } from './container-metadata.ts';
import type { Extractor, Field } from './field.ts';
import { CHARBUF } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('container');

/**
 * The container that holds the pod's address and network: the own one where it has a CNI result,
 * else the sandbox.
 */
function networkHolder(context: EventContext): ContainerInfo | undefined {
  const container = containerOf(context);
  if (container === undefined || container.cniJson !== '') return container;
  return sandboxOf(context, container);
}

/** The pod's labels: the sandbox's, or the own ones where there is no (known) sandbox. */
function podLabels(context: EventContext): Labels | undefined {
  return (networkHolder(context) ?? containerOf(context))?.podSandboxLabels;
}

/** A single label may also be one of the own container where the sandbox does not have it. */
function podLabel(context: EventContext, label: string): string | undefined {
  const value = networkHolder(context)?.podSandboxLabels.get(label);
  return value ?? containerOf(context)?.podSandboxLabels.get(label);
}

function podText(name: string, extract: Extractor, description: string): Field {
  return field({ name, ...CHARBUF, description, scope: 'lineage', extract });
}

const uid = (container: ContainerInfo): string | undefined =>
  container.labels.get('io.kubernetes.pod.uid');

const podFields: readonly Field[] = [
  metadataText(
    'k8s.pod.name',
    ({ labels }) => labels.get('io.kubernetes.pod.name'),
    'Name of the pod. Absent outside of Kubernetes.',
    { suggested: true },
  ),
  metadataText(
    'k8s.ns.name',
    ({ labels }) => labels.get('io.kubernetes.pod.namespace'),
    'Namespace of the pod. Absent outside of Kubernetes.',
    { suggested: true },
  ),
  metadataText('k8s.pod.id', uid, 'The same as k8s.pod.uid.'),
  metadataText(
    'k8s.pod.uid',
    uid,
    'Unique id that Kubernetes gave the pod; another pod of the same name has another one.',
  ),
  metadataText(
    'k8s.pod.sandbox_id',
    ({ podSandboxId }) => shortId(podSandboxId),
    "Id of the pod's sandbox container, cut to 12 characters; empty outside of Kubernetes.",
  ),
  metadataText(
    'k8s.pod.full_sandbox_id',
    ({ podSandboxId }) => podSandboxId,
    "Id of the pod's sandbox container, uncut; empty outside of Kubernetes.",
  ),
  {
    ...labelField(
      'k8s.pod.label',
      'Value of the label of the pod whose name stands in brackets: k8s.pod.label[app].',
      podLabel,
    ),
    dottedArgument: true,
  },
  podText(
    'k8s.pod.labels',
    (context) => {
      const labels = podLabels(context);
      return labels === undefined ? undefined : labelsText(labels);
    },
    'All labels of the pod as name:value, separated by ", ".',
  ),
  podText(
    'k8s.pod.ip',
    (context) => networkHolder(context)?.ip,
    'Address of the pod, shared by its containers.',
  ),
  podText(
    'k8s.pod.cni.json',
    (context) => networkHolder(context)?.cniJson,
    'What the network plugin (CNI) said when it set up the pod, as JSON.',
  ),
];

/** Kinds of object whose metadata the runtime cannot know; the k8smeta source has them. */
const RETIRED_KINDS = [
  { kind: 'rc', words: 'replication controller', names: ['name', 'id', 'label', 'labels'] },
  { kind: 'svc', words: 'service', names: ['name', 'id', 'label', 'labels'] },
  { kind: 'ns', words: 'namespace', names: ['id', 'label', 'labels'] },
  { kind: 'rs', words: 'replica set', names: ['name', 'id', 'label', 'labels'] },
  { kind: 'deployment', words: 'deployment', names: ['name', 'id', 'label', 'labels'] },
];

function retiredField(kind: string, words: string, name: string): Field {
  const description = `Without a value here: the ${words} of a pod is known to k8smeta.*.`;
  const retiredText = retired(`k8s.${kind}.${name}`, PT.PT_CHARBUF, description);
  if (name !== 'label') return retiredText;
  return { ...retiredText, argument: { kind: ['key'], required: true }, dottedArgument: true };
}

/** In the order of the listing. */
export const k8sFields: readonly Field[] = [
  ...podFields,
  ...RETIRED_KINDS.flatMap(({ kind, words, names }) =>
    names.map((name) => retiredField(kind, words, name)),
  ),
];
