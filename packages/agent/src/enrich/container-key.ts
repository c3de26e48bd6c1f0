/** What the path of a control group tells about its container, beyond the short id. */

import type { ContainerEngine } from '@saker/core/state/container-engines.ts';
import type { ContainerKey } from './container-runtime.ts';

/** Of the ids that OCI runtimes make. */
const RUNTIME_ID_LENGTH = 64;

/**
 * State knows containers by short ids. The path has the whole one: runtimes find it faster, and a
 * container whose *name* is the short id of another one is not taken for that. Paths are written by
 * whoever may make control groups: nothing of them is believed but that it names something to ask for.
 */
export function containerKey(
  id: string,
  engine: ContainerEngine,
  cgroupPath: string,
): ContainerKey {
  const at = cgroupPath.lastIndexOf(id);
  if (at < 0) return { id, fullId: id };
  const hex = /^[0-9a-fA-F]*/.exec(cgroupPath.slice(at))?.[0] ?? '';
  const isRuntimeId = hex.length === RUNTIME_ID_LENGTH;
  const fullId = isRuntimeId ? hex : (cgroupPath.slice(at).split('/', 1)[0] ?? id);
  const namespace = engine === 'containerd' ? namespaceBefore(cgroupPath, at) : undefined;
  return namespace === undefined ? { id, fullId } : { id, fullId, namespace };
}

/** containerd's layout: `/<namespace>/<id>`. */
function namespaceBefore(cgroupPath: string, at: number): string | undefined {
  const parts = cgroupPath.slice(0, at).split('/');
  return parts.length === 3 && parts[0] === '' && parts[2] === '' ? parts[1] : undefined;
}

/** The user in whose slice the control group lies: systemd gives such slices to users. */
export function userOfCgroup(cgroupPath: string): number | undefined {
  const uid = /(?:^|\/)user-(\d{1,10})\.slice(?:\/|$)/.exec(cgroupPath)?.[1];
  return uid === undefined ? undefined : Number(uid);
}
