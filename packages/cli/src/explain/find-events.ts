/** Where a rule matches in a capture; where it nearly did, if nowhere. */

import { eventLine, type EventSummary, processLine } from '../capture/event-line.ts';
import { eventNames, eventNamesText } from '../rules/event-names.ts';
import { counted, grouped, listed } from '../terminal/quantity.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { formatTable } from '../terminal/table.ts';
import { clip } from '../terminal/text-width.ts';
import { visible } from '../terminal/visible-text.ts';
import type { Question } from './question.ts';
import { EventSearch, type Miss } from './search-events.ts';

const EVENT_NAMES_MAX = 6;
const CLAUSE_COLUMNS_MAX = 120;

export async function findEvents(question: Question): Promise<void> {
  const { capture, progress, terminal, loaded, found, json } = question;
  const search = new EventSearch(found, loaded.ruleSet, loaded.fields);
  await capture.run(search, progress);
  if (json) terminal.out.write(`${JSON.stringify(searchDocument(question, search), null, 2)}\n`);
  else terminal.out.write(new SearchPage(question, search).text());
}

/** A search as text. */
class SearchPage {
  readonly #question: Question;
  readonly #search: EventSearch;

  constructor(question: Question, search: EventSearch) {
    this.#question = question;
    this.#search = search;
  }

  text(): string {
    const { events, matches, nearest } = this.#search;
    const { out } = this.#question.terminal;
    const { rule } = this.#question.found;
    const name = `"${visible(rule.name)}"`;
    const off = rule.enabled ? '' : ' The rule is disabled.';
    if (events === 0) {
      const { capture } = this.#question;
      const all = counted(capture.events, 'event');
      const head = `${name} is evaluated on no event of the capture: none of ${all} is one of its types`;
      return `${out.style.red(head)} (${this.#types()}).${off}\n`;
    }
    const among = `${counted(events, 'event')} that it is evaluated on (${this.#types()}).${off}`;
    if (matches > 0) {
      const head = out.style.green(`${name} matches ${grouped(matches)}`);
      return `${head} of the ${among}\n\n${this.#matches()}`;
    }
    const head = out.style.red(`${name} matches none`);
    const misses = nearest.map((miss) => this.#miss(miss)).join('');
    return `${head} of the ${among}\n\n${this.#clauses()}\nNearest\n${misses}${this.#next(nearest[0]?.event)}`;
  }

  #types(): string {
    return eventNamesText(eventNames(this.#question.found.eventTypes), EVENT_NAMES_MAX);
  }

  #matches(): string {
    const { firstMatches, matches } = this.#search;
    const more = matches - firstMatches.length;
    const rest = more > 0 ? `  and ${grouped(more)} more\n` : '';
    return firstMatches.map((event) => this.#event(event)).join('') + rest + this.#next(firstMatches[0]);
  }

  #event(event: EventSummary): string {
    return `  ${eventLine(event, this.#question.terminal.out.style)}\n    ${processLine(event)}\n`;
  }

  #miss({ event, failed }: Miss): string {
    const { style } = this.#question.terminal.out;
    const clauses = failed.map(({ text }) => clip(visible(text), CLAUSE_COLUMNS_MAX));
    return `${this.#event(event)}    ${style.red('failed')} ${listed(clauses)}\n`;
  }

  /** What failed most often first. */
  #clauses(): string {
    const { clauses, failures, events } = this.#search;
    const { style, columns: width } = this.#question.terminal.out;
    const columns = [
      { title: 'failed', align: 'right' },
      { title: 'held', align: 'right' },
      { title: 'part of the condition', shrinks: true },
    ] as const;
    const rows = clauses
      .map(({ text }, at) => ({ text: visible(text), failed: failures[at] ?? 0 }))
      .toSorted((left, right) => right.failed - left.failed)
      .map(({ text, failed }) => [
        { text: grouped(failed), paint: failed === events ? style.red : style.dim },
        grouped(events - failed),
        text,
      ]);
    return formatTable(columns, rows, { style, width });
  }

  /** The command that goes on from here. */
  #next(event: EventSummary | undefined): string {
    if (event === undefined) return '';
    const { capture, found, rulesOptions, terminal } = this.#question;
    const words = ['saker', 'explain', capture.path, '--rule', found.rule.name];
    const line = [...words, '--event', event['evt.num'] ?? '', ...rulesOptions].map(shellWord);
    return `\n${terminal.out.style.dim(`Why: ${line.join(' ')}`)}\n`;
  }
}

function searchDocument({ found }: Question, search: EventSearch) {
  const { rule, eventTypes } = found;
  const { isAll, names } = eventNames(eventTypes);
  return {
    rule: rule.name,
    enabled: rule.enabled,
    types: isAll ? 'all' : names,
    events: search.events,
    matches: search.matches,
    first: search.firstMatches,
    clauses: search.clauses.map(({ text }, at) => ({ text, failed: search.failures[at] ?? 0 })),
    nearest: search.nearest.map(({ event, failed }) => ({
      event,
      failed: failed.map(({ text }) => text),
    })),
  };
}
