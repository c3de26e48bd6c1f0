/**
 * What a parsed condition means for the fields that exist: types, operators, values. The tree stays
 * as it is; the result maps its nodes to what was found out, so that the engine need not decide
 * again.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Source, Span } from '../base/source.ts';
import type { CompareExpr, ExistsExpr, Expr, FieldRef, Literal, Operand } from './ast.ts';
import {
  aroundNeedsEquals,
  type CheckProblem,
  differentTypes,
  eventTypeNotIndexable,
  fieldNeedsLiteral,
  fieldNotAtRight,
  networkNeedsLiteral,
  type OperandFacts,
  operatorNeedsLiteral,
  operatorNotForType,
  unknownEventType,
  wrongLiteral,
} from './check-errors.ts';
import {
  type CheckWarning,
  literalWarnings,
  printOnlyField,
  unknownSyscallType,
  wrappedNumber,
} from './check-warnings.ts';
import { type FalcoError, falcoErrorAt } from './falco-error.ts';
import type { FieldCatalogue, FieldFacts } from './field-catalogue.ts';
import { parseLiteral } from './literals.ts';
import { OperandChecker } from './operand-checker.ts';
import { operatorFacts } from './operators.ts';
import { DIAGNOSTICS_MAX } from './parse-state.ts';
import { valueType } from './value-types.ts';
import { checksOf, fieldsOfOperand } from './visitor.ts';

/** A comparison or a test for existence: what Falco blames for an error inside it. */
export type Check = CompareExpr | ExistsExpr;

export interface CheckedCondition {
  readonly diagnostics: readonly Diagnostic[];
  /** Every field and transformer that stands at a side of a check or inside a transformer. */
  readonly operands: ReadonlyMap<Operand, OperandFacts>;
  readonly fields: ReadonlyMap<FieldRef, FieldFacts>;
  /** What Falco says of each check that is wrong, positions in the text of the condition. */
  readonly falcoErrors: ReadonlyMap<Check, FalcoError>;
  /** The first of them in the order of the text. */
  readonly falcoError: FalcoError | undefined;
  readonly falcoWarnings: readonly FalcoError[];
}

/**
 * Lists must have been expanded; a name that is left is taken for one value, as Falco does. Macros
 * are not entered.
 */
export function checkCondition(
  expr: Expr,
  source: Source,
  catalogue: FieldCatalogue,
): CheckedCondition {
  const checker = new ConditionChecker(source, catalogue);
  for (const check of checksOf(expr)) checker.check(check);
  return checker;
}

/**
 * The error with which Falco refuses a rule: it puts macros in their places first, so the error may
 * lie in one, and its position is then one in the macro's text. `errorOf` looks into the results of
 * checking the rule and the macros.
 */
export function firstFalcoError(
  expr: Expr,
  errorOf: (check: Check) => FalcoError | undefined,
  macro: (name: string) => Expr | undefined,
  seen: Set<string> = new Set(),
): FalcoError | undefined {
  switch (expr.kind) {
    case 'and':
    case 'or':
      for (const item of expr.items) {
        const error = firstFalcoError(item, errorOf, macro, seen);
        if (error !== undefined) return error;
      }
      return undefined;
    case 'not':
      return firstFalcoError(expr.item, errorOf, macro, seen);
    case 'macro': {
      if (seen.has(expr.name)) return undefined;
      seen.add(expr.name);
      const inner = macro(expr.name);
      return inner === undefined ? undefined : firstFalcoError(inner, errorOf, macro, seen);
    }
    case 'compare':
    case 'exists':
      return errorOf(expr);
  }
}

/** Fields whose comparison decides which events a rule sees. */
const eventTypeFields = new Set(['evt.type', 'syscall.type']);

class ConditionChecker implements CheckedCondition {
  readonly diagnostics: Diagnostic[] = [];
  readonly falcoErrors: Map<Check, FalcoError> = new Map();
  readonly falcoWarnings: FalcoError[] = [];
  falcoError: FalcoError | undefined;
  readonly #source: Source;
  readonly #catalogue: FieldCatalogue;
  readonly #operands: OperandChecker;

  constructor(source: Source, catalogue: FieldCatalogue) {
    this.#source = source;
    this.#catalogue = catalogue;
    this.#operands = new OperandChecker(catalogue);
  }

  get operands(): ReadonlyMap<Operand, OperandFacts> {
    return this.#operands.operands;
  }

  get fields(): ReadonlyMap<FieldRef, FieldFacts> {
    return this.#operands.fields;
  }

  check(check: Check): void {
    const left = this.#operands.check(check.left, (problem) => this.#fail(check, problem));
    this.#warnPrintOnly(check.left);
    if (check.kind === 'exists') {
      if (left !== undefined) this.#exists(check);
      return;
    }
    if (check.right.kind === 'reference') this.#reference(check, left);
    else if (left !== undefined) this.#values(check, left);
  }

  #exists(check: ExistsExpr): void {
    if (check.left.kind === 'transform' && this.#readsEventType(check.left)) {
      this.#fail(check, eventTypeNotIndexable(check.span, true));
    }
  }

  /** Whether the operator fits; where it does not, what stands at the right is not looked at. */
  #operatorFits(compare: CompareExpr, left: OperandFacts): boolean {
    const { lists, families } = operatorFacts(compare.operator);
    const { family, listComparable } = valueType(left.type);
    if (left.list ? lists && listComparable : families.includes(family)) return true;
    this.#fail(compare, operatorNotForType(compare, left));
    return false;
  }

  #values(compare: CompareExpr, left: OperandFacts): void {
    if (!this.#operatorFits(compare, left)) return;
    const { right } = compare;
    switch (right.kind) {
      case 'literal':
        this.#literal(compare, left, right);
        break;
      case 'values':
        for (const item of right.items) this.#literal(compare, left, item);
        break;
      case 'list-name':
        this.#literal(compare, left, {
          kind: 'literal',
          text: right.name,
          quoted: false,
          span: right.span,
        });
        break;
      case 'reference':
        return;
    }
    this.#indexable(compare, false);
  }

  #literal(compare: CompareExpr, left: OperandFacts, literal: Literal): void {
    for (const warning of literalWarnings(literal, compare.operator, this.#catalogue)) {
      this.#warn(warning, literal.span, compare.right.span.start);
    }
    const parsed = parseLiteral(literal.text, left.type, compare.operator);
    if ('error' in parsed) {
      this.#fail(compare, wrongLiteral(literal, parsed));
      return;
    }
    if (parsed.warning !== undefined) this.#warn(wrappedNumber(parsed.warning), literal.span);
    this.#named(compare, left, literal);
  }

  /** Values of evt.type must be names that exist. Falco does not look at those of syscall.type. */
  #named(compare: CompareExpr, left: OperandFacts, literal: Literal): void {
    const { text, span } = literal;
    if (left.field === 'evt.around' && compare.operator !== '=') {
      this.#fail(compare, aroundNeedsEquals(compare.operatorSpan));
    }
    if (left.field === undefined || !eventTypeFields.has(left.field)) return;
    if (valueType(left.type).family !== 'string' || this.#catalogue.isEventType(text)) return;
    if (left.field === 'evt.type')
      this.#fail(compare, unknownEventType(text, span, this.#catalogue));
    else this.#warn(unknownSyscallType(text), span);
  }

  #reference(compare: CompareExpr, left: OperandFacts | undefined): void {
    const { right } = compare;
    if (right.kind !== 'reference') return;
    const fits = left !== undefined && this.#operatorFits(compare, left);
    const facts = this.#operands.check(right.operand, (problem) => this.#fail(compare, problem));
    this.#warnPrintOnly(right.operand);
    if (!fits || facts === undefined) return;
    const problem = this.#referenceProblem(compare, left, facts);
    if (problem !== undefined) this.#fail(compare, problem);
    else this.#indexable(compare, true);
  }

  #referenceProblem(
    compare: CompareExpr,
    left: OperandFacts,
    right: OperandFacts,
  ): CheckProblem | undefined {
    if (!operatorFacts(compare.operator).fieldRight) return operatorNeedsLiteral(compare);
    if (/^IP.*NET$/.test(valueType(left.type).name)) return networkNeedsLiteral(compare);
    if (left.noRhs) return fieldNeedsLiteral(compare, left);
    if (right.noRhs) return fieldNotAtRight(compare, right);
    if (left.type === right.type && left.list === right.list) return undefined;
    return differentTypes(compare, left, right);
  }

  /** Falco finds this last, when it sorts the rules by event type. */
  #indexable(compare: CompareExpr, field: boolean): void {
    const { left, operator, modifier, span } = compare;
    const indexed = modifier === undefined && ['=', '!=', 'in'].includes(operator);
    if (!indexed || !this.#readsEventType(left)) return;
    if (left.kind === 'transform') this.#fail(compare, eventTypeNotIndexable(span, true));
    else if (field) this.#fail(compare, eventTypeNotIndexable(compare.right.span, false));
  }

  #readsEventType(operand: Operand): boolean {
    return fieldsOfOperand(operand).some((field) => eventTypeFields.has(field.name));
  }

  #warnPrintOnly(operand: Operand): void {
    for (const field of fieldsOfOperand(operand)) {
      const facts = this.#operands.fields.get(field);
      if (facts?.printOnly === true) this.#warn(printOnlyField(facts), field.span);
    }
  }

  #fail(check: Check, problem: CheckProblem): void {
    const { code, message, span, falco } = problem;
    if (!this.falcoErrors.has(check)) {
      const error = falcoErrorAt(falco, this.#source.text, check.span.start);
      this.falcoErrors.set(check, error);
      this.falcoError ??= error;
    }
    if (this.diagnostics.length >= DIAGNOSTICS_MAX) return;
    const { hint } = problem;
    this.#push({
      code,
      severity: 'error',
      message,
      source: this.#source,
      span,
      ...(hint !== undefined && { hint }),
    });
  }

  /** `falcoAt` is where Falco's warning stands. */
  #warn(warning: CheckWarning, span: Span, falcoAt: number = span.start): void {
    const { code, message, hint, falco } = warning;
    if (falco !== undefined)
      this.falcoWarnings.push(falcoErrorAt(falco, this.#source.text, falcoAt));
    this.#push({
      code,
      severity: 'warning',
      message,
      source: this.#source,
      span,
      ...(hint !== undefined && { hint }),
    });
  }

  #push(diagnostic: Diagnostic): void {
    if (this.diagnostics.length < DIAGNOSTICS_MAX) this.diagnostics.push(diagnostic);
  }
}
