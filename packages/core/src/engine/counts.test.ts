/**
 * Twelve rules over many operators on a long capture: how often each matches is known from Falco.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Source } from '../base/source.ts';
import { FieldTable } from '../fields/field-catalogue.ts';
import { loadRules } from '../rules/load-rules.ts';
import type { SystemState } from '../state/system-state.ts';
import { replayCapture, sharedPath, skipWithoutShared } from '../testing.ts';
import { RuleEngine } from './rule-engine.ts';
import { ruleSources, syscallEventTypes } from './syscall-source.ts';

function load(name: string, fields: FieldTable) {
  const text = readFileSync(sharedPath(name), 'utf8');
  const { ruleSet, successful } = loadRules([new Source(name, text)], {
    sources: ruleSources(fields),
    eventTypes: syscallEventTypes,
    plugins: [],
  });
  assert.ok(successful);
  return ruleSet;
}

test('bench1.counts.yaml matches as often as in Falco', { skip: skipWithoutShared }, () => {
  const fields = new FieldTable();
  const ruleSet = load('compat/bench1.counts.yaml', fields);
  const engineFor = (state: SystemState) =>
    new RuleEngine(ruleSet, { fields, state, matching: 'all', evaluator: 'fast' });
  let engine: RuleEngine | undefined;
  replayCapture(sharedPath('compat/bench1.scap'), (context) => {
    engine ??= engineFor(context.state);
    engine.evaluate(context);
  });
  const counts = engine?.rules.map(({ name }, at) => [name, engine?.matchCounts[at]] as const);
  const answers: unknown = JSON.parse(
    readFileSync(sharedPath('compat/bench1.counts.json'), 'utf8'),
  );
  assert.deepEqual(Object.fromEntries(counts ?? []), answers);
});
