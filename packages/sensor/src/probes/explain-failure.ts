/**
 * Why the programs could not be loaded. The kernel has one number for many reasons (EPERM is a
 * missing capability, a user namespace, a seccomp filter or too little memory; EINVAL a missing
 * feature or lockdown); what the machine says of itself tells them apart.
 */

import { SensorError, type SensorProblem } from '../sensor-error.ts';
import { formatCapabilities, hasCapability, missingCapabilities, NEEDED } from './capabilities.ts';
import type { HostFacts } from './host-facts.ts';
import { formatRelease, isOlder, KERNEL_MIN, KERNEL_WITHOUT_MEMLOCK } from './kernel-release.ts';

/** The kernel's own refusals. The others already say what is wrong. */
const refusals: ReadonlySet<SensorProblem> = new Set([
  'missing-capability',
  'load-failed',
  'attach-failed',
  'memory-lock',
]);

/** What the sensor locks on kernels that count it: the ring twice, scratch space, programs. */
const MEMLOCK_BYTES_MIN = 64 << 20;

/** The same failure with the reason and what to do, or `error` itself where there is no better. */
export function explainFailure(error: SensorError, facts: HostFacts): SensorError {
  if (!refusals.has(error.code)) return error;
  const reason = permission(facts) ?? kernel(facts);
  if (reason !== undefined) return explained(error, reason);
  if (error.code !== 'missing-capability') return error;
  const refused = refusal(facts);
  return refused === undefined ? error : explained(error, refused);
}

interface Reason {
  readonly code: SensorProblem;
  readonly message: string;
  readonly hint?: string | undefined;
}

function explained(error: SensorError, { code, message, hint }: Reason): SensorError {
  return new SensorError(code, message, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

/** What this process may not do, whatever the kernel can. */
function permission(facts: HostFacts): Reason | undefined {
  const missing = missingCapabilities(facts.capabilities, NEEDED);
  if (missing.length > 0) {
    return {
      code: 'missing-capability',
      message: `${formatCapabilities(missing)} ${missing.length === 1 ? 'is' : 'are'} missing`,
      hint: 'run as root, or give the process CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH',
    };
  }
  if (facts.isInUserNamespace) {
    return {
      code: 'missing-capability',
      message: 'capabilities of a user namespace do not count outside it',
      hint: 'run outside the user namespace: as root of the machine, or in a container that is not rootless',
    };
  }
  return undefined;
}

/** What the kernel cannot do, or was told not to. */
function kernel({ release, hasBtf, lockdown }: HostFacts): Reason | undefined {
  if (lockdown === 'confidentiality') {
    return {
      code: 'lockdown',
      message: 'the kernel is locked down: nothing may read its memory, which detection needs',
      hint: 'boot with lockdown=integrity, or with Secure Boot off where the distribution locks down by it',
    };
  }
  if (isOlder(release, KERNEL_MIN)) {
    return {
      code: 'kernel-too-old',
      message: `the kernel is ${release}, ${formatRelease(KERNEL_MIN)} or newer is needed`,
      hint: "install the distribution's current kernel and boot it",
    };
  }
  if (!hasBtf) {
    return {
      code: 'no-btf',
      message: 'the kernel does not describe its types: /sys/kernel/btf/vmlinux is absent',
      hint: 'boot a kernel that was built with CONFIG_DEBUG_INFO_BTF=y, as those of the distributions are',
    };
  }
  return undefined;
}

/** Capabilities are there, and the kernel refuses all the same. */
function refusal(facts: HostFacts): Reason | undefined {
  const { release, memlockBytes, isFiltered, capabilities } = facts;
  if (isOlder(release, KERNEL_WITHOUT_MEMLOCK) && memlockBytes < MEMLOCK_BYTES_MIN) {
    return {
      code: 'memory-lock',
      message: `only ${memlockBytes} bytes of memory may be locked`,
      hint: 'raise the limit: ulimit -l unlimited, LimitMEMLOCK=infinity, or CAP_SYS_RESOURCE',
    };
  }
  if (isFiltered) {
    return {
      code: 'missing-capability',
      message: 'a seccomp filter keeps this process from loading BPF programs',
      hint: 'run the container with --privileged, or with --security-opt seccomp=unconfined',
    };
  }
  if (!hasCapability(capabilities, 'SYS_ADMIN')) {
    return {
      code: 'missing-capability',
      message: 'the kernel refuses BPF programs without CAP_SYS_ADMIN',
      hint: 'run as root: libbpf before 1.4 needs more than CAP_BPF and CAP_PERFMON on kernels before 6.2',
    };
  }
  return undefined;
}
