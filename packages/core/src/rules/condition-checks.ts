/**
 * What must hold for a rule's condition once it is parsed: macros, fields and types, and how many
 * events it looks at.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { FieldCatalogue } from '../lang/field-catalogue.ts';
import type { RuleEntry } from './collection.ts';
import type { CompileScope } from './compile-scope.ts';
import { type ConditionWarning, conditionWarnings } from './condition-warnings.ts';
import { type ExpandedCondition, inFile } from './conditions.ts';
import { countEventTypes, type EventTypeSet } from './event-types.ts';
import { DEPRECATED_FIELDS } from './result/codes.ts';
import type { Reporter } from './result/file-report.ts';
import { oldFieldText } from './result/old-fields.ts';
import { SYSCALL_SOURCE } from './rule-item.ts';
import { isUnknownFilter } from './rule-output.ts';

/** Falco's measure for a condition that is evaluated too often. */
const EVENT_TYPES_MAX = 100;
/** Where Falco shows warnings that it has no place for: the start of the condition. */
const START = { line: 0, column: 0, offset: 0 };

/**
 * The event types that the condition can match, or undefined when it cannot be used; everything
 * found is reported.
 */
export function conditionProblems(
  entry: RuleEntry,
  condition: ExpandedCondition,
  scope: CompileScope,
  reporter: Reporter,
): EventTypeSet | undefined {
  const catalogue = scope.options.sources.get(entry.source)?.catalogue;
  if (catalogue === undefined) return undefined;
  const problems = scope.graph.problemsInRule(condition.expr);
  if (problems.length > 0) {
    const falco = scope.replay.macroError(condition.text.text, () => true);
    scope.reportMacroProblems(problems, condition, entry.context, { reporter, falco });
  }
  const below = scope.macrosBelow(condition.expr).map((macro) => macro.condition);
  const all = [condition, ...below];
  warnOfFields(entry, all, reporter);
  const typesFit = checkTypes(entry, all, { scope, catalogue, reporter });
  if (!typesFit || problems.length > 0) return undefined;
  const eventTypes = scope.eventTypes.of(condition.expr);
  if (entry.source === SYSCALL_SOURCE && entry.warnEventTypes) {
    warnOfManyEvents(entry, countEventTypes(eventTypes), reporter);
  }
  return eventTypes;
}

/** Falco gives one warning per kind and per deprecated field, ours are at every place. */
function warnOfFields(
  entry: RuleEntry,
  conditions: readonly ExpandedCondition[],
  reporter: Reporter,
): void {
  const unsafe: Diagnostic[] = [];
  const deprecated = new Map<string, Diagnostic[]>();
  for (const condition of conditions) {
    for (const warning of conditionWarnings(condition.expr)) {
      const diagnostic = fieldDiagnostic(warning, condition);
      const { name } = warning.field;
      if (warning.code === 'LOAD_UNSAFE_NA_CHECK') unsafe.push(diagnostic);
      else deprecated.set(name, [...(deprecated.get(name) ?? []), diagnostic]);
    }
  }
  if (unsafe.length + deprecated.size === 0) return;
  const place = entry.conditionContext.inExpression(conditions[0]?.text.text ?? '', START);
  if (unsafe.length > 0) reporter.warning('LOAD_UNSAFE_NA_CHECK', '', place, unsafe);
  for (const field of DEPRECATED_FIELDS.keys()) {
    const diagnostics = deprecated.get(field);
    if (diagnostics !== undefined) reporter.deprecatedField(field, place, diagnostics);
  }
  for (const [field, diagnostics] of deprecated) {
    const message = oldFieldText(field);
    if (message !== undefined) reporter.deprecatedField(field, place, diagnostics, message);
  }
}

function fieldDiagnostic(
  { code, field }: ConditionWarning,
  { source, text }: ExpandedCondition,
): Diagnostic {
  const base = { code, severity: 'warning' as const, source, span: field.span };
  const { name } = field;
  const words =
    code === 'LOAD_UNSAFE_NA_CHECK'
      ? {
          message: `"${name}" is compared with the text <NA>, which is not a reliable test for a missing value`,
          hint: `write "${name} exists", or "not ${name} exists"`,
        }
      : {
          message: `"${name}" is deprecated`,
          hint: oldFieldText(name) ?? DEPRECATED_FIELDS.get(name) ?? '',
        };
  return inFile({ ...base, ...words }, text);
}

/** Whether fields, operators and values fit each other in the condition and in its macros. */
function checkTypes(
  entry: RuleEntry,
  conditions: readonly ExpandedCondition[],
  {
    scope,
    catalogue,
    reporter,
  }: { scope: CompileScope; catalogue: FieldCatalogue; reporter: Reporter },
): boolean {
  const diagnostics: Diagnostic[] = [];
  let error = '';
  let warns = false;
  for (const condition of conditions) {
    const checked = scope.store.check(condition, catalogue);
    error ||= checked.falcoError?.message ?? '';
    warns ||= checked.falcoWarnings.length > 0;
    for (const found of checked.diagnostics) diagnostics.push(inFile(found, condition.text));
  }
  const text = conditions[0]?.text.text ?? '';
  const context = entry.conditionContext;
  if (error === '') {
    for (const diagnostic of diagnostics) reporter.own(diagnostic);
    for (const found of warns ? scope.replay.checkWarnings(text, catalogue) : []) {
      reporter.warning(
        'LOAD_COMPILE_CONDITION',
        found.message,
        context.inExpression(text, found),
        [],
      );
    }
    return true;
  }
  const falco = scope.replay.checkError(text, catalogue) ?? { ...START, message: error };
  const place = context.inExpression(text, falco);
  if (entry.skipIfUnknownFilter && isUnknownFilter(falco.message)) {
    reporter.warning('LOAD_UNKNOWN_FILTER', falco.message, place, {
      message: `the condition uses something that is not known, so rule "${entry.name}" is left out: ${falco.message}`,
    });
  } else {
    reporter.error('LOAD_ERR_COMPILE_CONDITION', falco.message, place, diagnostics);
  }
  return false;
}

function warnOfManyEvents(entry: RuleEntry, count: number, reporter: Reporter): void {
  if (count <= EVENT_TYPES_MAX) return;
  const message =
    'Rule matches too many evt.type values. This has a significant performance penalty.';
  reporter.warning('LOAD_NO_EVTTYPE', message, entry.context, {
    message: `rule "${entry.name}" is evaluated for ${count} types of events, which costs time`,
    hint: 'begin the condition with a check on evt.type',
    span: entry.conditionContext.span,
  });
}
