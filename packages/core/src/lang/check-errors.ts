/**
 * What can be wrong with the meaning of a condition, one function per kind, so that every message
 * can be read in one place. Each also gives what Falco says.
 */

import type { Span } from '../base/source.ts';
import { suggest } from '../base/suggest.ts';
import type { CompareExpr, FieldRef, Literal, Operator, TransformRef } from './ast.ts';
import type { FieldCatalogue, FieldProblem } from './field-catalogue.ts';
import type { LiteralProblem } from './literals.ts';
import { operatorWords } from './operators.ts';
import { print } from './printer.ts';
import type { TransformerFacts } from './transformers.ts';
import { type TypeFamily, valueType } from './value-types.ts';

export interface CheckProblem {
  readonly code: string;
  readonly message: string;
  readonly span: Span;
  readonly falco: string;
  /** What takes long to find is worked out when it is read: only of diagnostics that are kept. */
  readonly hint?: string | undefined;
}

/** What the checker knows of the value of a field or transformer. */
export interface OperandFacts {
  /** One of `PT`. */
  readonly type: number;
  readonly list: boolean;
  /**
   * As Falco's messages call it: the field's own name; for transformers of several arguments `NA`.
   */
  readonly name: string;
  readonly noRhs: boolean;
  /** Set when the operand is a field, or a transformer of one argument over a field. */
  readonly field: string | undefined;
}

/** `proc.aname[2]`, as Falco looks fields up. */
function written(field: FieldRef): string {
  return field.argument === undefined ? field.name : `${field.name}[${field.argument}]`;
}

export function unknownField(
  field: FieldRef,
  problem: FieldProblem,
  catalogue: FieldCatalogue,
): CheckProblem {
  const unknown = problem.problem === 'unknown';
  return {
    code: unknown ? 'unknown-field' : 'wrong-argument',
    message: unknown ? `there is no field '${written(field)}'` : (problem.hint ?? problem.message),
    get hint() {
      return didYouMean(unknown ? suggest(field.name, catalogue.names()) : problem.meant);
    },
    span: field.span,
    falco: problem.message,
  };
}

function didYouMean(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `did you mean '${name}'?`;
}

const familyWords: Readonly<Record<TypeFamily, string>> = {
  number: 'a number',
  boolean: 'a boolean',
  string: 'a text',
  buffer: 'a buffer of bytes',
  address: 'an IP address or network',
  other: 'a value that cannot be compared',
};

/** `a text`, `a list of numbers`. */
function typeWords({ type, list }: OperandFacts): string {
  const words = familyWords[valueType(type).family];
  return list ? `a list, each element ${words}` : words;
}

const falcoFamilies: Readonly<Record<TypeFamily, string>> = {
  number: 'for numeric filters',
  boolean: 'for numeric filters',
  string: 'for string filters',
  buffer: 'for buffer filters',
  address: 'for ip address and network filters',
  other: '',
};

export function operatorNotForType(compare: CompareExpr, left: OperandFacts): CheckProblem {
  const { operator } = compare;
  const { family, listComparable } = valueType(left.type);
  const kind = left.list && !listComparable ? 'other' : family;
  const words = operatorWords(
    (facts) => facts.families.includes(kind) && (facts.lists || !left.list),
  );
  return {
    code: 'wrong-operator',
    message:
      `'${operator}' cannot be applied to ${print(compare.left)}, which is ${typeWords(left)}; ` +
      `allowed are ${words}`,
    hint: wrongOperatorHint(operator, left),
    span: compare.operatorSpan,
    falco: `filter error: ${falcoOperatorError(compare, left)}`,
  };
}

function wrongOperatorHint(operator: Operator, left: OperandFacts): string | undefined {
  if (left.list && (operator === '=' || operator === 'contains')) {
    return "'intersects' is true when one element is among the values, 'in' when all are";
  }
  if (valueType(left.type).name.startsWith('IP'))
    return 'networks are compared with fd.net and the like';
  return undefined;
}

function falcoOperatorError({ operator, modifier }: CompareExpr, left: OperandFacts): string {
  const { name, family, listComparable } = valueType(left.type);
  if (left.list && !listComparable) return `list filters are not supported for type '${name}'`;
  if (left.list) return `'${operator}' operator not supported list filters`;
  if (family === 'other') return `'${operator}' operator not supported for type '${name}'`;
  if (family === 'address' && modifier !== undefined) {
    return `'${operator}' with modifier not supported ${falcoFamilies.address}`;
  }
  return `'${operator}' operator not supported ${falcoFamilies[family]}`;
}

export function wrongLiteral(literal: Literal, problem: LiteralProblem): CheckProblem {
  const { error, hint, falco } = problem;
  return { code: 'wrong-value', message: error, hint, span: literal.span, falco };
}

export function unknownEventType(
  name: string,
  span: Span,
  catalogue: FieldCatalogue,
): CheckProblem {
  return {
    code: 'unknown-event-type',
    message: `'${name}' is not the name of an event or system call`,
    get hint() {
      return didYouMean(suggest(name, catalogue.eventTypes?.() ?? []));
    },
    span,
    falco: `unknown event type ${name}`,
  };
}

/** Rules are sorted by event type before they run, which needs the names. */
export function eventTypeNotIndexable(span: Span, transformed: boolean): CheckProblem {
  return {
    code: 'event-type-not-constant',
    message: transformed
      ? 'evt.type and syscall.type cannot be transformed when they are compared'
      : 'evt.type and syscall.type can be compared with names only, not with another field',
    hint: 'which rules run on an event is decided by these names beforehand',
    span,
    falco: transformed
      ? 'event code search does not support `evt.type` checks with transformers'
      : 'right-hand field comparisons on `evt.type`/`syscall.type` checks are not supported ' +
        'by event code search',
  };
}

export function aroundNeedsEquals(span: Span): CheckProblem {
  return {
    code: 'wrong-operator',
    message: "evt.around can only be compared with '='",
    hint: 'evt.around[TIMESTAMP] = MILLISECONDS',
    span,
    falco: "evt.around supports only '=' comparison operator",
  };
}

export function fieldNotForTransformer(field: string, transform: TransformRef): CheckProblem {
  return {
    code: 'wrong-transformer',
    message: `${field} cannot be transformed`,
    hint: 'it stands for several values in a comparison',
    span: transform.span,
    falco: `field '${field}' does not support transformers`,
  };
}

export function transformerNotForType(
  transform: TransformRef,
  facts: TransformerFacts,
  argument: OperandFacts,
): CheckProblem {
  const wanted = facts.families.map((family) => familyWords[family]).join(' or ');
  const list = facts.lists ? ' or a list' : '';
  const { name } = valueType(argument.type);
  return {
    code: 'wrong-transformer',
    message:
      `${transform.name}() takes ${wanted}${list}; ` +
      `${print(transform.args[0] ?? transform)} is ${typeWords(argument)}`,
    span: transform.span,
    falco:
      `can't add field transformer: type '${name}' is not supported by '${transform.name}' ` +
      `transformer applied on ${argument.list ? 'list ' : ''}field '${argument.name}'`,
  };
}

export function wrongArgumentCount(transform: TransformRef, facts: TransformerFacts): CheckProblem {
  const { argsMin, argsMax, meaning } = facts;
  const few = argsMax === 1 ? '1 argument' : `${argsMin} arguments`;
  const allowed = argsMax > 2 ? `${argsMin} or more arguments` : few;
  return {
    code: 'wrong-arguments',
    message: `${transform.name}() takes ${allowed}, found ${transform.args.length}`,
    hint: meaning,
    span: transform.span,
    falco: falcoArgumentCount(transform, facts),
  };
}

const falcoCounts: Readonly<Record<string, string>> = {
  join: 'join() requires exactly 2 arguments: separator and list',
  concat: 'concat() requires at least 2 arguments',
  getopt: 'getopt() requires exactly 2 arguments: args list and optstring',
};

/** Falco tells transformers apart by the number of arguments first. */
function falcoArgumentCount(transform: TransformRef, facts: TransformerFacts): string {
  if (facts.argsMax === 1) return 'unknown multivalue transformer';
  if (transform.args.length === 1) return `unknown field transfomer '${transform.name}'`;
  return falcoCounts[transform.name] ?? '';
}

export function wrongArgument(
  transform: TransformRef,
  at: number,
  message: string,
  falco: string,
): CheckProblem {
  const span = transform.args[at]?.span ?? transform.span;
  return { code: 'wrong-arguments', message: `${transform.name}(): ${message}`, span, falco };
}

export function unexpectedBracket(transform: TransformRef): CheckProblem {
  const several = transform.args.length > 1;
  return {
    code: 'unexpected-argument',
    message: `${transform.name}(...) takes no argument in brackets; only getopt does`,
    span: transform.span,
    falco: several
      ? `transformer '${transform.name}' does not support field arguments`
      : `filter error: transformer '${transform.name}' does not support field arguments`,
  };
}

export function getoptNeedsOneChar(transform: TransformRef): CheckProblem {
  return {
    code: 'wrong-argument',
    message: `getopt(...)[${transform.argument}]: one option character must stand in the brackets`,
    span: transform.span,
    falco: 'getopt() field argument must be a single option character',
  };
}

/** Another field cannot stand at the right of this operator. */
export function operatorNeedsLiteral(compare: CompareExpr): CheckProblem {
  const { operator } = compare;
  const wanted = operator === 'regex' ? 'a pattern' : 'paths';
  return {
    code: 'field-at-right',
    message: `'${operator}' needs ${wanted} at the right, not a field`,
    span: compare.right.span,
    falco: `operator '${operator.toUpperCase()}' doesn't support right-hand side fields`,
  };
}

export function networkNeedsLiteral(compare: CompareExpr): CheckProblem {
  return {
    code: 'field-at-right',
    message: `${print(compare.left)} can be compared with networks only, not with a field`,
    span: compare.right.span,
    falco: "field type 'IPNET' doesn't support right-hand side fields",
  };
}

export function fieldNeedsLiteral(compare: CompareExpr, left: OperandFacts): CheckProblem {
  return {
    code: 'field-at-right',
    message: `${print(compare.left)} can be compared with values only, not with a field`,
    hint: 'it stands for several values in a comparison',
    span: compare.right.span,
    falco: `field '${left.name}' doesn't support right-hand side fields`,
  };
}

export function fieldNotAtRight(compare: CompareExpr, right: OperandFacts): CheckProblem {
  return {
    code: 'field-at-right',
    message: `${right.name} cannot stand at the right of a comparison`,
    hint: 'it stands for several values in a comparison',
    span: compare.right.span,
    falco: `field '${right.name}' can't be used as a right-hand side field`,
  };
}

export function differentTypes(
  compare: CompareExpr,
  left: OperandFacts,
  right: OperandFacts,
): CheckProblem {
  const falcoType = (facts: OperandFacts) =>
    `type '${valueType(facts.type).name}${facts.list ? ' (list)' : ''}'`;
  const leftName = valueType(left.type).name;
  const rightName = valueType(right.type).name;
  return {
    code: 'different-types',
    message:
      `${print(compare.left)} is ${typeWords(left)} (${leftName}), the right side ` +
      `${typeWords(right)} (${rightName}); both must have the same type`,
    span: compare.right.span,
    falco:
      `field '${left.name}' has ${falcoType(left)} while the right-hand side field ` +
      `'${right.name}' has incompatible ${falcoType(right)}`,
  };
}
