/**
 * What is known of the event's container: its id from the thread's cgroups, everything else from
 * the metadata that `container` events bring. The host is a container of the name "host" with fixed
 * values. Without metadata only the id has a value.
 */

import type { ByteString } from '../base/host.ts';
import { difference64, highWord, lowWord } from '../base/int64.ts';
import { PF, PT } from '../events/param-types.gen.ts';
import type { ContainerInfo } from '../state/container-info.ts';
import { containerId, containerOf } from './container-lookup.ts';
import type { Field } from './field.ts';
import { BOOL, CHARBUF } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('container');

interface Traits {
  readonly suggested?: boolean;
}

/** A text of the metadata. */
export function metadataText(
  name: string,
  read: (container: ContainerInfo) => ByteString | undefined,
  description: string,
  traits: Traits = {},
): Field {
  return field({
    name,
    ...CHARBUF,
    description,
    ...traits,
    scope: 'lineage',
    extract: (context) => {
      const container = containerOf(context);
      return container === undefined ? undefined : read(container);
    },
  });
}

function metadataFlag(
  name: string,
  read: (container: ContainerInfo) => boolean,
  description: string,
): Field {
  return field({
    name,
    ...BOOL,
    description,
    scope: 'lineage',
    extract: (context) => {
      const container = containerOf(context);
      return container === undefined ? undefined : read(container);
    },
  });
}

/** Usable, so that old rules load, but without a value on any event. */
export function retired(name: string, type: number, description: string): Field {
  return field({
    name,
    type,
    format: PF.PF_NA,
    description,
    deprecated: true,
    known: () => 'absent',
    extract: () => undefined,
  });
}

/** In the order of the listing. */
export const identityFields: readonly Field[] = [
  field({
    name: 'container.id',
    ...CHARBUF,
    description:
      'Id of the container, cut to 12 characters where the runtime uses long ones; "host" ' +
      'outside of containers.',
    suggested: true,
    scope: 'thread',
    extract: containerId,
  }),
  metadataText('container.full_id', (container) => container.fullId, 'Id of the container, uncut.'),
  metadataText(
    'container.name',
    (container) => container.name,
    'Name of the container; "host" outside of containers.',
    { suggested: true },
  ),
  metadataText(
    'container.image',
    (container) => container.image,
    'Image that the container was made from, as it was asked for: repository and tag, or digest.',
  ),
  metadataText('container.image.id', (container) => container.imageId, 'Id of the image.'),
  metadataText(
    'container.type',
    (container) => container.type,
    'Runtime that runs the container: docker, containerd, cri-o, podman, lxc, ...; "host" ' +
      'outside of containers.',
  ),
  metadataFlag(
    'container.privileged',
    (container) => container.privileged,
    'The container was started with all privileges of the host.',
  ),
];

export const imageFields: readonly Field[] = [
  metadataText(
    'container.image.repository',
    (container) => container.imageRepository,
    'Repository of the image, without tag: docker.io/library/nginx.',
    { suggested: true },
  ),
  metadataText(
    'container.image.tag',
    (container) => container.imageTag,
    'Tag of the image: latest, 1.25-alpine.',
    { suggested: true },
  ),
  metadataText(
    'container.image.digest',
    (container) => container.imageDigest,
    'Digest of the image: sha256:...; it names exactly one image, which a tag does not.',
  ),
  retired(
    'container.healthcheck',
    PT.PT_CHARBUF,
    'Without a value since container metadata comes from a plugin: was the command of the ' +
      'health check.',
  ),
  retired(
    'container.liveness_probe',
    PT.PT_CHARBUF,
    'Without a value since container metadata comes from a plugin: was the command of the ' +
      'liveness probe.',
  ),
  retired(
    'container.readiness_probe',
    PT.PT_CHARBUF,
    'Without a value since container metadata comes from a plugin: was the command of the ' +
      'readiness probe.',
  ),
];

/**
 * The start of a container is that of its pid namespace, which the thread knows without any
 * metadata.
 */
const timeFields: readonly Field[] = [
  field({
    name: 'container.start_ts',
    type: PT.PT_ABSTIME,
    format: PF.PF_NA,
    description: 'Start of the container (of its pid namespace), in nanoseconds since the epoch.',
    scope: 'thread',
    extract: ({ thread }) => {
      const start = thread?.pidnsInitStart ?? 0;
      return start === 0 ? undefined : start;
    },
  }),
  field({
    name: 'container.duration',
    type: PT.PT_RELTIME,
    format: PF.PF_NA,
    description: 'Nanoseconds since the start of the container.',
    scope: 'moment',
    extract: ({ thread, event }) => {
      const start = thread?.pidnsInitStart ?? 0;
      if (start === 0) return undefined;
      return difference64(event.timeLow, event.timeHigh, lowWord(start), highWord(start));
    },
  }),
];

export const runtimeFields: readonly Field[] = [
  ...timeFields,
  metadataText('container.ip', (container) => container.ip, 'Address of the container.'),
  metadataText(
    'container.cni.json',
    (container) => container.cniJson,
    'What the network plugin (CNI) of Kubernetes said when it set up the pod, as JSON.',
  ),
  metadataFlag(
    'container.host_pid',
    (container) => container.hostPid,
    'The container shares the pid namespace of the host: it sees all its processes.',
  ),
  metadataFlag(
    'container.host_network',
    (container) => container.hostNetwork,
    'The container shares the network namespace of the host.',
  ),
  metadataFlag(
    'container.host_ipc',
    (container) => container.hostIpc,
    'The container shares the IPC namespace of the host.',
  ),
];
