/** The text of an event named `container`: its document within bounds. */

import type { ContainerDocument } from './container-document.ts';

/**
 * Longest text of a document. Readers of captures up to libs 0.20 refuse blocks of more than 64
 * KiB; the bounds below add up to less, and a test says so.
 */
export const CONTAINER_TEXT_BYTES_MAX = 60_000;
/** References of images have at most 455 (repository 255, tag 128, digest 71), names less. */
const TEXT_BYTES_MAX = 512;
/** Falco's bound too. */
const CNI_BYTES_MAX = 4096;
/** Of the labels of a container, and again of those of its pod. */
const LABELS_BYTES_MAX = 12 << 10;
const MOUNTS_BYTES_MAX = 16 << 10;
const PORTS_BYTES_MAX = 2 << 10;

/** What makes a container a part of its pod: never left out because others were there before it. */
const podLabels: readonly string[] = [
  'io.kubernetes.pod.name',
  'io.kubernetes.pod.namespace',
  'io.kubernetes.pod.uid',
  'io.kubernetes.container.name',
  'io.kubernetes.sandbox.id',
];

export interface ContainerText {
  readonly json: string;
  /** Labels, mounts, ports and ends of texts that did not fit. */
  readonly omitted: number;
}

/** Labels with longer values than `labelLengthMax` are left out, as Falco does. */
export function formatContainer(
  document: ContainerDocument,
  labelLengthMax: number,
): ContainerText {
  const bounds = new Bounds(labelLengthMax);
  const container = {
    type: document.type,
    id: bounds.text(document.id),
    name: bounds.text(document.name),
    image: bounds.text(document.image),
    imagedigest: bounds.text(document.imagedigest),
    imageid: bounds.text(document.imageid),
    imagerepo: bounds.text(document.imagerepo),
    imagetag: bounds.text(document.imagetag),
    User: bounds.text(document.User),
    cni_json: bounds.text(document.cni_json, CNI_BYTES_MAX),
    cpu_period: document.cpu_period,
    cpu_quota: document.cpu_quota,
    cpu_shares: document.cpu_shares,
    cpuset_cpu_count: document.cpuset_cpu_count,
    created_time: document.created_time,
    // No field shows the environment, and it is where people keep their secrets.
    env: [],
    full_id: bounds.text(document.full_id),
    host_ipc: document.host_ipc,
    host_network: document.host_network,
    host_pid: document.host_pid,
    ip: bounds.text(document.ip),
    is_pod_sandbox: document.is_pod_sandbox,
    labels: bounds.labels(document.labels),
    memory_limit: document.memory_limit,
    swap_limit: document.swap_limit,
    pod_sandbox_id: bounds.text(document.pod_sandbox_id),
    privileged: document.privileged,
    pod_sandbox_labels: bounds.labels(document.pod_sandbox_labels),
    port_mappings: bounds.list(document.port_mappings, PORTS_BYTES_MAX),
    size: document.size,
    Mounts: bounds.list(document.Mounts, MOUNTS_BYTES_MAX),
  };
  return { json: JSON.stringify({ container }), omitted: bounds.omitted };
}

class Bounds {
  omitted = 0;
  readonly #labelLengthMax: number;

  constructor(labelLengthMax: number) {
    this.#labelLengthMax = labelLengthMax;
  }

  text(text: string, bytesMax: number = TEXT_BYTES_MAX): string {
    if (jsonBytes(text) <= bytesMax) return text;
    this.omitted++;
    // At most 6 bytes a character: `\u0000`. The common case keeps what it can.
    const start = text.slice(0, bytesMax - 2);
    return jsonBytes(start) <= bytesMax ? start : text.slice(0, Math.floor((bytesMax - 2) / 6));
  }

  labels(labels: ReadonlyMap<string, string>): Record<string, string> {
    const kept: [string, string][] = [];
    let left = LABELS_BYTES_MAX;
    for (const [name, value] of inOrder(labels)) {
      const size = jsonBytes(name) + jsonBytes(value) + 2;
      if (value.length <= this.#labelLengthMax && size <= left) {
        kept.push([name, value]);
        left -= size;
      } else {
        this.omitted++;
      }
    }
    return Object.fromEntries(kept);
  }

  list<Item>(items: readonly Item[], bytesMax: number): Item[] {
    const kept: Item[] = [];
    let left = bytesMax;
    for (const item of items) {
      const size = jsonBytes(item) + 1;
      if (size <= left) {
        kept.push(item);
        left -= size;
      } else {
        this.omitted++;
      }
    }
    return kept;
  }
}

/** Runtimes give them in any order: the same labels shall give the same text. */
function inOrder(labels: ReadonlyMap<string, string>): [string, string][] {
  const isFirst = new Set(podLabels);
  const place = (name: string) => `${isFirst.has(name) ? 0 : 1}${name}`;
  return [...labels].sort(([a], [b]) => (place(a) < place(b) ? -1 : 1));
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
