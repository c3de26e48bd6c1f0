/** `saker rules list`: one row per rule. */

import { suggest } from '@saker/core/base/suggest.ts';
import type { CompiledRule } from '@saker/core/rules/compiled-set.ts';
import { PRIORITIES } from '@saker/core/rules/rule.ts';
import { type Arguments, didYouMean } from '../command-line/arguments.ts';
import { type Call, EXIT_FAILED, EXIT_OK } from '../command-line/command.ts';
import { priorityName, priorityPaint } from '../terminal/priority.ts';
import { counted, grouped } from '../terminal/quantity.ts';
import { type Cell, formatTable } from '../terminal/table.ts';
import type { Screen } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible-text.ts';
import { eventNames, eventNamesText } from './event-names.ts';
import { type LoadedRules, loadFiles, namedRules, writeProblems } from './load-files.ts';

/** Names of events in a row. */
const EVENT_NAMES_MAX = 3;

export async function listRules({ args, terminal }: Call): Promise<number> {
  const loaded = loadFiles(namedRules(args, args.words));
  const rules = chosenRules(loaded, args);
  if (args.has('json')) {
    terminal.out.write(`${JSON.stringify(rules.map(ruleDocument), null, 2)}\n`);
  } else if (rules.length > 0) {
    terminal.out.write(ruleTable(rules, terminal.out));
    terminal.err.write(`\n${countText(rules, loaded)}\n`);
  } else {
    terminal.err.write(`${noneText(loaded, args)}\n`);
  }
  return writeProblems(loaded, terminal.err) ? EXIT_FAILED : EXIT_OK;
}

function chosenRules({ result: { compiled } }: LoadedRules, args: Arguments): CompiledRule[] {
  const tags = args.values('tag');
  const source = args.value('source');
  return compiled.rules.filter(
    ({ rule }) =>
      tags.every((tag) => rule.tags.includes(tag)) &&
      (source === undefined || rule.source === source) &&
      !(args.has('disabled') && rule.enabled),
  );
}

/** The source is only told where there are several. */
function ruleTable(rules: readonly CompiledRule[], { style, columns: width }: Screen): string {
  const hasSources = new Set(rules.map(({ rule }) => rule.source)).size > 1;
  const columns = [
    { title: 'rule', shrinks: true },
    { title: 'priority' },
    { title: 'enabled' },
    ...(hasSources ? [{ title: 'source' }] : []),
    { title: 'events', shrinks: true },
    { title: 'tags', shrinks: true },
  ];
  const rows = rules.map(({ rule, eventTypes }): Cell[] => [
    { text: visible(rule.name), paint: rule.enabled ? style.bold : style.dim },
    { text: priorityName(rule.priority), paint: priorityPaint(rule.priority, style) },
    rule.enabled ? 'yes' : { text: 'no', paint: style.yellow },
    ...(hasSources ? [visible(rule.source)] : []),
    eventNamesText(eventNames(eventTypes), EVENT_NAMES_MAX),
    { text: visible(rule.tags.join(', ')), paint: style.dim },
  ]);
  return formatTable(columns, rows, { style, width });
}

function countText(rules: readonly CompiledRule[], { result: { compiled } }: LoadedRules): string {
  const disabled = rules.filter(({ rule }) => !rule.enabled).length;
  const off = disabled === 0 ? '' : `, ${disabled} of them disabled`;
  const all = compiled.rules.length;
  const of = rules.length === all ? '' : `${grouped(rules.length)} of `;
  return `${of}${counted(all, 'rule')}${off}`;
}

/** Why nothing is listed. */
function noneText({ result: { compiled } }: LoadedRules, args: Arguments): string {
  if (compiled.rules.length === 0) return 'the files define no rule that is in order';
  const tags = new Set(compiled.rules.flatMap(({ rule }) => rule.tags));
  const unknown = args.values('tag').find((tag) => !tags.has(tag));
  if (unknown !== undefined) {
    return `no rule has the tag "${unknown}"${didYouMean(suggest(unknown, tags))}`;
  }
  return `none of ${counted(compiled.rules.length, 'rule')} fits the options`;
}

function ruleDocument({ rule, eventTypes }: CompiledRule) {
  const { isAll, names } = eventNames(eventTypes);
  return {
    name: rule.name,
    priority: PRIORITIES[rule.priority],
    source: rule.source,
    enabled: rule.enabled,
    tags: rule.tags,
    events: isAll ? 'all' : names,
    description: rule.description,
    file: rule.definedAt.source.name,
    line: rule.definedAt.source.position(rule.definedAt.span.start).line,
  };
}
