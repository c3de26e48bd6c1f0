/** Keys about what is recorded on a running system, and how. */

import { planSyscalls } from '@saker/core/engine/plan/plan-syscalls.ts';
import { syscallsNamed } from '@saker/core/engine/plan/syscall-index.ts';
import { LOST_CLASSES, type SensorCounters } from '@saker/sensor/sensor-counters.ts';
import type { Config } from '../config/config.ts';
import { DropMonitor, type DropReport } from '../sources/drops/drop-monitor.ts';
import { SilenceMonitor } from '../sources/drops/silence-monitor.ts';
import { ringBytes } from '../sources/ring-size.ts';
import { configured, type IdleKey, type KeyRow, linesOf, replayed, row } from './key-row.cases.ts';

const MIB = 1 << 20;
const NO_LOSS = Object.fromEntries(LOST_CLASSES.map((name) => [name, 0]));

function counters(records: number, lostTotal: number): SensorCounters {
  const lost = { ...NO_LOSS, open: lostTotal } as SensorCounters['lost'];
  return { records, lost, lostTotal, tooLong: 0 };
}

/** One second after the other in each of which so many of 1000 records were lost. */
function seconds(drops: Config['drops'], lostInEach: readonly number[]): DropReport[] {
  const monitor = new DropMonitor(drops, counters(0, 0), 0);
  let lost = 0;
  return lostInEach.map((more, index) => {
    lost += more;
    return monitor.check(counters(1000 * (index + 1), lost), 1001 * (index + 1));
  });
}

const alertsIn = (lostInEach: readonly number[]) => (config: Config) =>
  seconds(config.drops, lostInEach).filter(({ alert }) => alert !== undefined).length;

function selects(name: string, { baseSyscalls }: Config): boolean {
  const [code = -1] = syscallsNamed(name);
  return planSyscalls(new Set(syscallsNamed('openat')), baseSyscalls).selected.has(code);
}

const kinds = (key: string) => `engine.${key}.buf_size_preset`;
const rings = ['modern_ebpf', 'kmod', 'ebpf'].flatMap((kind) => [
  configured(
    kinds(kind),
    ({ engine }) => ringBytes(engine.ringPreset),
    [
      ['1', MIB],
      ['4', 8 * MIB],
    ],
    `engine.kind=${kind}`,
  ),
  configured(
    `engine.${kind}.drop_failed_exit`,
    ({ engine }) => engine.dropsFailedCalls,
    [
      ['true', true],
      ['false', false],
    ],
    `engine.kind=${kind}`,
  ),
]);

export const engineRows: readonly KeyRow[] = [
  row(
    'engine.kind',
    async (lab, options) => {
      const { code, stderr } = await lab.replay(options);
      return [code, /nodriver/.test(stderr)];
    },
    ['replay', [0, false]],
    ['nodriver', [1, true]],
  ),
  row(
    'engine.replay.capture_file',
    async (lab, options) => linesOf(await lab.replay(options)).length,
    ['FOLDER/story.scap', 5],
    ['FOLDER/none.scap', 0],
  ),
  ...rings,
];

export const recordRows: readonly KeyRow[] = [
  configured('base_syscalls.custom_set', (config) => selects('mkdir', config), [
    [['base_syscalls.custom_set[]=mkdir'], true],
    [['base_syscalls.custom_set[]=!mkdir'], false],
  ]),
  configured('base_syscalls.repair', (config) => selects('bind', config), [
    ['false', true],
    ['true', false],
  ]),
  configured(
    'base_syscalls.all',
    (config) => selects('read', config),
    [
      ['false', false],
      ['true', true],
    ],
    'base_syscalls.custom_set[]=read',
  ),
  configured(
    'syscall_event_timeouts.max_consecutives',
    ({ emptyReadsMax }) => new SilenceMonitor(emptyReadsMax, 0).check(31) !== undefined,
    [
      ['1', true],
      ['1000', false],
    ],
  ),
  configured('syscall_event_drops.threshold', alertsIn([50]), [
    ['0.1', 0],
    ['0.01', 1],
  ]),
  configured(
    'syscall_event_drops.actions',
    ({ drops }) =>
      seconds(drops, [500]).map(({ logs, alert, exits }) => [
        logs.length > 0,
        alert !== undefined,
        exits,
      ])[0],
    [
      [['syscall_event_drops.actions=log'], [true, false, false]],
      [['syscall_event_drops.actions=alert'], [false, true, false]],
      [['syscall_event_drops.actions=exit'], [true, false, true]],
      [['syscall_event_drops.actions=ignore'], [false, false, false]],
    ],
  ),
  configured('syscall_event_drops.rate', alertsIn([500, 500, 500]), [
    ['0.0001', 1],
    ['10', 3],
  ]),
  configured(
    'syscall_event_drops.max_burst',
    alertsIn([500, 500, 500]),
    [
      ['1', 1],
      ['2', 2],
    ],
    'syscall_event_drops.rate=0.0001',
  ),
  configured('syscall_event_drops.simulate_drops', alertsIn([0]), [
    ['false', 0],
    ['true', 1],
  ]),
];

export const stateRows: readonly KeyRow[] = [
  row(
    'falco_libs.thread_table_size',
    replayed((outcome) => linesOf(outcome)[0]?.endsWith('by=tool')),
    ['100', true],
    ['1', false],
  ),
  configured('falco_libs.thread_table_auto_purging_interval_s', (c) => c.threadPurge.intervalS, [
    ['300', 300],
    ['1', 1],
  ]),
  configured(
    'falco_libs.thread_table_auto_purging_thread_timeout_s',
    ({ threadPurge }) => threadPurge.timeoutS,
    [
      ['300', 300],
      ['1', 1],
    ],
  ),
  configured('falco_libs.snaplen', ({ snapBytes }) => snapBytes, [
    ['80', 80],
    ['512', 512],
  ]),
];

const runtimes = ['docker', 'podman', 'containerd', 'cri'] as const;
const plain = [
  ['lxc', 'lxc'],
  ['libvirt_lxc', 'libvirt-lxc'],
  ['bpm', 'bpm'],
] as const;

export const containerRows: readonly KeyRow[] = [
  ...[...runtimes.map((name) => [name, name] as const), ...plain].map(([key, engine]) =>
    configured(
      `container_engines.${key}.enabled`,
      ({ containers }) => containers.engines.includes(engine),
      [
        ['true', true],
        ['false', false],
      ],
    ),
  ),
  ...runtimes.map((name) =>
    configured(
      `container_engines.${name}.sockets`,
      ({ containers }) => containers.sockets.get(name),
      [
        [[`container_engines.${name}.sockets[]=/a.sock`], ['/a.sock']],
        [[`container_engines.${name}.sockets=/b.sock`], ['/b.sock']],
      ],
    ),
  ),
  configured('saker.container_wait_ms', ({ containers }) => containers.waitMs, [
    ['500', 500],
    ['0', 0],
  ]),
];

const GVISOR = 'events of gVisor sandboxes cannot be read';
const NO_WAIT = 'nothing here waits for a container runtime; saker.container_wait_ms is for alerts';

export const liveIdleKeys: readonly IdleKey[] = [
  { key: 'engine.ebpf.probe', reason: 'the sensor has its programs within itself' },
  { key: 'engine.gvisor.config', reason: GVISOR },
  { key: 'engine.gvisor.root', reason: GVISOR },
  {
    key: 'engine.modern_ebpf.cpus_for_each_buffer',
    reason: 'one ring serves all CPUs, which keeps the order of events',
  },
  {
    key: 'modern_bpf.cpus_for_each_syscall_buffer',
    reason: 'read as engine.modern_ebpf.cpus_for_each_buffer: one ring serves all CPUs',
  },
  {
    key: 'engine.modern_ebpf.disable_iterators',
    reason: 'the initial state is read from /proc, always',
  },
  ...runtimes.map((name) => ({
    key: `container_engines.${name}.disable_async`,
    reason: NO_WAIT,
  })),
];
