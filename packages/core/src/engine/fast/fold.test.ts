import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Source } from '../../base/source.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { FieldTable } from '../../fields/field-catalogue.ts';
import type { Expr } from '../../lang/ast.ts';
import { parseCondition } from '../../lang/parser.ts';
import { Folder } from './fold.ts';
import { type Node, NodeTable } from './node.ts';

const { PPME_SYSCALL_OPENAT_2_X: OPENAT, PPME_SYSCALL_READ_X: READ } = PPME;
const fields = new FieldTable();

function parse(text: string): Expr {
  const { expr, diagnostics } = parseCondition(new Source('condition', text));
  assert.ok(expr !== undefined && diagnostics.length === 0, `does not parse: ${text}`);
  return expr;
}

function folderWith(macros: Readonly<Record<string, string>> = {}) {
  const parsed = new Map(Object.entries(macros).map(([name, text]) => [name, parse(text)]));
  const nodes = new NodeTable();
  return { nodes, folder: new Folder(nodes, fields, (name) => parsed.get(name)) };
}

/** `leaf`: the type does not decide it. */
function kindOf(node: Node): boolean | string {
  return node.kind === 'constant' ? node.value : node.kind;
}

test("what the least value of a field decides: Falco's placeholders", () => {
  const cases: readonly (readonly [condition: string, folded: boolean | string])[] = [
    ['evt.num = 0', false],
    ['evt.num != 0', true],
    ['evt.num < 1', false],
    ['evt.num <= 0', false],
    ['evt.num > 0', true],
    ['evt.num >= 0', true],
    ['evt.num >= 1', true],
    ['not evt.num = 0', true],
    ['fd.name = /a and evt.num = 0', false],
    ['fd.name = /a or evt.num >= 0', true],
    ['evt.num = 1', 'leaf'],
    ['evt.num != 1', 'leaf'],
    ['evt.num < 2', 'leaf'],
    ['evt.num <= 1', 'leaf'],
    ['evt.num > 1', 'leaf'],
    ['evt.num >= 2', 'leaf'],
    ['evt.num in (0, 1)', 'leaf'],
    ['evt.num exists', 'leaf'],
    ['fd.num >= 0', 'leaf'],
  ];
  for (const [condition, folded] of cases) {
    const { folder } = folderWith();
    assert.equal(kindOf(folder.fold(parse(condition), OPENAT)), folded, condition);
  }
});

test('what depends on the type is folded anew for each, wherever it stands', () => {
  const macros = { opens: 'evt.type = openat', named: 'fd.name = /a', both: 'opens and named' };
  const conditions = [
    'opens',
    'not opens',
    'named and opens',
    'opens and named',
    'both or both',
    'evt.num > 0 and (named or not both)',
    '(opens or evt.type = read) and named',
  ];
  const together = folderWith(macros);
  const exprs = conditions.map(parse);
  for (const type of [OPENAT, READ, OPENAT]) {
    for (const [at, expr] of exprs.entries()) {
      const alone = folderWith(macros);
      assert.equal(
        kindOf(together.folder.fold(expr, type)),
        kindOf(alone.folder.fold(parse(conditions[at] ?? ''), type)),
        `${conditions[at]} on ${type}`,
      );
    }
  }
});

test('what does not depend on it is the same node for all types', () => {
  const { folder } = folderWith({ named: 'fd.name = /a or proc.name = b' });
  const expr = parse('named and fd.num > 2');
  assert.equal(folder.fold(expr, OPENAT), folder.fold(expr, READ));
});
