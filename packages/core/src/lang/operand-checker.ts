/**
 * What fields and transformers give: their types, worked out from the catalogue. Conditions and
 * outputs share it.
 */

import type { FieldRef, Operand, TransformArgument, TransformRef } from './ast.ts';
import {
  type CheckProblem,
  fieldNotForTransformer,
  getoptNeedsOneChar,
  type OperandFacts,
  transformerNotForType,
  unexpectedBracket,
  unknownField,
  wrongArgument,
  wrongArgumentCount,
} from './check-errors.ts';
import type { FieldCatalogue, FieldFacts, FieldProblem } from './field-catalogue.ts';
import { type TransformerFacts, transformerFacts } from './transformers.ts';
import { CHARBUF, UINT64, valueType } from './value-types.ts';

export type Report = (problem: CheckProblem) => void;

/** Text between quotes and lists in a transformer; Falco calls both `NA`. */
const text: OperandFacts = {
  name: 'NA',
  type: CHARBUF,
  list: false,
  noRhs: false,
  field: undefined,
};
const texts: OperandFacts = { ...text, list: true };

interface Argument {
  readonly facts: OperandFacts;
  readonly resolved: FieldFacts | undefined;
}

export class OperandChecker {
  readonly operands: Map<Operand, OperandFacts> = new Map();
  /** What each field is. */
  readonly fields: Map<FieldRef, FieldFacts> = new Map();
  readonly #catalogue: FieldCatalogue;
  readonly #known = new Map<string, FieldFacts | FieldProblem>();

  constructor(catalogue: FieldCatalogue) {
    this.#catalogue = catalogue;
  }

  /**
   * Undefined after a problem, which was reported. Problems are found in Falco's order: innermost
   * first.
   */
  check(operand: Operand, report: Report): OperandFacts | undefined {
    const facts =
      operand.kind === 'field' ? this.#field(operand, report) : this.#transform(operand, report);
    if (facts !== undefined) this.operands.set(operand, facts);
    return facts;
  }

  resolve(field: FieldRef): FieldFacts | FieldProblem {
    const key = field.argument === undefined ? field.name : `${field.name}[${field.argument}`;
    let found = this.#known.get(key);
    if (found === undefined) {
      found = this.#catalogue.resolve(field);
      this.#known.set(key, found);
    }
    return found;
  }

  #field(field: FieldRef, report: Report): OperandFacts | undefined {
    const resolved = this.resolve(field);
    if ('problem' in resolved) {
      report(unknownField(field, resolved, this.#catalogue));
      return undefined;
    }
    this.fields.set(field, resolved);
    const { name, type, list, noRhs } = resolved;
    return { name, type, list, noRhs, field: name };
  }

  #transform(transform: TransformRef, report: Report): OperandFacts | undefined {
    const facts = transformerFacts(transform.name);
    const args = transform.args.map((argument) => this.#argument(argument, report));
    if (facts === undefined || args.some((argument) => argument === undefined)) return undefined;
    const found = args.filter((argument) => argument !== undefined);
    if (found.length < facts.argsMin || found.length > facts.argsMax) {
      report(wrongArgumentCount(transform, facts));
      return undefined;
    }
    const [first] = found;
    if (facts.argsMax === 1 && first !== undefined) {
      return this.#single(transform, facts, first, report);
    }
    return this.#several(transform, found, report);
  }

  #argument(argument: TransformArgument, report: Report): Argument | undefined {
    if (argument.kind === 'literal') return { facts: text, resolved: undefined };
    if (argument.kind === 'list') return this.#list(argument.items, report);
    const facts = this.check(argument, report);
    if (facts === undefined) return undefined;
    const resolved = argument.kind === 'field' ? this.fields.get(argument) : undefined;
    return { facts, resolved };
  }

  #list(items: readonly TransformArgument[], report: Report): Argument | undefined {
    const found = items.map((item) => this.#argument(item, report));
    if (found.some((item) => item === undefined)) return undefined;
    return { facts: texts, resolved: undefined };
  }

  #single(
    transform: TransformRef,
    facts: TransformerFacts,
    argument: Argument,
    report: Report,
  ): OperandFacts | undefined {
    const { type, list } = argument.facts;
    if (transform.argument !== undefined) {
      report(unexpectedBracket(transform));
      return undefined;
    }
    if (argument.resolved?.noTransformer === true) {
      report(fieldNotForTransformer(argument.resolved.name, transform));
      return undefined;
    }
    if (!(list && facts.lists) && !facts.families.includes(valueType(type).family)) {
      report(transformerNotForType(transform, facts, argument.facts));
      return undefined;
    }
    return facts.gives === 'length'
      ? { ...argument.facts, type: UINT64, list: false }
      : argument.facts;
  }

  /** join, concat, getopt */
  #several(
    transform: TransformRef,
    args: readonly Argument[],
    report: Report,
  ): OperandFacts | undefined {
    const problem = severalProblem(transform, args);
    if (problem !== undefined) {
      report(problem);
      return undefined;
    }
    const { name, argument } = transform;
    if (name !== 'getopt' && argument !== undefined) {
      report(unexpectedBracket(transform));
      return undefined;
    }
    if (argument !== undefined && argument.length !== 1) {
      report(getoptNeedsOneChar(transform));
      return undefined;
    }
    return name === 'getopt' && argument === undefined ? { ...texts, name: 'INTERNAL' } : text;
  }
}

function severalProblem(
  transform: TransformRef,
  args: readonly Argument[],
): CheckProblem | undefined {
  switch (transform.name) {
    case 'join':
      return joinProblem(transform, args);
    case 'getopt':
      return getoptProblem(transform, args);
    default:
      return concatProblem(transform, args);
  }
}

function isString({ facts }: Argument): boolean {
  return facts.type === CHARBUF;
}

/** A list, or a field whose elements can be had although its value is one text. */
function isList({ facts, resolved }: Argument): boolean {
  return facts.list || resolved?.elements === true;
}

function joinProblem(transform: TransformRef, args: readonly Argument[]): CheckProblem | undefined {
  const [separator, list] = args;
  if (separator?.facts.list === true) {
    const falco = 'join() first argument (separator) must be a single value, not a list';
    return wrongArgument(transform, 0, 'the first argument is the separator, not a list', falco);
  }
  if (list === undefined || isList(list)) return undefined;
  const falco = 'join() second argument must be a list';
  return wrongArgument(transform, 1, 'the second argument must be a list', falco);
}

function concatProblem(
  transform: TransformRef,
  args: readonly Argument[],
): CheckProblem | undefined {
  const at = args.findIndex((argument) => !isString(argument) || argument.facts.list);
  if (at < 0) return undefined;
  const falco = 'concat() arguments must be strings';
  return wrongArgument(transform, at, 'every argument must be a single text', falco);
}

function getoptProblem(
  transform: TransformRef,
  args: readonly Argument[],
): CheckProblem | undefined {
  const [list, options] = args;
  if (list === undefined || options === undefined) return undefined;
  if (!isList(list)) {
    const falco = 'getopt() first argument must be a list';
    return wrongArgument(transform, 0, 'the first argument must be a list', falco);
  }
  if (options.facts.list) {
    const falco = 'getopt() second argument (optstring) must be a single value';
    return wrongArgument(transform, 1, 'the second argument is one text of option letters', falco);
  }
  if (isString(list) && isString(options)) return undefined;
  const at = isString(list) ? 1 : 0;
  return wrongArgument(
    transform,
    at,
    'both arguments must be texts',
    'getopt() arguments must be strings',
  );
}
