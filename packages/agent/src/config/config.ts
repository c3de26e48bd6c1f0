/**
 * The configuration as the agent uses it: checked, with defaults filled in. Immutable; a reload
 * makes a new one.
 */

import type { LineOptions } from '@saker/core/engine/alert-line.ts';
import type { AppendOutput } from '@saker/core/rules/append-output.ts';
import type { Priority } from '@saker/core/rules/rule.ts';
import type { RuleSelection } from '@saker/core/rules/selection.ts';
import type { ENGINE_KINDS, RULE_MATCHINGS } from './config-keys.ts';
import type { LogLevel } from './log-level.ts';

export type EngineKind = (typeof ENGINE_KINDS)[number];
export type RuleMatching = (typeof RULE_MATCHINGS)[number];

export interface PluginConfig {
  readonly name: string;
  readonly libraryPath: string;
}

export interface Config {
  readonly engine: { readonly kind: EngineKind; readonly captureFile: string };
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
  readonly plugins: readonly PluginConfig[];
  readonly outputs: {
    readonly stdout: boolean;
    readonly file: { readonly path: string; readonly keepAlive: boolean } | undefined;
    /** Lines may wait until a buffer is full. */
    readonly buffered: boolean;
  };
  readonly log: { readonly level: LogLevel; readonly stderr: boolean };
  readonly threadTableSize: number;
}
