/** What the path of a control group tells about its container, beyond the short id. */

import type { ContainerKey } from './container-runtime.ts';

/** The ids that OCI runtimes make. */
const runtimeId = /(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])/g;

/**
 * State knows containers by short ids. The path has the whole one: runtimes find it faster, and a
 * container whose *name* is the short id of another one is not taken for that. Paths are written by
 * whoever may make control groups: nothing of them is believed but that it names something to ask
 * for.
 */
export function containerKey(id: string, cgroupPath: string): ContainerKey {
  const whole = cgroupPath.match(runtimeId)?.findLast((found) => found.startsWith(id));
  const at = whole === undefined ? cgroupPath.lastIndexOf(`/${id}`) + 1 : 0;
  const named = at === 0 ? id : (cgroupPath.slice(at).split('/', 1)[0] ?? id);
  const fullId = whole ?? named;
  const namespace = namespaceBefore(cgroupPath, fullId);
  return namespace === undefined ? { id, fullId } : { id, fullId, namespace };
}

/** containerd's layout: `/<namespace>/<id>`; others look like it: `/docker/<id>`. */
function namespaceBefore(cgroupPath: string, fullId: string): string | undefined {
  const parts = cgroupPath.split('/');
  return parts.length === 3 && parts[0] === '' && parts[2] === fullId ? parts[1] : undefined;
}

/** The user in whose slice the control group lies: systemd gives such slices to users. */
export function userOfCgroup(cgroupPath: string): number | undefined {
  const uid = /(?:^|\/)user-(\d{1,10})\.slice(?:\/|$)/.exec(cgroupPath)?.[1];
  return uid === undefined ? undefined : Number(uid);
}
