/**
 * Which of the kernel's newer ways the programs may take. Distributions carry them back into older
 * kernels, so that the release does not tell. The kernel's description of its own types (BTF) does:
 * it has the names of all that programs may call.
 */

import { readFileSync } from 'node:fs';
import { readHostFacts } from './host-facts.ts';

export interface KernelFeatures {
  /** bpf_rdonly_cast (6.2): pointers are followed by a load in place of a call. */
  readonly castsPointers: boolean;
  /** bpf_get_current_task_btf (5.11): the same for the current task. */
  readonly hasTaskBtf: boolean;
}

const BTF = '/sys/kernel/btf/vmlinux';

export function readKernelFeatures(): KernelFeatures {
  return kernelFeatures(readBtf(), readHostFacts().isJitOn !== false);
}

/** A kernel without BTF has neither; loading says so. */
function readBtf(): Buffer {
  try {
    return readFileSync(BTF);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Functions of the kernel itself, as bpf_rdonly_cast is one, take a compiler to be called. */
export function kernelFeatures(btf: Buffer, isJitOn: boolean): KernelFeatures {
  // Names end with a NUL, and the one before ends with it, too.
  return {
    castsPointers: isJitOn && btf.includes('\0bpf_rdonly_cast\0'),
    hasTaskBtf: btf.includes('\0BPF_FUNC_get_current_task_btf\0'),
  };
}
