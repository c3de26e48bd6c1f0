/**
 * Which container a cgroup path belongs to: the naming habits of the container engines, as Falco's
 * container plugin knows them. They are tried in a fixed order; what one of them takes for a
 * container is one.
 */

import type { ByteString } from '../base/host.ts';

export type ContainerEngine =
  | 'podman'
  | 'docker'
  | 'cri'
  | 'containerd'
  | 'lxc'
  | 'libvirt-lxc'
  | 'bpm';

/** The id, or undefined when the path is not of this engine. */
type IdOfCgroup = (cgroup: ByteString) => ByteString | undefined;

/** Length of the ids that OCI runtimes make, and of what is shown of them. */
const RUNTIME_ID_LENGTH = 64;
const SHORT_ID_LENGTH = 12;

/** Text before and after a runtime's id. */
type Layout = readonly [prefix: ByteString, suffix: ByteString];

const podmanLayouts: readonly Layout[] = [
  ['/libpod-', ''],
  ['/libpod-', '.scope'],
  ['/libpod-', '.scope/container'],
  ['/libpod-payload-', ''],
];
const dockerLayouts: readonly Layout[] = [
  ['/', ''],
  ['/docker-', '.scope'],
];
const criLayouts: readonly Layout[] = [
  ['/', ''],
  ['/crio-', ''],
  ['/cri-containerd-', '.scope'],
  ['/crio-', '.scope'],
  [':cri-containerd:', ''],
  ['/docker-', '.scope'],
  ['/nerdctl-', '.scope'],
];
const lxcPrefixes: readonly ByteString[] = ['/lxc/', '/lxc.payload/', '/lxc.payload.'];

/** In the order in which they are tried. */
const engines: readonly (readonly [engine: ContainerEngine, idOf: IdOfCgroup])[] = [
  ['podman', (cgroup) => runtimeId(cgroup, podmanLayouts)],
  ['docker', (cgroup) => runtimeId(cgroup, dockerLayouts)],
  ['cri', (cgroup) => runtimeId(cgroup, criLayouts)],
  ['containerd', containerdId],
  ['lxc', lxcId],
  ['libvirt-lxc', libvirtLxcId],
  ['bpm', bpmId],
];

export interface ContainerMatch {
  readonly engine: ContainerEngine;
  readonly id: ByteString;
}

/** The first engine that knows the path as its own, of those that `isEnabled` lets take part. */
export function matchCgroup(
  cgroup: ByteString,
  isEnabled: (engine: ContainerEngine) => boolean,
): ContainerMatch | undefined {
  for (const [engine, idOf] of engines) {
    if (!isEnabled(engine)) continue;
    const id = idOf(cgroup);
    // An empty name (`/lxc/`) is no container, but no other engine's either.
    if (id !== undefined) return id === '' ? undefined : { engine, id };
  }
  return undefined;
}

function runtimeId(cgroup: ByteString, layouts: readonly Layout[]): ByteString | undefined {
  for (const layout of layouts) {
    const id = between(cgroup, layout);
    if (id !== undefined && isRuntimeId(id)) return id.slice(0, SHORT_ID_LENGTH);
  }
  return undefined;
}

/** From the last occurrence of the prefix to the last one of the suffix. */
function between(cgroup: ByteString, [prefix, suffix]: Layout): ByteString | undefined {
  const at = cgroup.lastIndexOf(prefix);
  const end = suffix === '' ? cgroup.length : cgroup.lastIndexOf(suffix);
  const start = at + prefix.length;
  return at < 0 || end < start ? undefined : cgroup.slice(start, end);
}

function isRuntimeId(id: ByteString): boolean {
  return id.length === RUNTIME_ID_LENGTH && /^[0-9a-fA-F]*$/.test(id);
}

/**
 * `/<namespace>/<id>`: ids may be anything, so that what systemd makes on the host has to be told
 * apart by its endings.
 */
function containerdId(cgroup: ByteString): ByteString | undefined {
  const namespace = /\/[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\//.exec(cgroup)?.[0];
  if (namespace === undefined) return undefined;
  const id = between(cgroup, [namespace, '']) ?? '';
  if (id === '' || id.length > RUNTIME_ID_LENGTH) return undefined;
  const isOfSystemd = /\.(?:service|slice|scope)$/.test(cgroup);
  return isOfSystemd ? undefined : id.slice(0, SHORT_ID_LENGTH);
}

function lxcId(cgroup: ByteString): ByteString | undefined {
  for (const prefix of lxcPrefixes) {
    const at = cgroup.indexOf(prefix);
    if (at >= 0) return until(cgroup, at + prefix.length, '/');
  }
  return undefined;
}

function libvirtLxcId(cgroup: ByteString): ByteString | undefined {
  const plain = '.libvirt-lxc';
  if (cgroup.endsWith(plain) && cgroup.includes('/')) {
    return cgroup.slice(cgroup.lastIndexOf('/') + 1, -plain.length);
  }
  const escaped = '-lxc\\x2d';
  const at = cgroup.indexOf(escaped);
  const scope = /\.scope(?:\/libvirt)?$/.exec(cgroup);
  if (at >= 0 && scope !== null) return cgroup.slice(at + escaped.length, scope.index);
  const legacy = '/libvirt/lxc/';
  const start = cgroup.indexOf(legacy);
  return start < 0 ? undefined : cgroup.slice(start + legacy.length);
}

function bpmId(cgroup: ByteString): ByteString | undefined {
  const prefix = 'bpm-';
  const at = cgroup.indexOf(prefix);
  if (at < 0) return undefined;
  const id = until(cgroup, at + prefix.length, '.scope');
  return /^[A-Za-z0-9._-]+$/.test(id) ? id : undefined;
}

function until(text: ByteString, start: number, end: string): ByteString {
  const at = text.indexOf(end, start);
  return at < 0 ? text.slice(start) : text.slice(start, at);
}
