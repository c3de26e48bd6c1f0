import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { parse } from 'yaml';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import type { Expr } from './ast.ts';
import { countListItems, expandLists } from './expand.ts';
import { parseCondition } from './parser.ts';
import { printCondition } from './printer.ts';
import { stripSpans } from './strip-spans.cases.ts';
import { type NamedList, SUBSTITUTED_CHARS_MAX, substituteLists } from './substitute.ts';

function parsed(text: string): Expr {
  const { expr } = parseCondition(text);
  assert.ok(expr, text);
  return expr;
}

const lists: readonly NamedList[] = [
  { name: 'shells', items: ['sh', 'bash'] },
  { name: 'one', items: ['only'] },
  { name: 'none', items: [] },
  { name: 'odd', items: ['my program', '"my \\"own\\" program"', "'x'", 'a=b', ''] },
  { name: 'dir/list-1', items: ['/etc'] },
];
const byName = new Map(lists.map(({ name, items }) => [name, items]));

function expanded(text: string, used?: Set<string>): string {
  return printCondition(expandLists(parsed(text), (name) => byName.get(name), used));
}

suite('lists in the tree', () => {
  const cases: [text: string, expanded: string][] = [
    ['a.b in (shells)', 'a.b in (sh, bash)'],
    ['a.b in (x, shells, y)', 'a.b in (x, sh, bash, y)'],
    ['a.b in (none, x)', 'a.b in (x)'],
    ['a.b in (none)', 'a.b in ()'],
    ['a.b in shells', 'a.b in (sh, bash)'],
    ['a.b intersects shells', 'a.b intersects (sh, bash)'],
    ['a.b pmatch (dir/list-1)', 'a.b pmatch (/etc)'],
    ['a.b = anyof shells', 'a.b = anyof (sh, bash)'],
    ['a.b contains allof (shells)', 'a.b contains allof (sh, bash)'],
    ['a.b = one', 'a.b = only'],
    ['a.b = shells', 'a.b = shells'],
    ['a.b in ("shells", \'one\')', 'a.b in ("shells", "one")'],
    ['a.b = "one"', 'a.b = "one"'],
    ['a.b in unknown', 'a.b in unknown'],
    ['a.b in (odd)', 'a.b in ("my program", "my \\"own\\" program", "x", "a=b", "")'],
    ['not (one or a.b in (one)) and c', 'not (one or a.b in (only)) and c'],
    ['a.b = val(c.d) and len(a.b) > 3', 'a.b = val(c.d) and len(a.b) > 3'],
  ];
  for (const [text, expected] of cases) {
    test(text, () => {
      assert.equal(expanded(text), expected);
    });
  }

  test('says which lists were used, and shares what did not change', () => {
    const used = new Set<string>();
    assert.equal(
      expanded('a.b in (shells, x) and a.b = one and c', used),
      'a.b in (sh, bash, x) and a.b = only and c',
    );
    assert.deepEqual(used, new Set(['shells', 'one']));
    const tree = parsed('a and (b or not c.d in (x))');
    assert.equal(
      expandLists(tree, () => undefined),
      tree,
    );
  });
});

test('items of lists are counted as often as they are named', () => {
  const cases: readonly (readonly [text: string, count: number])[] = [
    ['a.b in (x, y)', 0],
    ['a.b in shells', 2],
    ['a.b in (shells, x, shells) and not (c or c.d in (odd))', 9],
    ['a.b in ("shells")', 0],
    ['a.b exists', 0],
  ];
  for (const [text, count] of cases) {
    assert.equal(
      countListItems(parsed(text), (name) => byName.get(name)),
      count,
      text,
    );
  }
});

suite("lists in the text, in Falco's way", () => {
  const cases: [text: string, substituted: string][] = [
    ['a.b in (shells)', 'a.b in ( sh, bash )'],
    ['a.b in (x,  shells ,y)', 'a.b in (x, sh, bash ,y)'],
    ['shells', 'sh, bash '],
    ['a.b=shells and c', 'a.b= sh, bash and c'],
    ['a.b in (x, none, y)', 'a.b in (x  , y)'],
    ['a.b in (none, y)', 'a.b in (   y)'],
    ['a.b in (one,one)', 'a.b in ( only , only )'],
    ['a.b in (shells2, my.shells, "shells")', 'a.b in (shells2, my.shells, "shells")'],
    ['a.b = "x shells y"', 'a.b = "x sh, bash y"'],
    ['a.b in (odd)', 'a.b in ( "my program", "my \\"own\\" program", \'x\', a=b,  )'],
  ];
  for (const [text, expected] of cases) {
    test(text, () => {
      assert.equal(substituteLists(text, lists), expected);
    });
  }

  test('lists that double each other do not grow without end', () => {
    const doubling = Array.from({ length: 100 }, (_, at) => ({
      name: `l${at}`,
      items: [`l${at + 1}`, `l${at + 1}`],
    }));
    const { length } = substituteLists('a.b in (l0)', doubling);
    assert.ok(length > SUBSTITUTED_CHARS_MAX && length < 4 * SUBSTITUTED_CHARS_MAX);
  });
});

interface RulesItem {
  readonly list?: string;
  readonly items?: readonly unknown[];
  readonly condition?: string;
}

test('tree and text agree on all conditions of the public rules', {
  skip: skipWithoutShared,
}, () => {
  const files = ['falco_rules', 'falco-incubating_rules', 'falco-sandbox_rules', 'k8s_audit_rules'];
  let conditions = 0;
  for (const file of files) {
    const text = readFileSync(sharedPath(`rules/${file}.yaml`), 'utf8');
    const items = parse(text) as readonly RulesItem[];
    const found = new Map<string, readonly string[]>();
    for (const { list, items: values } of items) {
      if (list === undefined) continue;
      const nested = (values ?? []).map(String).flatMap((value) => found.get(value) ?? [value]);
      found.set(list, nested);
    }
    const named = Array.from(found, ([name, values]) => ({ name, items: values }));
    for (const { condition } of items) {
      if (condition === undefined) continue;
      conditions++;
      const viaTree = expandLists(parsed(condition), (name) => found.get(name));
      const viaText = parsed(substituteLists(condition, named));
      assert.equal(printCondition(viaTree), printCondition(viaText));
      assert.deepEqual(
        stripSpans(parsed(printCondition(viaTree))),
        stripSpans(parsed(printCondition(viaText))),
      );
    }
  }
  assert.ok(conditions > 500);
});
