/**
 * Which of the kernel's newer ways the programs may take. Distributions carry them back into older
 * kernels, so that the release does not tell. The kernel's description of its own types (BTF) does:
 * it has the names of all that programs may call.
 */

import { readFileSync } from 'node:fs';
import { type HostFacts, readHostFacts } from './host-facts.ts';
import { isOlder, KERNEL_WITH_CALLS_UNPREEMPTED } from './kernel-release.ts';

export interface KernelFeatures {
  /** bpf_rdonly_cast (6.2): pointers are followed by a load in place of a call. */
  readonly castsPointers: boolean;
  /** bpf_get_current_task_btf (5.11): the same for the current task. */
  readonly hasTaskBtf: boolean;
  /**
   * bpf_preempt_disable (6.10), where it is of use (6.15). Kernels that let tasks be preempted in
   * tracepoints (7.0) need it.
   */
  readonly disablesPreemption: boolean;
}

const BTF = '/sys/kernel/btf/vmlinux';

export function readKernelFeatures(): KernelFeatures {
  return kernelFeatures(readBtf(), readHostFacts());
}

/** A kernel without BTF has none; loading says so. */
function readBtf(): Buffer {
  try {
    return readFileSync(BTF);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Functions of the kernel itself, as bpf_rdonly_cast is one, take a compiler to be called. */
export function kernelFeatures(
  btf: Buffer,
  { isJitOn, release }: Pick<HostFacts, 'isJitOn' | 'release'>,
): KernelFeatures {
  // Names end with a NUL, and the one before ends with it, too.
  const has = (name: string): boolean => btf.includes(`\0${name}\0`);
  return {
    castsPointers: isJitOn !== false && has('bpf_rdonly_cast'),
    hasTaskBtf: has('BPF_FUNC_get_current_task_btf'),
    disablesPreemption:
      isJitOn !== false &&
      has('bpf_preempt_disable') &&
      !isOlder(release, KERNEL_WITH_CALLS_UNPREEMPTED),
  };
}
