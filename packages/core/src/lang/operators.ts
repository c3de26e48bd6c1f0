/**
 * Everything that is known of operators, in one table: scanner, parser, checker, printer and
 * editors read it, nothing else spells an operator's name. Order matters: Falco tries the rows from
 * the top and takes the first that fits, so `in` stands after `intersects`.
 */

import type { Modifier, NumericOperator, Operator } from './ast.ts';
import type { TypeFamily } from './value-types.ts';

/**
 * How the right side is read: unary has none; numeric takes a number; string takes one text; list
 * takes several. Numeric and string operators take a field or a transformer as well.
 */
export type OperatorClass = 'unary' | 'numeric' | 'string' | 'list';

export interface OperatorFacts {
  readonly token: string;
  /** The name in the tree; `==` is there as `=`. */
  readonly operator: Operator | 'exists';
  readonly class: OperatorClass;
  /**
   * A word that only counts with a blank after it. Without this flag `in(`, and also `infoo`, are
   * read as `in`.
   */
  readonly blankAfter: boolean;
  /** Types whose single values it compares. */
  readonly families: readonly TypeFamily[];
  /** Whether it applies to fields that are lists. */
  readonly lists: boolean;
  /** Whether another field may stand at the right. */
  readonly fieldRight: boolean;
  /** For editors and messages: completes "true when the field ...". */
  readonly meaning: string;
}

type Row = readonly [
  token: string,
  operator: Operator | 'exists',
  operatorClass: OperatorClass,
  families: readonly TypeFamily[],
  meaning: string,
];

const ALL = ['number', 'boolean', 'string', 'buffer', 'address'] as const;
const ORDERED = ['number', 'string'] as const;
const TEXT = ['string', 'buffer'] as const;
const STRING = ['string'] as const;
const BUFFER = ['buffer'] as const;

const rows: readonly Row[] = [
  ['exists', 'exists', 'unary', [...ALL, 'other'], 'has a value'],
  ['<=', '<=', 'numeric', ORDERED, 'is less or equal'],
  ['<', '<', 'numeric', ORDERED, 'is less'],
  ['>=', '>=', 'numeric', ORDERED, 'is greater or equal'],
  ['>', '>', 'numeric', ORDERED, 'is greater'],
  ['==', '=', 'string', ALL, 'is equal'],
  ['=', '=', 'string', ALL, 'is equal'],
  ['!=', '!=', 'string', ALL, 'is different'],
  ['glob', 'glob', 'string', STRING, 'matches a pattern with * ? [ ] as a whole'],
  [
    'iglob',
    'iglob',
    'string',
    STRING,
    'matches a pattern with * ? [ ], upper and lower case alike',
  ],
  ['contains', 'contains', 'string', TEXT, 'contains the text'],
  ['icontains', 'icontains', 'string', STRING, 'contains the text, upper and lower case alike'],
  ['bcontains', 'bcontains', 'string', BUFFER, 'contains the bytes, written as hex digits'],
  ['startswith', 'startswith', 'string', TEXT, 'begins with the text'],
  ['bstartswith', 'bstartswith', 'string', BUFFER, 'begins with the bytes, written as hex digits'],
  ['endswith', 'endswith', 'string', TEXT, 'ends with the text'],
  ['regex', 'regex', 'string', STRING, 'matches a regular expression as a whole'],
  ['intersects', 'intersects', 'list', ALL, 'has an element among the values'],
  ['in', 'in', 'list', ALL, 'is one of the values'],
  ['pmatch', 'pmatch', 'list', STRING, 'is one of the paths or below one'],
];

export const OPERATORS: readonly OperatorFacts[] = rows.map(
  ([token, operator, operatorClass, families, meaning]) => ({
    token,
    operator,
    class: operatorClass,
    blankAfter: operatorClass === 'string' && /^[a-z]/.test(token),
    families,
    lists: operator === 'in' || operator === 'intersects' || operator === 'exists',
    fieldRight: operator !== 'exists' && operator !== 'pmatch' && operator !== 'regex',
    meaning,
  }),
);

const byName = new Map(OPERATORS.map((facts) => [facts.operator, facts]));
const byClass = new Map<OperatorClass, readonly OperatorFacts[]>(
  (['unary', 'numeric', 'string', 'list'] as const).map((wanted) => [
    wanted,
    OPERATORS.filter((facts) => facts.class === wanted),
  ]),
);

/** Operators as messages list them, the common ones first. */
const READING_ORDER: readonly (Operator | 'exists')[] = [
  '=',
  '!=',
  'in',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'icontains',
  'startswith',
  'endswith',
  'glob',
  'iglob',
  'regex',
  'pmatch',
  'intersects',
  'bcontains',
  'bstartswith',
  'exists',
];

/** `= != in`: the operators that `isAllowed`, for readers. */
export function operatorWords(isAllowed: (facts: OperatorFacts) => boolean): string {
  return READING_ORDER.filter((operator) => isAllowed(operatorFacts(operator))).join(' ');
}

export function operatorsOf(wanted: OperatorClass): readonly OperatorFacts[] {
  return byClass.get(wanted) ?? [];
}

export function operatorFacts(operator: Operator | 'exists'): OperatorFacts {
  const facts = byName.get(operator);
  if (facts === undefined) throw new Error(`assertion failed: operator ${operator} has no row`);
  return facts;
}

export function isOperator(token: string): boolean {
  return OPERATORS.some((facts) => facts.token === token);
}

export function isNumericOperator(operator: Operator): operator is NumericOperator {
  return operatorFacts(operator).class === 'numeric';
}

export const MODIFIERS: readonly Modifier[] = ['oneof', 'anyof', 'allof'];

export const KEYWORDS = ['and', 'or', 'not'] as const;
export type Keyword = (typeof KEYWORDS)[number];

/** `'a', 'b'`: how Falco lists alternatives in its messages. */
export function quotedList(words: Iterable<string>): string {
  return Array.from(words, (word) => `'${word}'`).join(', ');
}
