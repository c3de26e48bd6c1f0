/** Where a rule matches in a capture; where it nearly did, if nowhere. */

import { type EventSummary, eventLines } from '../capture/event-line.ts';
import { eventNames, eventNamesText } from '../rules/event-names.ts';
import { counted, grouped, listed } from '../terminal/quantity.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { formatTable } from '../terminal/table.ts';
import { clip, wrap } from '../terminal/text-width.ts';
import { visible } from '../terminal/visible-text.ts';
import type { Question } from './question.ts';
import { EventSearch, type Miss } from './search-events.ts';

const INDENT = '  ';
const EVENT_NAMES_MAX = 6;
const CLAUSE_COLUMNS_MAX = 120;
const ARGS_COLUMNS_MAX = 160;
/** Ways to fail that are shown, and clauses of one of them. */
const MISSES_MAX = 5;
const CLAUSES_MAX = 3;

export async function findEvents(question: Question): Promise<void> {
  const { capture, progress, terminal, loaded, found, json } = question;
  const search = new EventSearch(found, loaded.result.ruleSet, loaded.fields);
  try {
    await capture.run(search, progress);
  } finally {
    // What was found before the capture broke off is worth telling; the error follows.
    if (capture.events > 0) {
      const document = () => `${JSON.stringify(searchDocument(question, search), null, 2)}\n`;
      terminal.out.write(json ? document() : new SearchPage(question, search).text());
    }
  }
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
    const { style, columns } = this.#question.terminal.out;
    const { rule } = this.#question.found;
    const { events, matches } = this.#search;
    const name = `"${visible(rule.name)}"`;
    const off = rule.enabled ? '' : ' The rule is disabled.';
    const paint = matches > 0 ? style.green : style.red;
    const answer = (text: string): string => {
      const lines = wrap(`${name} ${text}.${off}`, columns);
      return lines.map((line) => `${paint(line)}\n`).join('');
    };
    if (events === 0) {
      const { names } = eventNames(this.#question.found.eventTypes);
      if (names.length === 0)
        return answer('can match no event: its checks on evt.type exclude all');
      const all = counted(this.#question.capture.events, 'event');
      const only = `is evaluated on these events only: ${this.#types()}`;
      return answer(`${only}. The capture has none of them among its ${all}`);
    }
    const sentence = `${foundText(matches, events)} that it is evaluated on (${this.#types()})`;
    return `${answer(sentence)}\n${matches > 0 ? this.#matches() : this.#misses()}`;
  }

  #types(): string {
    return eventNamesText(eventNames(this.#question.found.eventTypes), EVENT_NAMES_MAX);
  }

  #matches(): string {
    const { firstMatches, matches } = this.#search;
    const more = matches - firstMatches.length;
    const rest = more > 0 ? `  and ${grouped(more)} more\n` : '';
    const list = firstMatches.map((event) => this.#event(event)).join('');
    return list + rest + this.#next(firstMatches[0]);
  }

  #misses(): string {
    const nearest = this.#search.nearest(MISSES_MAX);
    const { style } = this.#question.terminal.out;
    const list = nearest.map((miss) => this.#miss(miss)).join('');
    const heading = style.bold('Nearest to a match');
    return `${this.#clauses()}\n${heading}\n${list}${this.#next(nearest[0]?.first)}`;
  }

  #event(event: EventSummary): string {
    const { style, columns } = this.#question.terminal.out;
    const look = { style, columns: columns && columns - INDENT.length };
    const lines = eventLines(event, look, ARGS_COLUMNS_MAX);
    return lines.map((line) => `${INDENT}${line}\n`).join('');
  }

  #miss({ first, failed, count }: Miss): string {
    const { style } = this.#question.terminal.out;
    const clauses = failed.slice(0, CLAUSES_MAX).map(({ text }) => clauseText(text));
    const more = failed.length - clauses.length;
    if (more > 0) clauses.push(`${more} more`);
    const others = count > 1 ? ` (as did ${counted(count - 1, 'later event')})` : '';
    return `${this.#event(first)}    ${style.red('failed')} ${listed(clauses)}${others}\n`;
  }

  /** What failed most often first; what never did is only counted. */
  #clauses(): string {
    const { clauses, events } = this.#search;
    const { style, columns: width } = this.#question.terminal.out;
    const columns = [
      { title: 'failed', align: 'right' },
      { title: 'held', align: 'right' },
      { title: 'part of the condition', shrinks: true },
    ] as const;
    const counts = clauses
      .map((clause) => ({ clause, failed: this.#search.failures(clause) }))
      .filter(({ failed }) => failed > 0)
      .toSorted((left, right) => right.failed - left.failed);
    const rows = counts.map(({ clause, failed }) => [
      { text: grouped(failed), paint: failed === events ? style.red : style.dim },
      grouped(events - failed),
      clauseText(clause.text),
    ]);
    const always = clauses.length - rows.length;
    const rest = always > 0 ? `${counted(always, 'other part')} held on every event\n` : '';
    return formatTable(columns, rows, { style, width }) + rest;
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

function foundText(matches: number, events: number): string {
  if (events === 1)
    return matches === 1 ? 'matches the only event' : 'does not match the only event';
  return `matches ${matches === 0 ? 'none' : grouped(matches)} of the ${counted(events, 'event')}`;
}

function clauseText(text: string): string {
  return clip(visible(text), CLAUSE_COLUMNS_MAX);
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
    clauses: search.clauses.map((clause) => ({
      text: clause.text,
      failed: search.failures(clause),
    })),
    nearest: search.nearest(MISSES_MAX).map(({ first, failed, count }) => ({
      failed: failed.map(({ text }) => text),
      events: count,
      first,
    })),
  };
}
