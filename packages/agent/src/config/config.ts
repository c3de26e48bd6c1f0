/**
 * The configuration as the agent uses it: checked, with defaults filled in. Immutable; a reload
 * makes a new one.
 */

import type { LineOptions } from '@saker/core/engine/alert-line.ts';
import type { BaseSyscalls } from '@saker/core/engine/plan/plan-syscalls.ts';
import type { AppendOutput } from '@saker/core/rules/append-output.ts';
import type { Priority } from '@saker/core/rules/rule.ts';
import type { RuleSelection } from '@saker/core/rules/selection.ts';
import type { ContainerEngine } from '@saker/core/state/container-engines.ts';
import type { RULE_MATCHINGS } from './config-keys.ts';
import type { CAPTURE_MODES, DROP_ACTIONS, ENGINE_KINDS, RUNTIME_ENGINES } from './live-keys.ts';
import type { OutputsConfig } from './output-config.ts';
import type { LogConfig, MetricsConfig, PluginConfig, WebServerConfig } from './service-config.ts';

export type * from './output-config.ts';
export type * from './service-config.ts';

export type EngineKind = (typeof ENGINE_KINDS)[number];
export type DropAction = (typeof DROP_ACTIONS)[number];
export type CaptureMode = (typeof CAPTURE_MODES)[number];
export type RuntimeEngine = (typeof RUNTIME_ENGINES)[number];
export type RuleMatching = (typeof RULE_MATCHINGS)[number];

export interface EngineConfig {
  readonly kind: EngineKind;
  /** Of `replay`. */
  readonly captureFile: string;
  /** 1 to 10; sources/ring-size.ts tells the bytes. */
  readonly ringPreset: number;
  /** Calls that fail are not recorded. */
  readonly dropsFailedCalls: boolean;
}

/** syscall_event_drops. */
export interface DropsConfig {
  /** Share of lost events, 0 to 1, beyond which something is done. */
  readonly threshold: number;
  /** In the order in which they are done; empty: nothing is. */
  readonly actions: readonly DropAction[];
  /** Actions per second in the long run. */
  readonly rate: number;
  readonly maxBurst: number;
  readonly simulate: boolean;
}

export interface CaptureConfig {
  readonly enabled: boolean;
  /** `_<time>_<event number>.scap` follows. */
  readonly pathPrefix: string;
  /** rules: those with `capture: true` start one; all_rules: all do. */
  readonly mode: CaptureMode;
  /** For rules without a duration of their own. */
  readonly defaultDurationMs: number;
  /** undefined: no limit. */
  readonly fileBytesMax: number | undefined;
}

export interface StaticContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
}

export interface ContainersConfig {
  /** Whose control groups are recognised, and whose services are asked. */
  readonly engines: readonly ContainerEngine[];
  /** As configured, without HOST_ROOT; those that are absent use their usual ones. */
  readonly sockets: ReadonlyMap<RuntimeEngine, readonly string[]>;
  /** Everything is in this one, and nobody is asked. */
  readonly staticContainer: StaticContainer | undefined;
  /** Longer labels are left out. */
  readonly labelLengthMax: number;
  readonly withSize: boolean;
  /** How long an alert waits for the metadata of a container that is younger than it. */
  readonly waitMs: number;
}

export interface Config {
  readonly engine: EngineConfig;
  /** undefined: not configured, the default files are meant. */
  readonly rulesFiles: readonly string[] | undefined;
  readonly ruleSelections: readonly RuleSelection[];
  /** Least urgent priority that is loaded. */
  readonly minimumPriority: Priority;
  readonly ruleMatching: RuleMatching;
  readonly lines: LineOptions;
  readonly iso8601: boolean;
  readonly bufferBase64: boolean;
  readonly appendOutput: readonly AppendOutput[];
  readonly staticFields: ReadonlyMap<string, string>;
  /** Those that load_plugins names, in its order. */
  readonly plugins: readonly PluginConfig[];
  /** Plugins are told of the interfaces and users of the host. */
  readonly pluginsSeeHost: boolean;
  readonly outputs: OutputsConfig;
  readonly webServer: WebServerConfig;
  readonly metrics: MetricsConfig;
  readonly log: LogConfig;
  /** Rules and configuration are loaded again when their files change. */
  readonly watchesFiles: boolean;
  readonly threadTableSize: number;
  readonly threadPurge: { readonly intervalS: number; readonly timeoutS: number };
  /** Bytes of payload that are recorded of reads and writes. */
  readonly snapBytes: number;
  readonly baseSyscalls: BaseSyscalls;
  readonly drops: DropsConfig;
  /** Empty reads of the ring in a row after which silence is reported. */
  readonly emptyReadsMax: number;
  readonly capture: CaptureConfig;
  readonly containers: ContainersConfig;
}
