/** `saker rules show`: one rule on a page, or as a document. */

import { printCondition } from '@saker/core/lang/printer.ts';
import type { CompiledRule } from '@saker/core/rules/compiled-set.ts';
import { PRIORITIES } from '@saker/core/rules/rule.ts';
import { type Call, EXIT_FAILED, EXIT_OK } from '../command-line/command.ts';
import { eventNames } from './event-names.ts';
import { findRule } from './find-rule.ts';
import { inlineMacros } from './inline-macros.ts';
import { type LoadedRules, loadFiles, namedRules, writeProblems } from './load-files.ts';
import { namesUsed } from './names-used.ts';
import { rulePage } from './rule-page.ts';

export async function showRule({ args, terminal }: Call): Promise<number> {
  const [name, ...files] = args.operands('name of a rule', 1, Number.POSITIVE_INFINITY);
  const loaded = loadFiles(namedRules(args, files));
  const found = findRule(loaded, name ?? '');
  if (args.has('json')) {
    terminal.out.write(`${JSON.stringify(ruleDocument(found, loaded), null, 2)}\n`);
  } else {
    terminal.out.write(rulePage(found, loaded, args.has('expanded'), terminal.out));
  }
  return writeProblems(loaded, terminal.err) ? EXIT_FAILED : EXIT_OK;
}

function ruleDocument(found: CompiledRule, { result: { compiled, ruleSet } }: LoadedRules) {
  const { rule, eventTypes } = found;
  const { macros, lists } = namesUsed(found, compiled);
  const { isAll, names } = eventNames(eventTypes);
  const expanded = inlineMacros(
    rule.condition.expr,
    (name) => ruleSet.macros.get(name)?.condition.expr,
  );
  return {
    name: rule.name,
    description: rule.description,
    priority: PRIORITIES[rule.priority],
    source: rule.source,
    enabled: rule.enabled,
    tags: rule.tags,
    file: rule.definedAt.source.name,
    line: rule.definedAt.source.position(rule.definedAt.span.start).line,
    events: isAll ? 'all' : names,
    condition: rule.conditionText,
    expanded: printCondition(expanded),
    output: rule.outputText,
    exceptions: rule.exceptions,
    macros: Object.fromEntries(
      macros.map(({ entry }) => [entry.name, entry.condition.text.trim()]),
    ),
    lists: Object.fromEntries(lists.map(({ entry, items }) => [entry.name, items])),
  };
}
