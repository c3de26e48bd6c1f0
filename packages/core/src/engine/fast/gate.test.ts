import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { directoryPart, filePart } from '../../base/paths.ts';
import { Source } from '../../base/source.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { FieldTable } from '../../fields/field-catalogue.ts';
import type { Expr } from '../../lang/ast.ts';
import { parseCondition } from '../../lang/parser.ts';
import { quote } from '../../lang/quoting.ts';
import { compileComparison } from '../comparison.ts';
import { Folder } from './fold.ts';
import { FILE_KEY, Gate, necessaryTest } from './gate.ts';
import { NodeTable } from './node.ts';

const fields = new FieldTable();

/** What the fields say of a descriptor: undefined where they are absent. */
type Values = Readonly<Record<string, string | undefined>>;

function file(name: string): Values {
  return { 'fd.name': name, 'fd.directory': directoryPart(name), 'fd.filename': filePart(name) };
}

function directory(name: string): Values {
  return { 'fd.name': name, 'fd.directory': name, 'fd.filename': undefined };
}

function parse(text: string): Expr {
  const { expr, diagnostics } = parseCondition(new Source('generated', text));
  assert.ok(expr !== undefined && diagnostics.length === 0, `does not parse: ${text}`);
  return expr;
}

/** `rest`: what everything that is not about the name comes to. */
function holds(expr: Expr, values: Values, rest: boolean): boolean {
  switch (expr.kind) {
    case 'and':
      return expr.items.every((item) => holds(item, values, rest));
    case 'or':
      return expr.items.some((item) => holds(item, values, rest));
    case 'not':
      return !holds(expr.item, values, rest);
    case 'macro':
      throw new Error('no macros here');
    case 'exists':
    case 'compare': {
      const { left, constant } = compileComparison(expr, fields);
      if (!(left.key in values)) return rest;
      const value = values[left.key];
      return value !== undefined && constant?.test(value) === true;
    }
  }
}

function gateOf(conditions: readonly string[]): Gate {
  const folder = new Folder(new NodeTable(), fields, () => undefined);
  const tests = conditions.map((condition) => {
    const node = folder.fold(parse(condition), PPME.PPME_SYSCALL_READ_X);
    return necessaryTest(node, FILE_KEY) ?? { test: () => true, hint: undefined };
  });
  return new Gate(tests, 0);
}

const texts = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 4 });
const names = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 8 });
const operators = ['=', '!=', 'startswith', 'endswith', 'contains', 'glob'];

const checks = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('fd.name', 'fd.directory', 'fd.filename'),
      fc.constantFrom(...operators),
      texts,
    )
    .map(([field, operator, text]) => {
      const right = operator === 'glob' ? `${text}*` : text;
      return `${field} ${operator} ${quote(right)}`;
    }),
  fc
    .tuple(
      fc.constantFrom('fd.name', 'fd.directory', 'fd.filename'),
      fc.constantFrom('in', 'pmatch', 'startswith anyof'),
      fc.array(texts, { minLength: 1, maxLength: 3 }),
    )
    .map(([field, operator, all]) => `${field} ${operator} (${all.map(quote).join(', ')})`),
  fc.constantFrom('evt.rawres >= 0', 'proc.name = cat'),
);

const conditions = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    checks,
    tie('condition').map((item) => `not (${item})`),
    fc
      .tuple(
        fc.constantFrom(' and ', ' or '),
        fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
      )
      .map(([word, items]) => `(${items.join(word)})`),
  ),
})).condition;

test('no rule is left out that may match', () => {
  fc.assert(
    fc.property(
      fc.array(conditions, { minLength: 1, maxLength: 4 }),
      fc.array(names, { minLength: 1, maxLength: 6 }),
      (written, all) => {
        const gate = gateOf(written);
        for (const name of all) {
          const mask = gate.maskOfName(name);
          for (const values of [file(name), directory(name)]) {
            for (const [rule, condition] of written.entries()) {
              const expr = parse(condition);
              const may = holds(expr, values, true) || holds(expr, values, false);
              assert.ok(!may || (mask & (1 << rule)) !== 0, `${condition} on ${name}`);
            }
          }
        }
      },
    ),
    { numRuns: 2000 },
  );
});
