/** One rule of the collection to a rule that can run. */

import { Source } from '../base/source.ts';
import type { Template } from '../lang/ast.ts';
import type { CheckedCondition } from '../lang/checker.ts';
import type { FieldCatalogue } from '../lang/field-catalogue.ts';
import { parseTemplate } from '../lang/template.ts';
import { extraFieldsOf, extraFormats } from './append-output.ts';
import type { ExceptionNode, RuleEntry } from './collection.ts';
import type { CompileScope } from './compile-scope.ts';
import type { CompiledRule } from './compiled-set.ts';
import { conditionWarnings } from './condition-warnings.ts';
import { type ExpandedCondition, inFile } from './conditions.ts';
import { countEventTypes } from './event-types.ts';
import { withExceptions } from './exception-condition.ts';
import { isSequence, textOf } from './exceptions.ts';
import { DEPRECATED_FIELDS } from './result/codes.ts';
import { ProblemLog } from './result/file-report.ts';
import type { ExtraField, RuleException } from './rule.ts';
import { SYSCALL_SOURCE } from './rule-item.ts';
import { SplicedText } from './spliced-text.ts';

/** Falco's measure for a condition that is looked at too often. */
const EVENT_TYPES_MAX = 100;

/** Up to Falco 0.40 this stood for the container's name and id; Falco leaves it out since, here it is kept. */
const CONTAINER_INFO = '%container.info';
const CONTAINER_INFO_FORMAT = '%container.name (id=%container.id)';

export interface RuleOutcome {
  readonly problems: ProblemLog;
  /** Set when the condition could be parsed, whatever else is wrong. */
  readonly condition: ExpandedCondition | undefined;
  /** Undefined when the rule is in error or skipped. */
  readonly compiled: CompiledRule | undefined;
}

export class RuleCompiler {
  readonly #outcomes = new Map<string, { outcome: RuleOutcome; basis: readonly unknown[] }>();
  readonly #texts = new WeakMap<RuleEntry, SplicedText>();

  /** The outcome of the last time when neither the rule nor anything that it refers to has changed. */
  compile(entry: RuleEntry, scope: CompileScope): RuleOutcome {
    const known = this.#outcomes.get(entry.name);
    const condition = this.#expanded(entry, scope);
    const basis = basisOf(entry, condition, scope);
    if (known?.basis.length === basis.length && basis.every((part, at) => part === known.basis[at])) {
      return known.outcome;
    }
    const outcome = this.#compile(entry, scope);
    this.#outcomes.set(entry.name, { outcome, basis: basisOf(entry, outcome.condition, scope) });
    return outcome;
  }
}
