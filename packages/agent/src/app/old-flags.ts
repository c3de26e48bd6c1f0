/**
 * Flags that Falco had in older versions and that unit files and scripts still pass: what each does
 * here. Names, shapes and versions are those of Falco's own releases.
 */

export interface OldFlag {
  /** Letter and long name, or the one that there is. */
  readonly names: readonly string[];
  readonly argument: 'none' | 'needed' | 'optional';
  /** The first version without it. */
  readonly before: string;
  readonly does: OldFlagEffect;
}

export type OldFlagEffect =
  /** Works as these `-o` options; % stands for the value. */
  | {
      readonly options: readonly string[];
      /** Once, before all others, however often the flag is given. */
      readonly first?: readonly string[];
    }
  /** Another spelling of today's flags. */
  | { readonly flags: readonly string[] }
  /** Accepted: what it asked for is not needed here, because. */
  | { readonly notNeeded: string }
  /** Refused: going on without it would do something else than was asked for, because. */
  | { readonly refused: string };

const FROM_RUNTIME =
  'metadata of pods comes from the container runtime, the Kubernetes API is not asked';
const GVISOR = 'events of gVisor sandboxes cannot be read';

export const oldFlags: readonly OldFlag[] = [
  {
    names: ['A'],
    argument: 'none',
    before: '0.41',
    does: { options: ['base_syscalls.all=true'] },
  },
  {
    names: ['b', 'print-base64'],
    argument: 'none',
    before: '0.41',
    does: { options: ['buffer_format_base64=true'] },
  },
  {
    names: ['D'],
    argument: 'needed',
    before: '0.39',
    does: { options: ['rules[].disable.rule=*%*'] },
  },
  {
    names: ['T'],
    argument: 'needed',
    before: '0.39',
    does: { options: ['rules[].disable.tag=%'] },
  },
  {
    names: ['t'],
    argument: 'needed',
    before: '0.39',
    does: { first: ['rules[].disable.rule=*'], options: ['rules[].enable.tag=%'] },
  },
  {
    names: ['e'],
    argument: 'needed',
    before: '0.38',
    does: { options: ['engine.kind=replay', 'engine.replay.capture_file=%'] },
  },
  {
    names: ['S', 'snaplen'],
    argument: 'needed',
    before: '0.41',
    does: { options: ['falco_libs.snaplen=%'] },
  },
  {
    names: ['s'],
    argument: 'needed',
    before: '0.36',
    does: {
      first: ['metrics.interval=5s'],
      options: ['metrics.enabled=true', 'metrics.output_rule=false', 'metrics.output_file=%'],
    },
  },
  {
    names: ['stats-interval'],
    argument: 'needed',
    before: '0.36',
    does: { options: ['metrics.interval=%ms'] },
  },
  {
    names: ['cri'],
    argument: 'needed',
    before: '0.40',
    does: { options: ['container_engines.cri.sockets[]=%'] },
  },
  {
    names: ['modern-bpf'],
    argument: 'none',
    before: '0.38',
    does: { options: ['engine.kind=modern_ebpf'] },
  },
  {
    names: ['nodriver'],
    argument: 'none',
    before: '0.38',
    does: { options: ['engine.kind=nodriver'] },
  },
  { names: ['ignored-events'], argument: 'none', before: '0.32', does: { flags: ['-i'] } },
  {
    names: ['list-syscall-events'],
    argument: 'none',
    before: '0.36',
    does: { flags: ['--list-events'] },
  },
  {
    names: ['list-fields-markdown'],
    argument: 'optional',
    before: '0.32',
    does: { flags: ['--list=%', '--format=markdown'] },
  },
  {
    names: ['k', 'k8s-api'],
    argument: 'needed',
    before: '0.37',
    does: { notNeeded: FROM_RUNTIME },
  },
  {
    names: ['K', 'k8s-api-cert'],
    argument: 'needed',
    before: '0.37',
    does: { notNeeded: FROM_RUNTIME },
  },
  { names: ['k8s-node'], argument: 'needed', before: '0.37', does: { notNeeded: FROM_RUNTIME } },
  {
    names: ['disable-cri-async'],
    argument: 'none',
    before: '0.39',
    does: {
      notNeeded:
        'alerts wait for the metadata of a young container, saker.container_wait_ms says how long',
    },
  },
  {
    names: ['alternate-lua-dir'],
    argument: 'needed',
    before: '0.29',
    does: { notNeeded: 'rules are not evaluated by Lua' },
  },
  {
    names: ['d', 'daemon'],
    argument: 'none',
    before: '0.36',
    does: {
      refused:
        'the program stays in the foreground; a service manager keeps it running (systemd: ' +
        'Type=simple or exec)',
    },
  },
  {
    names: ['w', 'writefile'],
    argument: 'needed',
    before: '0.32',
    does: { refused: 'saker record FILE records, and the section capture does around alerts' },
  },
  {
    names: ['m', 'mesos-api'],
    argument: 'needed',
    before: '0.35',
    does: { refused: 'metadata of Mesos is not known, Falco has dropped the fields mesos.*' },
  },
  {
    names: ['u', 'userspace'],
    argument: 'none',
    before: '0.37',
    does: { refused: 'events come from the kernel (engine.kind), a ptrace driver is not there' },
  },
  { names: ['g', 'gvisor-config'], argument: 'needed', before: '0.38', does: { refused: GVISOR } },
  { names: ['gvisor-root'], argument: 'needed', before: '0.38', does: { refused: GVISOR } },
  {
    names: ['gvisor-generate-config'],
    argument: 'optional',
    before: '0.44',
    does: { refused: GVISOR },
  },
];

/** Flags that are looked for and never were: how they begin, and what to do instead. */
const soughtFlags: readonly (readonly [beginning: string, answer: string])[] = [
  [
    'k8s-audit',
    'the Kubernetes audit log is configured as a plugin (load_plugins: [k8saudit, json]) or, as ' +
      'in Falco before 0.32, by webserver.k8s_audit_endpoint',
  ],
];

export function answerTo(name: string): string | undefined {
  return soughtFlags.find(([beginning]) => name.startsWith(beginning))?.[1];
}

const byName = new Map(oldFlags.flatMap((flag) => flag.names.map((name) => [name, flag] as const)));

export function findOldFlag(name: string): OldFlag | undefined {
  return byName.get(name);
}
