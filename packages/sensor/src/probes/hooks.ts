/**
 * Which ways into the kernel are open: an empty program for each (bpf/families/probe.h) is loaded,
 * attached, and taken away again.
 */

import { BpfObject } from '../bpf-object.ts';
import { SensorError } from '../sensor-error.ts';

/**
 * Detection needs one of the first two. The others are extras that nothing depends on: many
 * machines refuse them.
 */
export const HOOKS = ['tp_btf', 'raw_tracepoint', 'fentry', 'kprobe', 'lsm'] as const;
export type Hook = (typeof HOOKS)[number];

/** undefined: it is open. */
export type Hooks = Readonly<Record<Hook, SensorError | undefined>>;

export function probeHooks(image: Uint8Array): Hooks {
  return {
    tp_btf: probe(image, 'tp_btf'),
    raw_tracepoint: probe(image, 'raw_tracepoint'),
    fentry: probe(image, 'fentry'),
    kprobe: probe(image, 'kprobe'),
    lsm: probe(image, 'lsm'),
  };
}

function probe(image: Uint8Array, hook: Hook): SensorError | undefined {
  const program = `probe_${hook}`;
  let object: BpfObject | undefined;
  try {
    object = new BpfObject(image);
    object.choose(new Set([program]));
    object.load();
    object.attach(program);
    return undefined;
  } catch (error) {
    if (error instanceof SensorError) return error;
    throw error;
  } finally {
    object?.close();
  }
}
