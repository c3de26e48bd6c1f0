/** Arbitrary trees of conditions, such as the parser can give them. */

import * as fc from 'fast-check';
import type { Expr, FieldRef, Literal, Operand, Right, TransformArgument } from './ast.ts';
import { MODIFIERS, OPERATORS, operatorFacts } from './operators.ts';
import { isBare } from './quoting.ts';
import { TRANSFORMERS } from './transformers.ts';

const span = { start: 0, end: 0 };

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('a', '"', "'", '\\', ' ', '=', ',', '(', '\udc80', '\0'),
    maxLength: 5,
  }),
  fc.constantFrom('', 'oneof', 'and', 'val', 'x', '\\', '\\"', '\xe9', '\ud83d\ude00'),
);
const identifiers = fc
  .stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,5}$/)
  .filter((name) => !/^(?:and|or|not)(?:_|$)/.test(name));
const numbers = fc.stringMatching(
  /^(?:0x[0-9a-f]{1,3}|[+-]?[0-9]{1,3}(?:\.[0-9]{0,2})?(?:e-[0-9])?)$/,
);

const fields: fc.Arbitrary<FieldRef> = fc
  .record({
    name: fc.array(identifiers, { minLength: 2, maxLength: 3 }).map((parts) => parts.join('.')),
    argument: fc.option(texts, { nil: undefined }),
  })
  .map(({ name, argument }) => ({ kind: 'field', name, argument, span }));

const quotedLiterals: fc.Arbitrary<Literal> = texts.map((text) => ({
  kind: 'literal',
  text,
  quoted: true,
  span,
}));
const bareLiterals: fc.Arbitrary<Literal> = texts
  .filter(isBare)
  .map((text) => ({ kind: 'literal', text, quoted: false, span }));
const numberLiterals: fc.Arbitrary<Literal> = numbers.map((text) => ({
  kind: 'literal',
  text,
  quoted: false,
  span,
}));
const literals = fc.oneof(quotedLiterals, bareLiterals);

const { operand: operands } = fc.letrec<{ operand: Operand; argument: TransformArgument }>(
  (tie) => ({
    operand: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fields,
      fc
        .record({
          name: fc.constantFrom(...TRANSFORMERS.map((facts) => facts.name)),
          args: fc.array(tie('argument'), { minLength: 1, maxLength: 3 }),
          argument: fc.option(texts, { nil: undefined }),
        })
        .map(
          ({ name, args, argument }): Operand => ({
            kind: 'transform',
            name,
            args,
            argument,
            span,
          }),
        ),
    ),
    argument: fc.oneof(
      { maxDepth: 2 },
      quotedLiterals,
      numberLiterals,
      tie('operand'),
      fc
        .array(fc.oneof(quotedLiterals, numberLiterals, tie('operand')), { maxLength: 3 })
        .map((items): TransformArgument => ({ kind: 'list', items, span })),
    ),
  }),
);

const lists: fc.Arbitrary<Right> = fc.oneof(
  fc.array(literals, { maxLength: 4 }).map((items): Right => ({ kind: 'values', items, span })),
  identifiers.map((name): Right => ({ kind: 'list-name', name, span })),
);
const references: fc.Arbitrary<Right> = operands.map((operand) => ({
  kind: 'reference',
  operand,
  val: operand.kind === 'field',
  span,
}));

const operators = OPERATORS.map((facts) => facts.operator).filter((name) => name !== 'exists');
const compares: fc.Arbitrary<Expr> = fc
  .record({
    left: operands,
    operator: fc.constantFrom(...operators),
    modifier: fc.option(fc.constantFrom(...MODIFIERS), { nil: undefined }),
    number: numberLiterals,
    text: literals,
    list: lists,
    reference: fc.option(references, { nil: undefined }),
  })
  .map(({ left, operator, modifier, number, text, list, reference }) => {
    const kind = operatorFacts(operator).class;
    const kept = kind === 'string' ? modifier : undefined;
    const single = kind === 'numeric' ? number : kind === 'string' ? text : list;
    const right = kept === undefined ? (reference ?? single) : list;
    return { kind: 'compare', left, operator, operatorSpan: span, modifier: kept, right, span };
  });

const leaves: fc.Arbitrary<Expr> = fc.oneof(
  compares,
  identifiers.map((name): Expr => ({ kind: 'macro', name, span })),
  operands.map((left): Expr => ({ kind: 'exists', left, span })),
);

export const expressions: fc.Arbitrary<Expr> = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaves,
    tie('expr').map((item): Expr => ({ kind: 'not', item, span })),
    fc
      .record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        items: fc.array(tie('expr'), { minLength: 2, maxLength: 4 }),
      })
      .map(({ kind, items }): Expr => ({ kind, items, span })),
  ),
})).expr;
