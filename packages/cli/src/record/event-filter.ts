/** A condition of `--filter`: which events are written. */

import { type Diagnostic } from '@saker/core/base/diagnostic.ts';
import { Source } from '@saker/core/base/source.ts';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import type { Expr } from '@saker/core/lang/ast.ts';
import { checkCondition } from '@saker/core/lang/checker.ts';
import { parseCondition } from '@saker/core/lang/parser.ts';
import { walk } from '@saker/core/lang/visitor.ts';
import type { RuleSet } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';

const OPTION = '--filter';

export interface ParsedFilter {
  /** The condition as the only rule of a set; undefined where it is wrong. */
  readonly ruleSet: RuleSet | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function parseFilter(text: string): ParsedFilter {
  const source = new Source(OPTION, text);
  const { expr, diagnostics: syntax } = parseCondition(source);
  if (expr === undefined) return { ruleSet: undefined, diagnostics: syntax };
  const diagnostics = [
    ...syntax,
    ...macrosIn(expr, source),
    ...checkCondition(expr, source, new FieldTable()).diagnostics,
  ];
  const isWrong = diagnostics.some(({ severity }) => severity === 'error');
  return { ruleSet: isWrong ? undefined : ruleSetOf(expr, source), diagnostics };
}

/** Whether events match a condition, on a state that has applied them. */
export class EventFilter {
  readonly #engine: RuleEngine;

  constructor(ruleSet: RuleSet, state: SystemState) {
    const fields = new FieldTable();
    this.#engine = new RuleEngine(ruleSet, { fields, state, matching: 'first', evaluator: 'fast' });
  }

  accepts(context: EventContext): boolean {
    return this.#engine.evaluate(context) > 0;
  }
}

function macrosIn(expr: Expr, source: Source): Diagnostic[] {
  const found: Diagnostic[] = [];
  walk(expr, (part) => {
    if (part.kind !== 'macro') return;
    found.push({
      code: 'unknown-macro',
      severity: 'error',
      message: `"${part.name}" is no comparison, and macros of rule files are not known here`,
      source,
      span: part.span,
      hint: `write what it stands for; saker rules show ${part.name} may tell`,
    });
  });
  return found;
}

function ruleSetOf(expr: Expr, source: Source): RuleSet {
  const rule = {
    name: OPTION,
    index: 0,
    source: SYSCALL_SOURCE,
    description: '',
    priority: 7,
    tags: [],
    enabled: true,
    capture: false,
    captureDurationMs: 0,
    exceptions: [],
    warnEventTypes: false,
    condition: { expr, source },
    conditionText: source.text,
    outputText: '',
    output: { keepAbsent: true, parts: [] },
    definedAt: { source, span: { start: 0, end: source.text.length } },
  } as const;
  return { rules: [rule], macros: new Map(), lists: new Map(), requiredEngineVersion: undefined };
}
