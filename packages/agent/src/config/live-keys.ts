/**
 * The keys of falco.yaml that decide what is recorded on a running system, and how. Part of
 * config-keys.ts, where the rules for them stand.
 */

import {
  bool,
  choice,
  decimal,
  integer,
  type KeySpec,
  list,
  old,
  own,
  type SectionSpec,
  section,
  text,
} from './key-spec.ts';

/** Where events come from. */
export const ENGINE_KINDS = ['modern_ebpf', 'replay', 'nodriver'] as const;
/** What may be written: the last three are other ways of saying "this machine". */
export const WRITTEN_ENGINE_KINDS = [
  'modern_ebpf',
  'replay',
  'nodriver',
  'auto',
  'kmod',
  'ebpf',
] as const;

export const DROP_ACTIONS = ['ignore', 'log', 'alert', 'exit'] as const;
export const CAPTURE_MODES = ['rules', 'all_rules'] as const;

/** What container runtimes have that can be asked about containers. */
export const RUNTIME_ENGINES = ['docker', 'podman', 'containerd', 'cri'] as const;
/** Engines that are known by the names of their control groups only. */
export const PLAIN_ENGINES = ['lxc', 'libvirt_lxc', 'bpm'] as const;

/** 1 MiB to 512 MiB: see sources/ring-size.ts. */
export const RING_PRESET_MIN = 1;
export const RING_PRESET_MAX = 10;

const ringPreset = integer('Size of the ring buffer: 1 is 1 MiB, each step doubles it', 4, {
  minimum: RING_PRESET_MIN,
  maximum: RING_PRESET_MAX,
});
const dropFailedExit = bool('Leave failed system calls in the kernel', false);

export const engine: SectionSpec = section('Where events come from', {
  kind: choice(
    'The source of system call events; auto, kmod and ebpf are read as modern_ebpf',
    WRITTEN_ENGINE_KINDS,
    'modern_ebpf',
  ),
  kmod: section('Kernel module, which Saker has no use for: for the one sensor', {
    buf_size_preset: ringPreset,
    drop_failed_exit: dropFailedExit,
  }),
  ebpf: old(
    section('Probe of older Falcos, likewise', {
      probe: text('Path of the probe, not read', ''),
      buf_size_preset: ringPreset,
      drop_failed_exit: dropFailedExit,
    }),
    { before: '0.44', modernForm: 'engine.modern_ebpf' },
  ),
  gvisor: old(
    section('Events of gVisor sandboxes', {
      config: text('Configuration of the sandboxes', ''),
      root: text('Folder of their state', ''),
    }),
    { before: '0.44', whyNothing: 'events of gVisor sandboxes cannot be read' },
  ),
  modern_ebpf: section('eBPF probe', {
    cpus_for_each_buffer: integer('CPUs that share one ring buffer; all share one here', 2, {
      minimum: 0,
    }),
    buf_size_preset: ringPreset,
    drop_failed_exit: dropFailedExit,
    disable_iterators: bool('Read the initial state from /proc, as is always done here', false),
  }),
  replay: section('Capture file', { capture_file: text('Path of the capture to read', '') }),
});

export const stateKeys: SectionSpec = section('State tables', {
  thread_table_size: integer('Threads that are kept', 262_144, { minimum: 0 }),
  thread_table_auto_purging_interval_s: integer(
    'Seconds between looks for threads that are gone',
    300,
    { minimum: 0 },
  ),
  thread_table_auto_purging_thread_timeout_s: integer(
    'Seconds without events after which a thread is looked at',
    300,
    { minimum: 0 },
  ),
  snaplen: integer('Bytes of payload that are captured, 0: 80', 80, { minimum: 0 }),
});

export const live: Readonly<Record<string, KeySpec>> = {
  base_syscalls: section('System calls that are watched', {
    custom_set: list('Names, !name takes one away', text('Name'), []),
    repair: bool('Only what the rules need for a sound state', false),
    all: bool('Also those that are left out because there are so many', false),
  }),
  syscall_event_timeouts: section('Silence of the kernel', {
    max_consecutives: integer('Empty reads before it is reported', 1000, { minimum: 1 }),
  }),
  syscall_event_drops: section('Lost events', {
    threshold: decimal('Share of lost events that matters', 0.1, { minimum: 0, maximum: 1 }),
    actions: list('What is done', choice('Action', DROP_ACTIONS), ['log', 'alert']),
    rate: decimal('Actions per second in the long run', 0.033_33, { minimum: 0 }),
    max_burst: integer('Actions in a row', 1, { minimum: 0 }),
    simulate_drops: bool('Pretends that events were lost', false),
  }),
  capture: section('Captures written when rules match', {
    enabled: bool('On', false),
    path_prefix: text('Beginning of the file names', '/tmp/falco'),
    mode: choice('Which rules start one', CAPTURE_MODES, 'rules'),
    default_duration: integer('Milliseconds that are kept after a match', 5000, { minimum: 0 }),
    max_file_size_mb: integer('Largest file in MiB, 0: no limit', 0, {
      minimum: 0,
      maximum: 1_048_576,
    }),
  }),
  container_engines: old(
    containerEngines('Old place of the engines of the container plugin', {
      disable_async: bool('Not read: nothing here waits for a container runtime', false),
    }),
    { before: '0.41', modernForm: 'init_config.engines of the container plugin' },
  ),
  saker: own(
    section('What Falco does not have', {
      container_wait_ms: integer(
        'How long an alert may wait for the name and image of a young container',
        500,
        { minimum: 0, maximum: 10_000 },
      ),
    }),
  ),
};

/** `init_config` of the container plugin. */
export const containerKeys: SectionSpec = section('Container metadata', {
  label_max_len: integer('Longer labels are left out', 100, { minimum: 0 }),
  with_size: bool('Also asks how large containers are, which takes runtimes long', false),
  hooks: list('Which events of runtimes are followed', choice('Event', ['create', 'start']), [
    'create',
  ]),
  log_level: choice('Least important message', ['trace', 'debug', 'info', 'warn', 'error'], 'warn'),
  engines: containerEngines(
    'Which engines take part',
    {},
    {
      static: section('Everything is in this one container', {
        enabled: bool('On', false),
        container_id: text('Its id', ''),
        container_name: text('Its name', ''),
        container_image: text('Its image', ''),
      }),
    },
  ),
});

function containerEngines(
  meaning: string,
  ofRuntimes: Readonly<Record<string, KeySpec>>,
  others: Readonly<Record<string, KeySpec>> = {},
): SectionSpec {
  const enabled = bool('Takes part', true);
  const sockets = list('Paths of its sockets, none: the usual ones', text('Path'));
  const runtime = section('Container runtime', { enabled, sockets, ...ofRuntimes });
  const plain = section('Engine without a service', { enabled });
  return section(meaning, {
    ...Object.fromEntries(RUNTIME_ENGINES.map((name) => [name, runtime])),
    ...Object.fromEntries(PLAIN_ENGINES.map((name) => [name, plain])),
    ...others,
  });
}
