/** The rows of `saker doctor`: what was found, what it means, what mends it. */

import {
  capabilitiesIn,
  formatCapabilities,
  missingCapabilities,
  NEEDED,
  WANTED,
} from '@saker/sensor/probes/capabilities.ts';
import type { HostFacts } from '@saker/sensor/probes/host-facts.ts';
import {
  formatRelease,
  isOlder,
  KERNEL_MIN,
  KERNEL_WITHOUT_MEMLOCK,
} from '@saker/sensor/probes/kernel-release.ts';
import { SensorError } from '@saker/sensor/sensor-error.ts';
import { bytesText } from '../terminal/quantity.ts';
import type { FoundSocket } from './container-sockets.ts';
import type { Finding, FindingState } from './finding.ts';
import type { Machine } from './machine.ts';
import { commandAgainst } from './verdict.ts';

/** Processors that have counters and scratch space of their own: CPUS_MAX of bpf/maps.h. */
const PROCESSORS_MAX = 1024;

export function findingsOn(machine: Machine): readonly Finding[] {
  const { facts } = machine;
  return [
    kernel(facts),
    types(facts),
    library(machine),
    programs(machine),
    privileges(machine),
    lockdown(facts),
    ...memory(facts),
    ...ways(machine),
    trial(machine),
    jit(facts),
    processes(facts),
    processors(facts),
    ...containers(machine.sockets, facts),
    ...extras(machine),
    tracefs(facts),
  ];
}

function needed(subject: string, state: FindingState, found: string, advice?: string): Finding {
  return { group: 'needed', subject, state, found, advice };
}

function wanted(subject: string, state: FindingState, found: string, advice?: string): Finding {
  return { group: 'wanted', subject, state, found, advice };
}

function kernel({ release }: HostFacts): Finding {
  if (release === '') return needed('kernel', 'unknown', '/proc does not say which');
  if (!isOlder(release, KERNEL_MIN)) return needed('kernel', 'ok', release);
  const advice = `${formatRelease(KERNEL_MIN)} or newer is needed, or one that has its features`;
  return needed('kernel', 'warning', release, advice);
}

function types({ hasBtf }: HostFacts): Finding {
  if (hasBtf) return needed('types of the kernel', 'ok', 'BTF in /sys/kernel/btf/vmlinux');
  const advice = 'boot a kernel that was built with CONFIG_DEBUG_INFO_BTF=y';
  return needed(
    'types of the kernel',
    'problem',
    'no BTF: /sys/kernel/btf/vmlinux is absent',
    advice,
  );
}

function library(machine: Machine): Finding {
  const { libbpf } = machine;
  if (!(libbpf instanceof SensorError)) return needed('libbpf', 'ok', libbpf.replace(/^v/, ''));
  return refused('libbpf', libbpf, machine);
}

function programs(machine: Machine): Finding {
  const { programs: bytes } = machine;
  if (bytes instanceof SensorError) return refused('BPF programs', bytes, machine);
  return needed('BPF programs', 'ok', `compiled, ${bytesText(bytes)}`);
}

function refused(subject: string, error: SensorError, machine: Machine): Finding {
  const command = commandAgainst(error, machine);
  return { ...needed(subject, 'problem', error.message, error.hint), command };
}

function privileges({ facts, isRoot }: Machine): Finding {
  const subject = 'privileges';
  const missing = missingCapabilities(facts.capabilities, NEEDED);
  if (missing.length > 0) {
    const finding = needed(
      subject,
      'problem',
      `${formatCapabilities(missing)} missing`,
      'run as root',
    );
    return { ...finding, command: isRoot ? undefined : 'sudo bin/saker' };
  }
  if (facts.isInUserNamespace) {
    const advice = 'capabilities of a user namespace do not count outside it';
    return needed(subject, 'problem', 'root of a user namespace', advice);
  }
  const held = capabilitiesIn(facts.capabilities).join(', ');
  const unseen = missingCapabilities(facts.capabilities, WANTED);
  if (unseen.length === 0) return needed(subject, 'ok', held);
  const advice = `without ${formatCapabilities(unseen)} not all is seen that processes of others had open before`;
  return needed(subject, 'warning', held, advice);
}

function lockdown({ lockdown: level }: HostFacts): Finding {
  if (level !== 'confidentiality') return needed('lockdown', 'ok', level ?? 'none');
  const advice = 'boot with lockdown=integrity: programs must read memory of the kernel';
  return needed('lockdown', 'problem', level, advice);
}

/** Kernels since 5.11 count memory of BPF for the control group. */
function memory({ release, memlockBytes }: HostFacts): Finding[] {
  if (!isOlder(release, KERNEL_WITHOUT_MEMLOCK)) return [];
  if (memlockBytes === Number.POSITIVE_INFINITY) {
    return [needed('locked memory', 'ok', 'unlimited')];
  }
  const advice =
    'libbpf raises the limit where CAP_SYS_RESOURCE is there; else: ulimit -l unlimited';
  return [needed('locked memory', 'warning', bytesText(memlockBytes), advice)];
}

function trial({ trial: result }: Machine): Finding {
  const subject = 'trial';
  // What to do about it stands above the table.
  if (result instanceof SensorError) return needed(subject, 'problem', result.message);
  const time = `${Math.round(result.milliseconds)} ms`;
  if (result.hook === 'tp_btf') {
    return needed(subject, 'ok', `attached to tp_btf in ${time}, records come`);
  }
  const advice = 'the kernel refuses tp_btf; all is seen the same, at some more cost';
  return needed(subject, 'warning', `attached to raw tracepoints in ${time}, records come`, advice);
}

function jit({ isJitOn }: HostFacts): Finding {
  if (isJitOn === undefined) return wanted('BPF compiler', 'unknown', '/proc does not say');
  if (isJitOn) return wanted('BPF compiler', 'ok', 'on');
  const finding = wanted(
    'BPF compiler',
    'warning',
    'off',
    'programs are interpreted, many times slower',
  );
  return { ...finding, command: 'sudo sysctl net.core.bpf_jit_enable=1' };
}

function processes({ hidepid, capabilities }: HostFacts): Finding {
  const subject = 'processes in /proc';
  if (hidepid === undefined) return wanted(subject, 'ok', 'all of them');
  const isSeen = missingCapabilities(capabilities, ['SYS_PTRACE']).length === 0;
  if (isSeen) return wanted(subject, 'ok', `all of them, in spite of hidepid=${hidepid}`);
  const advice = 'run with CAP_SYS_PTRACE, or what runs already stays unknown';
  return wanted(subject, 'warning', `hidepid=${hidepid} hides those of others`, advice);
}

function processors({ processors: count }: HostFacts): Finding {
  if (count <= PROCESSORS_MAX) return wanted('processors', 'ok', String(count));
  const advice = `counters of those beyond ${PROCESSORS_MAX} share a row and may miss some losses`;
  return wanted('processors', 'warning', String(count), advice);
}

const socketTexts: Readonly<Record<FoundSocket['state'], readonly [FindingState, string]>> = {
  answers: ['ok', 'answers'],
  forbidden: ['warning', 'may not be asked: containers will have no names'],
  silent: ['warning', 'does not answer'],
};

function containers(sockets: readonly FoundSocket[], { cgroups }: HostFacts): Finding[] {
  const rows = sockets.map(({ runtime, path, state }): Finding => {
    const [mark, text] = socketTexts[state];
    return { group: 'containers', subject: runtime, state: mark, found: `${path} ${text}` };
  });
  const none: Finding = {
    group: 'containers',
    subject: 'runtimes',
    state: 'unknown',
    found: 'none of those that can be asked for names',
  };
  const groups: Finding = {
    group: 'containers',
    subject: 'control groups',
    state: cgroups === undefined ? 'unknown' : 'ok',
    found: cgroups === undefined ? 'not mounted' : cgroups === 'hybrid' ? 'v1 and v2' : cgroups,
  };
  return [groups, ...(rows.length === 0 ? [none] : rows)];
}

/** One of them is enough. */
function ways({ hooks }: Machine): Finding[] {
  if (hooks === undefined) return [];
  const subject = 'ways into the kernel';
  if (hooks.tp_btf === undefined) return [needed(subject, 'ok', 'tp_btf')];
  const isOpen = hooks.raw_tracepoint === undefined;
  const found = isOpen
    ? 'raw tracepoints; tp_btf is refused'
    : 'tp_btf and raw tracepoints are refused';
  return [needed(subject, isOpen ? 'warning' : 'problem', found)];
}

const extraHooks = [
  ['fentry', 'fentry'],
  ['kprobe', 'kprobes'],
  ['lsm', 'LSM hooks'],
] as const;

function extras({ hooks, facts }: Machine): Finding[] {
  if (hooks === undefined) return [];
  const modules = facts.securityModules;
  return extraHooks.map(([hook, subject]): Finding => {
    if (hooks[hook] !== undefined)
      return { group: 'extra', subject, state: 'unknown', found: 'refused' };
    // Such programs attach everywhere; they are called where the module is switched on.
    const isIdle = hook === 'lsm' && !modules.includes('bpf');
    const found = isIdle ? `attach, and are not called: lsm=${modules.join(',')}` : 'open';
    return { group: 'extra', subject, state: isIdle ? 'unknown' : 'ok', found };
  });
}

function tracefs({ tracefs: path }: HostFacts): Finding {
  const found = path ?? 'not mounted';
  return {
    group: 'extra',
    subject: 'tracefs',
    state: path === undefined ? 'unknown' : 'ok',
    found,
  };
}
