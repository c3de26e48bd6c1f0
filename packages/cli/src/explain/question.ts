/** What is asked of `saker explain`: a rule on a capture. */

import type { MacroConditions } from '@saker/core/engine/plain.ts';
import type { CompiledRule } from '@saker/core/rules/compiled-set.ts';
import type { CaptureReplay } from '../capture/capture-replay.ts';
import type { LoadedRules } from '../rules/load-files.ts';
import type { Progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface Question {
  readonly loaded: LoadedRules;
  readonly found: CompiledRule;
  readonly capture: CaptureReplay;
  readonly progress: Progress;
  readonly terminal: Terminal;
  readonly json: boolean;
  /** As they were given, for commands that are proposed. */
  readonly rulesOptions: readonly string[];
}

export function macrosOf({ result: { ruleSet } }: LoadedRules): MacroConditions {
  return (name) => ruleSet.macros.get(name)?.condition.expr;
}
