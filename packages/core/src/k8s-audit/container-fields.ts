/**
 * The fields that a pod's containers, init containers and ephemeral containers have alike. Falco
 * lists those of ordinary containers among the pod's other fields, and the others behind them.
 */

import { type AuditRow, type AuditShape, indexed } from './audit-row.ts';
import { each, effectiveId, everyOne, hostPorts, joined, repositories } from './audit-shape.ts';

export type ContainerList = 'containers' | 'initContainers' | 'ephemeralContainers';

const words: Readonly<Record<ContainerList, string>> = {
  containers: 'containers',
  initContainers: 'init containers',
  ephemeralContainers: 'ephemeral containers',
};

interface ContainerField {
  /** Within the container. */
  readonly pointer: string;
  readonly shape: AuditShape;
  /** What it is, in front of "of the ... containers of the pod". */
  readonly description: string;
}

function field(pointer: string, shape: AuditShape, description: string): ContainerField {
  return { pointer, shape, description };
}

export type ContainerFieldName =
  | 'name'
  | 'image'
  | 'image.repository'
  | 'command'
  | 'args'
  | 'privileged'
  | 'allow_privilege_escalation'
  | 'read_only_fs'
  | 'run_as_user'
  | 'eff_run_as_user'
  | 'run_as_group'
  | 'eff_run_as_group'
  | 'proc_mount'
  | 'add_capabilities'
  | 'host_port';

const EACH = indexed(each);

const containerFields: Readonly<Record<ContainerFieldName, ContainerField>> = {
  name: field('/name', indexed(everyOne), 'Names'),
  image: field('/image', indexed(everyOne), 'Images'),
  'image.repository': field('/image', indexed(repositories), 'Images without tag and digest'),
  command: field('/command', indexed(joined), 'Commands, each joined by blanks,'),
  args: field('/args', indexed(joined), 'Arguments, those of each joined by blanks,'),
  privileged: field('/securityContext/privileged', EACH, 'Whether privileged, true or false,'),
  allow_privilege_escalation: field(
    '/securityContext/allowPrivilegeEscalation',
    EACH,
    'Whether processes may gain privileges, true or false,',
  ),
  read_only_fs: field(
    '/securityContext/readOnlyRootFilesystem',
    EACH,
    'Whether the root file system is read-only, true or false,',
  ),
  run_as_user: field('/securityContext/runAsUser', EACH, 'User ids that are asked for'),
  eff_run_as_user: field(
    '',
    indexed(effectiveId('runAsUser')),
    "User ids (the container's, else the pod's, else 0)",
  ),
  run_as_group: field('/securityContext/runAsGroup', EACH, 'Group ids that are asked for'),
  eff_run_as_group: field(
    '',
    indexed(effectiveId('runAsGroup')),
    "Group ids (the container's, else the pod's, else 0)",
  ),
  proc_mount: field('/securityContext/procMount', EACH, 'How /proc is mounted in each'),
  add_capabilities: field(
    '/securityContext/capabilities/add',
    EACH,
    'Capabilities that are added, as one JSON array each,',
  ),
  host_port: field('/ports', indexed(hostPorts), 'Ports on the host'),
};

export function containerRow(list: ContainerList, name: ContainerFieldName): AuditRow {
  const { pointer, shape, description } = containerFields[name];
  return [
    `ka.req.pod.${list}.${name}`,
    `/requestObject/spec/${list}/*${pointer}`,
    shape,
    `${description} of the ${words[list]} of the pod that is asked for.`,
  ];
}

/** In the order of the listing. */
export const initContainerRows: readonly AuditRow[] = rowsOf('initContainers');

/** They have no ports. */
export const ephemeralContainerRows: readonly AuditRow[] = rowsOf('ephemeralContainers').filter(
  ([name]) => !name.endsWith('.host_port'),
);

function rowsOf(list: ContainerList): readonly AuditRow[] {
  const names = Object.keys(containerFields) as ContainerFieldName[];
  return names.map((name) => containerRow(list, name));
}
