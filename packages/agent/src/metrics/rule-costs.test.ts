import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { load } from '@saker/core/rules/loading.cases.ts';
import { TestMachine, threadEntry } from '@saker/core/state/machine.cases.ts';
import { RuleCosts, ruleCostFamilies } from './rule-costs.ts';

const rule = (name: string, condition: string): string =>
  `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: o\n  priority: INFO\n`;

/** A clock that goes on by `step` milliseconds each time that somebody looks. */
function steppingClock(step: number): () => number {
  let ms = 0;
  return () => (ms += step);
}

function openEvent() {
  const m = new TestMachine().starts(threadEntry(1));
  return m.on(1, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: '/x' });
}

function follow(costs: RuleCosts, ...names: readonly string[]): void {
  const texts = names.map((name) => rule(name, 'evt.type = open and fd.name = /x'));
  const { ruleSet } = load(texts.join(''));
  costs.follow(ruleSet.rules, ruleSet, new FieldTable());
}

test('one event in N is sampled, and all rules on it', () => {
  const costs = new RuleCosts('syscall', { everyEvents: 10, now: steppingClock(1) });
  follow(costs, 'a', 'b');
  const context = openEvent();
  const EVENTS = 20_000;
  for (let count = 0; count < EVENTS; count++) costs.onEvent(context);
  // 2000 are expected: a deviation of a fifth is more than ten times the usual one.
  assert.ok(costs.samples > 1600 && costs.samples < 2400, `${costs.samples} samples`);
  // Two looks at the clock for each of two rules, and one more.
  assert.equal(costs.sampledMs, 5 * costs.samples);
});

test('what looking at the clock takes is not counted as cost of a rule', () => {
  let us = 0;
  let stepUs = 1;
  const now = (): number => (us += stepUs) / 1000;
  const costs = new RuleCosts('syscall', { everyEvents: 1, random: () => 0, now });
  follow(costs, 'a');
  // Of which the rule takes 40.
  stepUs = 41;
  costs.onEvent(openEvent());
  const [cost] = costs.costs;
  assert.equal(cost?.ms.toFixed(6), '0.040000');
});

test('of a long time a second look is taken, and the shorter counts', () => {
  // The start, before and after the rule, twice, the end: it took 30 ms and then 10 µs.
  const steps = [0, 0, 30, 0, 0.01, 0];
  let isCounting = false;
  let ms = 0;
  const now = (): number => (ms += isCounting ? (steps.shift() ?? Number.NaN) : 0);
  const costs = new RuleCosts('syscall', { everyEvents: 1, random: () => 0, now });
  follow(costs, 'a');
  isCounting = true;
  costs.onEvent(openEvent());
  const [cost] = costs.costs;
  assert.equal(cost?.ms.toFixed(6), '0.010000');
  assert.equal(costs.sampledMs.toFixed(6), '30.010000');
  assert.deepEqual(steps, []);
});

test('rules that stay through a reload keep what was counted of them', () => {
  const costs = new RuleCosts('syscall', {
    everyEvents: 1,
    random: () => 0,
    now: steppingClock(1),
  });
  follow(costs, 'a', 'b');
  const [before] = [...costs.costs];
  follow(costs, 'c', 'a');
  const after = [...costs.costs];
  assert.deepEqual(
    after.map(({ rule: name }) => name),
    ['c', 'a'],
  );
  assert.equal(after[1], before);
});

test('rules of all sources are told together', () => {
  const sources = [new RuleCosts('syscall'), new RuleCosts('k8s_audit')];
  const [first] = sources;
  if (first !== undefined) follow(first, 'a');
  const families = ruleCostFamilies(sources);
  assert.deepEqual(
    families.map(({ samples }) => samples.map(({ labels }) => labels)),
    [
      [{ rule_name: 'a', source: 'syscall' }],
      [{ source: 'syscall' }, { source: 'k8s_audit' }],
      [{ source: 'syscall' }, { source: 'k8s_audit' }],
    ],
  );
});
