/** A rule as a page for people. */

import { parseCondition } from '@saker/core/lang/parser.ts';
import type { CompiledRule } from '@saker/core/rules/compiled-set.ts';
import type { RuleException } from '@saker/core/rules/rule.ts';
import { priorityName, priorityPaint } from '../terminal/priority.ts';
import { counted } from '../terminal/quantity.ts';
import type { Screen } from '../terminal/terminal.ts';
import { wrap } from '../terminal/text-width.ts';
import { visible } from '../terminal/visible-text.ts';
import { fill, layoutCondition } from './condition-layout.ts';
import { eventNames, eventNamesText } from './event-names.ts';
import { inlineMacros } from './inline-macros.ts';
import type { LoadedRules } from './load-files.ts';
import { type NamesUsed, namesUsed } from './names-used.ts';

const MARGIN = '  ';
const WIDTH_DEFAULT = 100;
const WIDTH_MAX = 120;
/** Names of events, and items of a list: the full ones are in the JSON document. */
const EVENT_NAMES_MAX = 24;
const LIST_ITEMS_MAX = 100;

/** Ends with a newline. */
export function rulePage(
  found: CompiledRule,
  loaded: LoadedRules,
  expanded: boolean,
  screen: Screen,
): string {
  const page = new RulePage(screen);
  page.head(found);
  const { rule } = found;
  if (expanded) {
    const macro = (name: string) => loaded.result.ruleSet.macros.get(name)?.condition.expr;
    page.condition('condition as it is evaluated', inlineMacros(rule.condition.expr, macro));
  } else {
    const { expr } = parseCondition(rule.conditionText);
    page.condition('condition', expr ?? found.condition.parsedExpr);
  }
  page.text('output', rule.outputText);
  page.exceptions(rule.exceptions);
  if (!expanded) page.names(namesUsed(found, loaded.result.compiled));
  return page.end();
}

type Expr = Parameters<typeof layoutCondition>[0];

class RulePage {
  readonly #screen: Screen;
  readonly #width: number;
  readonly #lines: string[] = [];

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#width = Math.min(screen.columns ?? WIDTH_DEFAULT, WIDTH_MAX);
  }

  end(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  head({ rule, eventTypes }: CompiledRule): void {
    const { style } = this.#screen;
    const { source, span } = rule.definedAt;
    const priority = priorityPaint(rule.priority, style)(priorityName(rule.priority));
    const place = `${visible(source.name)}:${source.position(span.start).line}`;
    const state = rule.enabled ? 'enabled' : style.yellow('disabled');
    this.#lines.push(
      style.bold(visible(rule.name)),
      `${priority}, ${state}, ${style.dim(place)}`,
      '',
    );
    this.#paragraph(visible(rule.description.trim().replace(/\s+/g, ' ')), '');
    const events = eventNamesText(eventNames(eventTypes), EVENT_NAMES_MAX);
    this.#lines.push('', this.#labelled('source', visible(rule.source)));
    this.#lines.push(...this.#labelledLines('events', events));
    this.#lines.push(...this.#labelledLines('tags', visible(rule.tags.join(', ')) || 'none'));
  }

  condition(title: string, expr: Expr): void {
    this.#title(title);
    this.#push(layoutCondition(expr, this.#look()));
  }

  text(title: string, text: string): void {
    this.#title(title);
    this.#paragraph(visible(text.replace(/\s+/g, ' ')), MARGIN);
  }

  exceptions(exceptions: readonly RuleException[]): void {
    if (exceptions.length === 0) return;
    this.#title('exceptions');
    for (const { name, fields, comps, values } of exceptions) {
      const operators = asList(comps);
      const terms = asList(fields).map((field, at) => `${field} ${operators[at] ?? '='} ...`);
      const count = values.length === 0 ? 'no values' : counted(values.length, 'value');
      const { style } = this.#screen;
      this.#push([`${style.cyan(visible(name))}: ${visible(terms.join(' and '))} (${count})`]);
      for (const value of values.slice(0, LIST_ITEMS_MAX)) {
        this.#push([`${MARGIN}${visible(valueText(value))}`]);
      }
      if (values.length > LIST_ITEMS_MAX) {
        this.#push([`${MARGIN}and ${values.length - LIST_ITEMS_MAX} more`]);
      }
    }
  }

  names({ macros, lists }: NamesUsed): void {
    const { style } = this.#screen;
    if (macros.length > 0) this.#title('macros');
    for (const { macro, condition } of macros) {
      const lines = layoutCondition(condition.parsedExpr, this.#look(2));
      this.#push([style.cyan(macro.name), ...lines.map((line) => MARGIN + line)]);
    }
    if (lists.length > 0) this.#title('lists');
    for (const { entry, items } of lists) {
      const shown = items.slice(0, LIST_ITEMS_MAX).map(visible);
      const more = items.length - shown.length;
      if (more > 0) shown.push(`and ${more} more`);
      if (items.length === 0) shown.push('(empty)');
      const lines = fill(shown, this.#width - 2 * MARGIN.length);
      this.#push([style.cyan(visible(entry.name)), ...lines.map((line) => MARGIN + line)]);
    }
  }

  #look(depth = 1) {
    return { style: this.#screen.style, width: this.#width - depth * MARGIN.length };
  }

  #title(title: string): void {
    this.#lines.push('', this.#screen.style.bold(title));
  }

  #push(lines: readonly string[]): void {
    this.#lines.push(...lines.map((line) => MARGIN + line));
  }

  #paragraph(text: string, margin: string): void {
    this.#lines.push(...wrap(text, this.#width - margin.length).map((line) => margin + line));
  }

  #labelled(label: string, text: string): string {
    return `${this.#screen.style.dim(label.padEnd(LABEL_COLUMNS))}${text}`;
  }

  #labelledLines(label: string, text: string): string[] {
    const [first = '', ...rest] = wrap(text, this.#width - LABEL_COLUMNS);
    const indent = ' '.repeat(LABEL_COLUMNS);
    return [this.#labelled(label, first), ...rest.map((line) => indent + line)];
  }
}

const LABEL_COLUMNS = 8;

function asList(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function valueText(value: RuleException['values'][number]): string {
  if (typeof value === 'string') return value;
  return value.map((part) => (typeof part === 'string' ? part : `(${part.join(', ')})`)).join(', ');
}
