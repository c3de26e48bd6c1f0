/** What is recorded on a running system, and how: the keys of live-keys.ts. */

import type { Config, DropAction, DropsConfig, EngineConfig } from './config.ts';
import { describeNode } from './config-node.ts';
import type { ConfigProblems } from './config-problems.ts';
import { type ConfigReader, textsOf } from './config-reader.ts';
import { CAPTURE_MODES, DROP_ACTIONS, WRITTEN_ENGINE_KINDS } from './live-keys.ts';

/** SNAPLEN_MAX of Falco's probe: a parameter has at most 64 KiB with all that belongs to it. */
const SNAP_BYTES_MAX = 65_000;
const SNAP_BYTES_DEFAULT = 80;
const MIB_BYTES = 1 << 20;

export function readEngine(reader: ConfigReader, problems: ConfigProblems): EngineConfig {
  const written = writtenKind(reader, problems);
  const usesOldProbe = written === 'kmod' || written === 'ebpf';
  if (usesOldProbe) {
    problems.warn(
      'engine.kind',
      `engine.kind ${written}: there is one sensor here, an eBPF probe, and it is used instead`,
    );
  }
  const section = `engine.${usesOldProbe ? written : 'modern_ebpf'}`;
  return {
    kind: usesOldProbe || written === 'auto' ? 'modern_ebpf' : written,
    captureFile: reader.text('engine.replay.capture_file'),
    ringPreset: problems.number(`${section}.buf_size_preset`),
    dropsFailedCalls: reader.boolean(`${section}.drop_failed_exit`),
  };
}

function writtenKind(
  reader: ConfigReader,
  problems: ConfigProblems,
): (typeof WRITTEN_ENGINE_KINDS)[number] {
  const node = reader.node('engine.kind');
  if (node?.kind !== 'scalar' || node.text !== 'gvisor') {
    return problems.choice('engine.kind', WRITTEN_ENGINE_KINDS);
  }
  const message =
    'engine.kind gvisor: events of gVisor sandboxes cannot be read; Falco dropped them in 0.44';
  const hint = 'modern_ebpf watches the host, which sees of a sandbox what it asks of the kernel';
  problems.at('engine.kind', message, hint);
  return 'modern_ebpf';
}

type LiveConfig = Pick<
  Config,
  | 'baseSyscalls'
  | 'drops'
  | 'emptyReadsMax'
  | 'threadTableSize'
  | 'threadPurge'
  | 'snapBytes'
  | 'capture'
>;

export function readLiveConfig(reader: ConfigReader, problems: ConfigProblems): LiveConfig {
  const fileMib = problems.number('capture.max_file_size_mb');
  const snapBytes = reader.number('falco_libs.snaplen') || SNAP_BYTES_DEFAULT;
  return {
    baseSyscalls: {
      customSet: textsOf(reader.node('base_syscalls.custom_set')),
      repair: reader.boolean('base_syscalls.repair'),
      all: reader.boolean('base_syscalls.all'),
    },
    drops: readDrops(reader, problems),
    emptyReadsMax: problems.number('syscall_event_timeouts.max_consecutives'),
    threadTableSize: reader.number('falco_libs.thread_table_size'),
    threadPurge: {
      intervalS: reader.number('falco_libs.thread_table_auto_purging_interval_s'),
      timeoutS: reader.number('falco_libs.thread_table_auto_purging_thread_timeout_s'),
    },
    snapBytes: Math.min(snapBytes, SNAP_BYTES_MAX),
    capture: {
      enabled: reader.boolean('capture.enabled'),
      pathPrefix: reader.text('capture.path_prefix'),
      mode: problems.choice('capture.mode', CAPTURE_MODES),
      defaultDurationMs: problems.number('capture.default_duration'),
      fileBytesMax: fileMib === 0 ? undefined : fileMib * MIB_BYTES,
    },
  };
}

function readDrops(reader: ConfigReader, problems: ConfigProblems): DropsConfig {
  const section = 'syscall_event_drops';
  return {
    threshold: problems.number(`${section}.threshold`),
    actions: dropActions(reader, problems),
    rate: problems.number(`${section}.rate`),
    maxBurst: problems.number(`${section}.max_burst`),
    simulate: reader.boolean(`${section}.simulate_drops`),
  };
}

/** Each action once, in the order in which they are done. */
function dropActions(reader: ConfigReader, problems: ConfigProblems): readonly DropAction[] {
  const path = 'syscall_event_drops.actions';
  const nodes = reader.list(path);
  if (nodes === undefined) return ['log', 'alert'];
  const found = new Set<DropAction>();
  for (const node of nodes) {
    const written = node.kind === 'scalar' ? node.text : '';
    const action = DROP_ACTIONS.find((one) => one === written);
    if (action === undefined) {
      const choices = DROP_ACTIONS.join(', ');
      problems.node(node, `${path}: expected one of ${choices}, found ${describeNode(node)}`);
    } else if (found.has('ignore') && (action === 'log' || action === 'alert')) {
      problems.node(node, `${path}: "${action}" makes no sense together with "ignore"`);
    } else {
      found.add(action);
    }
  }
  return DROP_ACTIONS.filter((action) => action !== 'ignore' && found.has(action));
}
