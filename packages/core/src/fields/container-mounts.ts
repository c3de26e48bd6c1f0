/**
 * The mounts of the event's container: all of them, or one by its position or by a pattern for its
 * path.
 */

import { toText } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';
import { compileRegex } from '../base/regex.ts';
import type { ContainerInfo, ContainerMount } from '../state/container-info.ts';
import { containerOf } from './container-lookup.ts';
import { metadataText } from './container-metadata.ts';
import type { Extractor, Field, FieldArgument } from './field.ts';
import { CHARBUF } from './shapes.ts';
import { argumentIndex } from './simple-field.ts';

/** `source:destination:mode:writable:propagation` */
function mountText(mount: ContainerMount): ByteString {
  const { source, destination, mode, writable, propagation } = mount;
  return `${source}:${destination}:${mode}:${writable}:${propagation}`;
}

/** Picks the mount that an argument means. */
type MountChoice = (container: ContainerInfo) => ContainerMount | undefined;

/**
 * A number without leading zeros is a position. Anything else is a regular expression that is
 * searched, not anchored, in the source or the destination; `^` and `$` match at line ends, as
 * Falco has it. The first mount that matches counts.
 */
function mountChoice(
  text: ByteString,
  path: (mount: ContainerMount) => ByteString,
): MountChoice | string {
  const index = text.startsWith('0') && text !== '0' ? undefined : argumentIndex(text);
  if (index !== undefined) return ({ mounts }) => mounts[index];
  const pattern = compileRegex(toText(text));
  if ('error' in pattern) return pattern.error;
  // Metadata is replaced as a whole, never changed, and a search is too slow to do it for every
  // event.
  const found = new WeakMap<ContainerInfo, { readonly mount: ContainerMount | undefined }>();
  return (container) => {
    let known = found.get(container);
    if (known === undefined) {
      const mount = container.mounts.find((candidate) => pattern.finds(toText(path(candidate))));
      known = { mount };
      found.set(container, known);
    }
    return known.mount;
  };
}

interface MountField {
  readonly name: string;
  readonly description: string;
  readonly read: (mount: ContainerMount) => ByteString;
  /** The path that a pattern is searched in. */
  readonly searched: (mount: ContainerMount) => ByteString;
}

function mountField({ name, description, read, searched }: MountField): Field {
  const bind = (argument: FieldArgument | undefined): Extractor | string => {
    const text = argument?.text ?? '';
    const choose = mountChoice(text, searched);
    if (typeof choose === 'string') return `${name}[${text}]: ${choose}`;
    return (context) => {
      const container = containerOf(context);
      const mount = container === undefined ? undefined : choose(container);
      return mount === undefined ? undefined : read(mount);
    };
  };
  return {
    class: 'container',
    name,
    ...CHARBUF,
    description,
    scope: 'lineage',
    argument: { kind: ['either'], required: true },
    bind,
  };
}

const source = (mount: ContainerMount): ByteString => mount.source;
const destination = (mount: ContainerMount): ByteString => mount.destination;

/** In the order of the listing. */
export const mountFields: readonly Field[] = [
  metadataText(
    'container.mounts',
    ({ mounts }) => mounts.map(mountText).join(','),
    'All mounts of the container as source:destination:mode:writable:propagation, separated by ' +
      'commas.',
  ),
  mountField({
    name: 'container.mount',
    description:
      'One mount of the container, written as in container.mounts: by position from 0, or the ' +
      'first one with a source path that the regular expression in brackets matches somewhere.',
    read: mountText,
    searched: source,
  }),
  mountField({
    name: 'container.mount.source',
    description:
      'What is mounted: a path of the host. The mount is chosen by position from 0, or by a ' +
      'regular expression for the destination.',
    read: source,
    searched: destination,
  }),
  mountField({
    name: 'container.mount.dest',
    description:
      'Where it is mounted: a path in the container. The mount is chosen by position from 0, or ' +
      'by a regular expression for the source.',
    read: destination,
    searched: source,
  }),
  mountField({
    name: 'container.mount.mode',
    description: 'Options of the mount, chosen as for container.mount.',
    read: (mount) => mount.mode,
    searched: source,
  }),
  mountField({
    name: 'container.mount.rdwr',
    description:
      'Whether the container may write to the mount, "true" or "false"; chosen as for ' +
      'container.mount.',
    read: (mount) => String(mount.writable),
    searched: source,
  }),
  mountField({
    name: 'container.mount.propagation',
    description:
      'How mounts made below it later spread between host and container (rprivate, rshared, ' +
      '...); chosen as for container.mount.',
    read: (mount) => mount.propagation,
    searched: source,
  }),
];
