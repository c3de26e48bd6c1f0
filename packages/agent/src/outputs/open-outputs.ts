/** The one table from a configuration to its outputs. */

import type { OutputsConfig } from '../config/output-config.ts';
import type { Streams } from '../host/streams.ts';
import type { AlertOutput, Outcome } from './alert-output.ts';
import { FileOutput } from './file-output.ts';
import type { ServedVersions } from './grpc/services.ts';
import { PooledStdout } from './pooled-stdout.ts';

export type OutputName = 'stdout' | 'file' | 'syslog' | 'program' | 'http' | 'grpc';

/** What outputs need beside their configuration. */
export interface OutputSurroundings {
  readonly streams: Streams;
  readonly outcome: Outcome;
  /** Lines are JSON documents. */
  readonly json: boolean;
  /**
   * Alerts wait for a receiver that cannot be reached, as long as there is room. False in a replay,
   * which shall end.
   */
  readonly holds: boolean;
  readonly versions: ServedVersions;
}

export interface OutputKind {
  readonly name: OutputName;
  readonly isOn: (config: OutputsConfig) => boolean;
  /** undefined when it is not on. What it needs is loaded now: most configurations have few. */
  readonly open: (
    config: OutputsConfig,
    surroundings: OutputSurroundings,
  ) => AlertOutput | undefined | Promise<AlertOutput | undefined>;
  /**
   * - own thread: it blocks, and does more than writing; or clients are connected to it, whom the
   *   change of another output shall not cut off;
   * - shared thread: it does much, and never blocks;
   * - here: what it does costs no more than handing alerts to a thread.
   */
  readonly place: 'own thread' | 'shared thread' | 'here';
  /** It may keep a thread in a system call for ever, which a process that ends would wait for. */
  readonly mayHang: boolean;
  /**
   * Most alerts that are on their way to it at a time. Few: it is among those that still wait that
   * the unimportant ones are dropped. Enough that the way there and back is no limit.
   */
  readonly window: (config: OutputsConfig) => number;
  /** It is given alerts, and does not only stand ready for other questions. */
  readonly isFed: (config: OutputsConfig) => boolean;
  /** Wants the alert beside its line. */
  readonly takesAlerts: boolean;
  /** It delivers when somebody asks: that nobody does is no failure. */
  readonly isPulled: boolean;
  /** Alerts that may wait when the configuration gives no number. */
  readonly queueMax: number;
}

/** Minutes of a busy host. */
const LINES_MAX = 100_000;
/** Alerts with their fields take ten times the room of a line. */
const ALERTS_MAX = 10_000;

const pushed = {
  isFed: () => true,
  takesAlerts: false,
  isPulled: false,
  queueMax: LINES_MAX,
} as const;

const outputKinds: readonly OutputKind[] = [
  {
    name: 'file',
    isOn: ({ file }) => file !== undefined,
    open: ({ file }, { outcome }) => file && new FileOutput(file, outcome),
    place: 'own thread',
    mayHang: true,
    window: () => 1000,
    ...pushed,
  },
  {
    name: 'stdout',
    isOn: ({ stdout }) => stdout,
    open: (_, { outcome }) => new PooledStdout(outcome),
    place: 'here',
    mayHang: true,
    window: () => 1000,
    ...pushed,
  },
  {
    name: 'syslog',
    isOn: ({ syslog }) => syslog !== undefined,
    async open({ syslog }, { outcome }) {
      const { SyslogOutput } = await import('./syslog-output.ts');
      return syslog && new SyslogOutput(syslog, outcome);
    },
    place: 'here',
    mayHang: false,
    window: () => 256,
    ...pushed,
  },
  {
    name: 'program',
    isOn: ({ program }) => program !== undefined,
    async open({ program }, { outcome }) {
      const { ProgramOutput } = await import('./program/program-output.ts');
      return program && new ProgramOutput(program, outcome);
    },
    place: 'shared thread',
    mayHang: false,
    window: () => 256,
    ...pushed,
  },
  {
    name: 'http',
    isOn: ({ http }) => http !== undefined,
    async open({ http }, surroundings) {
      const { HttpOutput } = await import('./http/http-output.ts');
      return http && new HttpOutput(http, surroundings);
    },
    place: 'shared thread',
    mayHang: false,
    // Two full requests: one is on its way while the next one fills.
    window: ({ http }) => Math.max(64, 2 * (http?.batch.alertsMax ?? 1)),
    ...pushed,
  },
  {
    name: 'grpc',
    isOn: ({ grpc }) => grpc !== undefined,
    async open({ grpc }, { outcome, versions }) {
      const { GrpcOutput } = await import('./grpc/grpc-output.ts');
      return grpc && new GrpcOutput(grpc, versions, outcome);
    },
    place: 'own thread',
    mayHang: false,
    window: () => 256,
    isFed: ({ grpc }) => grpc?.alerts === true,
    takesAlerts: true,
    isPulled: true,
    queueMax: ALERTS_MAX,
  },
];

/** Of those that a configuration switches on. */
export function kindsOf(config: OutputsConfig): readonly OutputKind[] {
  return outputKinds.filter(({ isOn }) => isOn(config));
}
