/** What the OCI specification of a container (config.json) tells about it. */

import {
  type ContainerDocument,
  countCpus,
  type MountDocument,
  unknownDocument,
} from '../container-document.ts';
import {
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  positiveOr,
  textOf,
  textsOf,
  valueAt,
} from '../json-value.ts';

type SharedNamespaces = Pick<ContainerDocument, 'host_pid' | 'host_network' | 'host_ipc'>;
type Resources = Pick<
  ContainerDocument,
  'memory_limit' | 'swap_limit' | 'cpu_shares' | 'cpu_quota' | 'cpu_period' | 'cpuset_cpu_count'
>;

/** Whose namespaces the container shares: those of the kinds that it has no own one of. */
export function sharedNamespaces(spec: JsonObject): SharedNamespaces {
  const namespaces = listOf(valueAt(spec, 'linux', 'namespaces')).map(objectOf);
  const isShared = (kind: string) => namespaces.every(({ type }) => type !== kind);
  return {
    host_pid: isShared('pid'),
    host_network: isShared('network'),
    host_ipc: isShared('ipc'),
  };
}

export function specResources(spec: JsonObject): Resources {
  const cpu = objectOf(valueAt(spec, 'linux', 'resources', 'cpu'));
  const memory = objectOf(valueAt(spec, 'linux', 'resources', 'memory'));
  return {
    memory_limit: numberOf(memory['limit']),
    swap_limit: numberOf(memory['swap']),
    cpu_shares: positiveOr(cpu['shares'], unknownDocument.cpu_shares),
    cpu_quota: numberOf(cpu['quota']),
    cpu_period: positiveOr(cpu['period'], unknownDocument.cpu_period),
    cpuset_cpu_count: countCpus(textOf(cpu['cpus'])),
  };
}

const propagations: ReadonlySet<string> = new Set(
  ['private', 'shared', 'slave', 'unbindable'].flatMap((kind) => [kind, `r${kind}`]),
);

export function specMounts(spec: JsonObject): MountDocument[] {
  const rootPropagation = textOf(valueAt(spec, 'linux', 'rootfsPropagation'));
  return listOf(spec['mounts']).map((value) => {
    const mount = objectOf(value);
    const options = textsOf(mount['options']);
    const mode = options.find((option) => option.startsWith('mode=')) ?? '';
    return {
      Source: textOf(mount['source']),
      Destination: textOf(mount['destination']),
      Mode: mode.slice('mode='.length),
      RW: !options.includes('ro'),
      Propagation: options.find((option) => propagations.has(option)) ?? rootPropagation,
    };
  });
}

/** The user id that its first process starts with; "" when the specification has none. */
export function specUser(spec: JsonObject): string {
  const uid = valueAt(spec, 'process', 'user', 'uid');
  return typeof uid === 'number' ? String(uid) : '';
}

export function specAnnotation(spec: JsonObject, name: string): string {
  return textOf(valueAt(spec, 'annotations', name));
}

/**
 * The specification does not say "privileged"; what the option takes away is what tells: no path is
 * masked or read-only, no security module and no filter of system calls confines it.
 */
export function isPrivilegedSpec(spec: JsonObject): boolean {
  const linux = objectOf(spec['linux']);
  const process = objectOf(spec['process']);
  const profile = textOf(process['apparmorProfile']);
  const isConfined =
    listOf(linux['maskedPaths']).length > 0 ||
    listOf(linux['readonlyPaths']).length > 0 ||
    textOf(process['selinuxLabel']) !== '' ||
    (profile !== '' && profile !== 'unconfined') ||
    linux['seccomp'] !== undefined;
  if (isConfined || spec['linux'] === undefined || spec['process'] === undefined) return false;
  return listOf(spec['mounts'])
    .map(objectOf)
    .filter(({ type }) => type === 'sysfs' || type === 'cgroup')
    .every(({ options }) => !textsOf(options).includes('ro'));
}
