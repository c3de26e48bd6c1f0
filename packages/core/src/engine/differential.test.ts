/**
 * The fast evaluator against the plain one: on every event of every capture, for the public rules
 * and for generated conditions, both must find the same rules. Verdicts that outlive events are
 * what could go wrong, so planted bugs of that kind must be found.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Source } from '../base/source.ts';
import { FieldTable } from '../fields/field-catalogue.ts';
import type { Expr } from '../lang/ast.ts';
import { parseCondition } from '../lang/parser.ts';
import { loadRules } from '../rules/load-rules.ts';
import { loadOptions } from '../rules/loading.cases.ts';
import type { EventContext } from '../state/event-context.ts';
import { replayCapture, sharedPath, skipWithoutShared } from '../testing.ts';
import { type Evaluator, FastEvaluator } from './fast/fast-evaluator.ts';
import {
  generateCondition,
  random,
  type SampledField,
  sample,
  sampledFields,
} from './generated-conditions.cases.ts';
import { PlainCompiler, type Predicate } from './plain.ts';
import { RuleEngine } from './rule-engine.ts';

const SEED = Number(process.env['SAKER_TEST_SEED'] ?? 20261121);
/** Every n-th event is looked at for sample values. */
const SAMPLE_EVERY = 7;
const GENERATED = 400;
/** The bench capture is long; what its events have in common with the others suffices here. */
const BENCH_CAPTURE = 'bench1.scap';
const CAPTURES = [
  'open1.scap',
  'curl_google.scap',
  'curl_google_comments.scap',
  'single_ipv6_conn.scap',
  'test_ipv6_client.scap',
];
const PUBLIC_RULES = [
  'falco_rules.yaml',
  'falco-incubating_rules.yaml',
  'falco-sandbox_rules.yaml',
];

const fields = new FieldTable();

function parse(text: string): Expr {
  const { expr, diagnostics } = parseCondition(new Source('generated', text));
  assert.ok(expr !== undefined && diagnostics.length === 0, `does not parse: ${text}`);
  return expr;
}

function samplesOf(capture: string): SampledField[] {
  const sampled = sampledFields();
  let at = 0;
  replayCapture(sharedPath(`compat/${capture}`), (context) => {
    if (at++ % SAMPLE_EVERY === 0) sample(sampled, context);
  });
  return sampled.filter(({ literals }) => literals.size > 0);
}

interface Outcome {
  /** Events on which each condition was true. */
  readonly trueOn: number[];
  /** The first few disagreements. */
  readonly differences: string[];
}

interface Planted {
  /** Called with the context of the first event. */
  readonly start?: (context: EventContext) => void;
  readonly plain?: (predicates: Predicate[]) => Predicate[];
}

function compare(capture: string, conditions: readonly string[], planted: Planted = {}): Outcome {
  const exprs = conditions.map(parse);
  const macros = () => undefined;
  const compiler = new PlainCompiler(fields, macros);
  const compiled = exprs.map((expr) => compiler.compile(expr));
  const predicates = planted.plain?.(compiled) ?? compiled;
  let fast: Evaluator | undefined;
  const outcome: Outcome = { trueOn: conditions.map(() => 0), differences: [] };
  const found: number[] = [];
  replayCapture(sharedPath(`compat/${capture}`), (context) => {
    if (fast === undefined) {
      planted.start?.(context);
      const rules = exprs.map((expr) => ({ condition: { expr } }));
      const once = <Result>(work: () => Result): Result => work();
      const options = { fields, macros, state: context.state, all: true, once };
      const evaluator = new FastEvaluator(rules, options);
      fast = (at, out) => evaluator.evaluate(at, out);
    }
    const count = fast(context, found);
    let next = 0;
    predicates.forEach((predicate, index) => {
      const want = predicate(context);
      const got = next < count && found[next] === index;
      if (got) next++;
      if (want) outcome.trueOn[index] = (outcome.trueOn[index] ?? 0) + 1;
      if (want !== got && outcome.differences.length < 5) {
        outcome.differences.push(
          `event ${context.event.num}: plain ${want}, fast ${got}: ${conditions[index]}`,
        );
      }
    });
  });
  return outcome;
}

for (const capture of CAPTURES) {
  test(`generated conditions on ${capture}`, { skip: skipWithoutShared }, () => {
    const sampled = samplesOf(capture);
    const next = random(SEED);
    const conditions = Array.from({ length: GENERATED }, (_, at) =>
      generateCondition(sampled, next, at % 4),
    );
    const { trueOn, differences } = compare(capture, conditions);
    assert.deepEqual(differences, [], `seed ${SEED}`);
    const alive = trueOn.filter((count) => count > 0).length;
    assert.ok(alive > GENERATED / 2, `only ${alive} of ${GENERATED} conditions are ever true`);
  });
}

/**
 * Few conditions that ask the same of every event: there the evaluator ends before the first of
 * them, by what they have in common or by the name of the file or the program.
 */
test('generated conditions behind common ones', { skip: skipWithoutShared }, () => {
  const common = [
    'evt.rawres >= 0',
    'fd.num >= 0 and fd.name startswith /',
    'fd.directory startswith /',
    'fd.filename != passwd and not fd.name startswith /etc',
    'proc.name in (bash, sh, cat, ls)',
  ];
  const capture = 'open1.scap';
  const sampled = samplesOf(capture);
  const next = random(SEED);
  for (const condition of common) {
    const generated = Array.from(
      { length: 4 },
      (_, at) => `${condition} and ${generateCondition(sampled, next, 1 + (at % 3))}`,
    );
    const { trueOn, differences } = compare(capture, [condition, ...generated]);
    assert.deepEqual(differences, [], `seed ${SEED}`);
    assert.ok((trueOn[0] ?? 0) > 0, `${condition} is never true`);
  }
});

/** Rules as they are: macros, lists and exceptions, in one engine and one by one. */
for (const capture of CAPTURES) {
  test(`the public rules on ${capture}`, { skip: skipWithoutShared }, () => {
    const files = PUBLIC_RULES.map((name) => {
      return { name, text: readFileSync(sharedPath(`rules/${name}`), 'utf8') };
    });
    const { ruleSet } = loadRules(files, loadOptions);
    // Also those that are off by default.
    const rules = ruleSet.rules.map((rule) => ({ ...rule, enabled: true }));
    let engines: readonly RuleEngine[] | undefined;
    replayCapture(sharedPath(`compat/${capture}`), (context) => {
      const { state } = context;
      engines ??= (['fast', 'plain'] as const).map((evaluator) => {
        return new RuleEngine({ ...ruleSet, rules }, { fields, state, matching: 'all', evaluator });
      });
      const [fast = [], plain] = engines.map((engine) => {
        return Array.from({ length: engine.evaluate(context) }, (_, at) => engine.matched(at).name);
      });
      assert.deepEqual(fast, plain, `event ${context.event.num}`);
    });
  });
}

test('a verdict that is kept too long is found', { skip: skipWithoutShared }, () => {
  const conditions = [
    'proc.name in (bash, sh, cat)',
    'proc.aname[2] = bash',
    'proc.cmdline contains -c',
  ];
  const { differences } = compare('open1.scap', conditions, {
    start({ state }) {
      state.threads.touch = () => undefined;
    },
  });
  assert.notDeepEqual(differences, []);
});

test('a wrong predicate of the plain evaluator is found', { skip: skipWithoutShared }, () => {
  const { differences } = compare('open1.scap', ['fd.name startswith /etc'], {
    plain: ([first]) => [(context) => first?.(context) === true && context.event.num % 97 !== 0],
  });
  assert.notDeepEqual(differences, []);
});

test('no capture is left out', { skip: skipWithoutShared }, () => {
  const present = readdirSync(sharedPath('compat')).filter((name) => name.endsWith('.scap'));
  assert.deepEqual(present.toSorted(), [...CAPTURES, BENCH_CAPTURE].toSorted());
});
