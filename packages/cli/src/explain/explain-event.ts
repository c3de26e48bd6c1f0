/** One rule on one event: the answer, the event, the tree. */

import { CommandError } from '@saker/agent/app/command-error.ts';
import { explain } from '@saker/core/engine/explain.ts';
import { PlainCompiler } from '@saker/core/engine/plain.ts';
import { hasRealPath, underRealPath } from '@saker/core/engine/real-path.ts';
import { eventTable } from '@saker/core/events/event-table.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { type EventSummary, eventLines, eventReader } from '../capture/event-line.ts';
import { counted } from '../terminal/quantity.ts';
import { wrap } from '../terminal/text-width.ts';
import { visible } from '../terminal/visible-text.ts';
import { answerText } from './answer.ts';
import { type ExplainedTerm, explainedTerm } from './explained-term.ts';
import { explanationTree } from './explanation-tree.ts';
import { macrosOf, type Question } from './question.ts';

interface Answer {
  readonly event: EventSummary;
  readonly term: ExplainedTerm;
  /** Name of the rule before this one that matches too. */
  readonly shadowedBy: string | undefined;
  /** The name that the file was opened by, where the rule matches the kernel's path. */
  readonly givenName?: string | undefined;
}

/** CommandError when rules do not see the event, or there is none of that number. */
export async function explainEvent(question: Question, eventNumber: number): Promise<void> {
  const { capture, progress, terminal, json } = question;
  let answer: Answer | undefined;
  let hidden: string | undefined;
  await capture.run(
    {
      onEvent(context, isShown) {
        if (context.event.num < eventNumber) return true;
        if (isShown) answer = answerFor(question, context);
        else hidden = hiddenText(context);
        return false;
      },
    },
    progress,
  );
  if (hidden !== undefined) throw new CommandError(hidden);
  if (answer === undefined) throw new CommandError(pastEnd(question, eventNumber));
  terminal.out.write(json ? documentText(question, answer) : pageText(question, answer));
}

/** As rules are evaluated: under the name that was given or, without a match, the kernel's path. */
function answerFor(question: Question, context: EventContext): Answer {
  const answer = answerUnderName(question, context);
  if (answer.term.result || !hasRealPath(context)) return answer;
  const other = underRealPath(context, () => answerUnderName(question, context));
  return other.term.result ? { ...other, givenName: context.fd?.name } : answer;
}

function answerUnderName(question: Question, context: EventContext): Answer {
  const { loaded, found } = question;
  const { expr, source } = found.rule.condition;
  const macros = macrosOf(loaded);
  const explanation = explain(expr, context, { fields: loaded.fields, macros });
  return {
    event: eventReader(loaded.fields)(context),
    term: explainedTerm(explanation, {
      source,
      macroSource: (name) => loaded.result.ruleSet.macros.get(name)?.condition.source,
      exceptions: found.rule.exceptions
        .filter(({ values }) => values.length > 0)
        .map(({ name }) => name),
    }),
    shadowedBy: explanation.result ? matchBefore(question, context) : undefined,
  };
}

/** With `rule_matching: first` the first rule that matches gives the alert, and no other does. */
function matchBefore({ loaded, found }: Question, context: EventContext): string | undefined {
  const compiler = new PlainCompiler(loaded.fields, macrosOf(loaded));
  const before = loaded.result.ruleSet.rules.slice(
    0,
    loaded.result.ruleSet.rules.indexOf(found.rule),
  );
  const match = before.find(
    ({ enabled, source, condition }) =>
      enabled && source === found.rule.source && compiler.compile(condition.expr)(context),
  );
  return match?.name;
}

function hiddenText({ event }: EventContext): string {
  const info = eventTable[event.type];
  const name = `event ${event.num} (${info?.name ?? event.type})`;
  if (event.stateOnly) {
    return `rules do not see ${name}: it is marked in the capture as one that only updates state`;
  }
  const kind = info?.isEnter === true ? 'the beginning of a system call' : 'of an internal kind';
  return `rules do not see ${name}: it is ${kind} and only updates state`;
}

function pastEnd({ capture }: Question, eventNumber: number): string {
  return `there is no event ${eventNumber}: ${capture.path} has ${counted(capture.events, 'event')}`;
}

function pageText(
  { found, terminal }: Question,
  { event, term, shadowedBy, givenName }: Answer,
): string {
  const { rule } = found;
  const { style } = terminal.out;
  const sentence = answerText(rule.name, Number(event['evt.num']), term);
  const notes = [
    ...(rule.enabled ? [] : ['The rule is disabled: it gives no alerts.']),
    ...(shadowedBy === undefined ? [] : [shadowText(shadowedBy)]),
    ...(givenName === undefined ? [] : [realPathText(givenName)]),
  ];
  const lines = (text: string): string[] => wrap(text, terminal.out.columns);
  return [
    ...lines(sentence).map(term.result ? style.green : style.red),
    ...notes.flatMap(lines).map(style.yellow),
    '',
    ...eventLines(event, terminal.out),
    '',
    explanationTree(term, terminal.out),
  ].join('\n');
}

function shadowText(rule: string): string {
  return (
    `"${visible(rule)}" matches too and stands before it: with rule_matching "first", which is ` +
    'the default, only that rule gives an alert.'
  );
}

function realPathText(givenName: string): string {
  return `The file was opened as "${visible(givenName)}"; what is shown is the path that the kernel found.`;
}

function documentText({ found }: Question, { event, term, shadowedBy, givenName }: Answer): string {
  const { rule } = found;
  const document = {
    rule: rule.name,
    enabled: rule.enabled,
    matches: term.result,
    answer: answerText(rule.name, Number(event['evt.num']), term),
    ...(shadowedBy !== undefined && { shadowedBy }),
    ...(givenName !== undefined && { givenName }),
    event,
    explanation: termDocument(term),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** null: no value. */
function termDocument(term: ExplainedTerm): object {
  const { kind, exception, written, result, skipped, decides, values, items } = term;
  return {
    kind,
    ...(exception !== undefined && { exception }),
    text: written,
    result,
    skipped,
    decides,
    ...(values.length > 0 && {
      values: values.map(({ operand, text }) => ({ operand, value: text ?? null })),
    }),
    ...(items.length > 0 && { items: items.map(termDocument) }),
  };
}
