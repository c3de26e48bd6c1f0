/** The public rule files load as they are, and mean what is known of them. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { syscallEventTypes } from '../engine/syscall-source.ts';
import { templateFields } from '../lang/template.ts';
import { fieldsOf, macroNames } from '../lang/visitor.ts';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { hasEventType } from './event-types.ts';
import { type LoadResult, loadRules } from './load-rules.ts';
import { loadOptions } from './loading.cases.ts';
import { PRIORITIES } from './rule.ts';

const names = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'];

function loadPublic(wanted: readonly string[]): LoadResult {
  const files = wanted.map((name) => {
    return { name, text: readFileSync(sharedPath(`rules/${name}`), 'utf8') };
  });
  return loadRules(files, loadOptions);
}

interface RuleFacts {
  readonly rule: string;
  readonly file: string;
  readonly priority: string;
  readonly source: string;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  readonly eventTypes: readonly string[];
  readonly eventTypesNegated: readonly string[];
  readonly conditionFields: readonly string[];
  readonly outputFields: readonly string[];
  readonly macros: readonly string[];
}

interface FileFacts {
  readonly rules: number;
  readonly macros: number;
  readonly lists: number;
}

interface Facts {
  readonly perFile: Readonly<Record<string, FileFacts>>;
  readonly rules: readonly RuleFacts[];
}

function readFacts(): Facts {
  const path = sharedPath('spec/rules-facts.json');
  if (!existsSync(path)) return { perFile: {}, rules: [] };
  return JSON.parse(readFileSync(path, 'utf8')) as Facts;
}

const facts = readFacts();

describe('the public rules', { skip: skipWithoutShared }, () => {
  for (const name of names) {
    test(`${name} alone`, () => {
      const result = loadPublic([name]);
      assert.deepEqual(
        result.files.map((file) => [...file.errors, ...file.warnings].map(({ code }) => code)),
        [[]],
      );
      assert.equal(result.files[0]?.schemaValidation, 'ok');
      const { rules, macros, lists } = result.ruleSet;
      const { perFile } = facts;
      const want = perFile[name];
      assert.equal(rules.length, want?.rules);
      assert.equal(lists.size, want?.lists);
      // The facts count definitions, and some macros are defined twice.
      assert(macros.size <= (want?.macros ?? 0));
      assert.equal(result.ruleSet.requiredEngineVersion, '0.57.0');
    });
  }

  test('all together', () => {
    const { successful, ruleSet } = loadPublic(names);
    assert.equal(successful, true);
    assert.equal(ruleSet.rules.length, 93);
    assert.deepEqual(
      ruleSet.rules.map(({ name }) => name),
      facts.rules.map(({ rule }) => rule),
    );
  });

  test('rules are what is known of them', () => {
    const sets = new Map(names.map((name) => [name, loadPublic([name])]));
    for (const known of facts.rules) {
      const compiled = sets
        .get(known.file)
        ?.compiled.rules.find(({ rule }) => rule.name === known.rule);
      assert(compiled, known.rule);
      const { rule, condition, eventTypes } = compiled;
      const written = (field: { name: string; argument: string | undefined }): string =>
        field.argument === undefined ? field.name : `${field.name}[${field.argument}]`;
      assert.deepEqual(
        {
          priority: PRIORITIES[rule.priority].toUpperCase(),
          source: rule.source,
          enabled: rule.enabled,
          tags: rule.tags,
          macros: [...macroNames(condition.expr)].sort(),
          conditionFields: [...new Set(fieldsOf(condition.expr).map(written))].sort(),
          outputFields: templateFields(rule.output).map(written).sort(),
        },
        {
          priority: known.priority.replace(/^INFO$/, 'INFORMATIONAL'),
          source: known.source,
          enabled: known.enabled,
          tags: [...known.tags].sort(),
          macros: known.macros,
          conditionFields: known.conditionFields,
          outputFields: known.outputFields,
        },
        known.rule,
      );
      for (const name of known.eventTypes) {
        if (known.eventTypesNegated.includes(name)) continue;
        const [type = -1] = syscallEventTypes.named(name);
        assert(hasEventType(eventTypes, type), `${known.rule} sees ${name}`);
      }
    }
  });

  test('the rules for audit logs want their plugins', () => {
    const result = loadPublic(['k8s_audit_rules.yaml']);
    assert.equal(result.successful, false);
    assert.match(
      result.pluginProblem ?? '',
      /^Plugin requirement not satisfied, must load one of: k8saudit \(>= /,
    );
  });

  test('nobody defines what nobody uses', () => {
    const { files } = loadPublic(names);
    assert.deepEqual(
      files.flatMap(({ warnings }) => warnings),
      [],
    );
  });
});
