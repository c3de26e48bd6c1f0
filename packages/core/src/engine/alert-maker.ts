/**
 * From a match to an alert: a rule's template compiled once, then filled in from the context of
 * each match.
 */

import { assert } from '../base/assert.ts';
import { fromText, toText } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';
import { unsigned64 } from '../base/int64.ts';
import { PF } from '../events/param-types.gen.ts';
import { timeText, utcText } from '../events/time-text.ts';
import type { FieldOutput, JsonValue } from '../fields/field.ts';
import { ABSENT_TEXT, jsonInteger, outputOf, valueText } from '../fields/value-text.ts';
import type { Operand, Template } from '../lang/ast.ts';
import { outputKey, templateFields } from '../lang/template.ts';
import type { ExtraField, Rule } from '../rules/rule.ts';
import type { EventContext } from '../state/event-context.ts';
import type { Alert } from './alert.ts';
import { compileOperand, type FieldBinder } from './operand.ts';

export interface AlertOptions {
  readonly fields: FieldBinder;
  readonly hostname: string;
  /** time_format_iso_8601: lines begin with UTC, and the key is evt.time.iso8601. */
  readonly iso8601: boolean;
}

/**
 * Takes a value from the event at once. What it gives tells the value; where there was none it may
 * look again, in a context that is about the same thread, for what was told since.
 */
type Taker<Value> = (context: EventContext) => (later?: EventContext) => Value;

interface DocumentField {
  readonly key: string;
  readonly take: Taker<JsonValue>;
}

interface CompiledOutput {
  /** Of the message, in order. */
  readonly parts: readonly Taker<ByteString>[];
  /** Sorted by key; each key once. */
  readonly fields: readonly DocumentField[];
  readonly tags: readonly string[];
}

export class AlertMaker {
  readonly #options: AlertOptions;
  readonly #compiled = new Map<Rule, CompiledOutput>();

  constructor(options: AlertOptions) {
    this.#options = options;
  }

  /**
   * A field without a value does not suppress the line: Falco reads every template as if it began
   * with `*`.
   */
  make(rule: Rule, context: EventContext): Alert {
    return this.begin(rule, context)();
  }

  /**
   * An alert that may wait for what is told of its container later. Everything is taken from the
   * event now; fields of containers that have no value yet are looked at again when the result is
   * called, with a context that is about the same thread.
   */
  begin(rule: Rule, context: EventContext): (later?: EventContext) => Alert {
    const output = this.#outputOf(rule);
    const { timeLow, timeHigh } = context.event;
    const utc = utcText(timeLow, timeHigh);
    const texts = output.parts.map((take) => take(context));
    const values = output.fields.map(({ key, take }) => [key, take(context)] as const);
    return (later) => ({
      rule: rule.name,
      priority: rule.priority,
      source: rule.source,
      tags: output.tags,
      hostname: this.#options.hostname,
      time: unsigned64(timeLow, timeHigh),
      timeText: this.#options.iso8601 ? `${utc}+0000` : timeText(timeLow, timeHigh),
      timeUtc: `${utc}Z`,
      message: toText(texts.map((text) => text(later)).join('')),
      outputFields: new Map(values.map(([key, value]) => [key, value(later)])),
    });
  }

  #outputOf(rule: Rule): CompiledOutput {
    let output = this.#compiled.get(rule);
    if (output === undefined) {
      output = this.#compile(rule);
      this.#compiled.set(rule, output);
    }
    return output;
  }

  #compile(rule: Rule): CompiledOutput {
    const { fields } = this.#options;
    const timeKey = this.#options.iso8601 ? 'evt.time.iso8601' : 'evt.time';
    const byKey = new Map<string, DocumentField>([
      [timeKey, { key: timeKey, take: atOnce(eventTime) }],
    ]);
    // Fields inside transformers are in the document, too; what the transformer makes of them is
    // not.
    for (const field of templateFields(rule.output)) {
      const key = outputKey(field);
      byKey.set(key, { key, take: takeJson(field, fields) });
    }
    for (const extra of rule.extraFields ?? []) byKey.set(extra.key, extraField(extra, fields));
    return {
      parts: compileTemplate(rule.output, fields),
      fields: [...byKey.values()].toSorted((left, right) => compareText(left.key, right.key)),
      tags: [...new Set(rule.tags)].toSorted(compareText),
    };
  }
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether the field's value may come after the event: what runtimes tell of containers. */
function isLate(field: string): boolean {
  return field.startsWith('container.') || field.startsWith('k8s.');
}

function isLateOperand(operand: Operand): boolean {
  if (operand.kind === 'field') return isLate(operand.name);
  return operand.args.some(
    (argument) =>
      (argument.kind === 'field' || argument.kind === 'transform') && isLateOperand(argument),
  );
}

function atOnce<Value>(read: (context: EventContext) => Value): Taker<Value> {
  return (context) => {
    const value = read(context);
    return () => value;
  };
}

/** `read` gives nothing, or null, while there is no value. */
function takeOperand<Value>(
  operand: Operand,
  read: (context: EventContext) => Value,
): Taker<Value> {
  if (!isLateOperand(operand)) return atOnce(read);
  return (context) => {
    const value = read(context);
    return (later) => value ?? (later === undefined ? value : read(later));
  };
}

function takeJson(operand: Operand, fields: FieldBinder): Taker<JsonValue> {
  return takeOperand(operand, operandOutput(operand, fields).json);
}

/** The time is in every document, whether or not the template names it. */
function eventTime({ event }: EventContext): JsonValue {
  return jsonInteger(unsigned64(event.timeLow, event.timeHigh));
}

/**
 * What append_output adds to the document alone: a field's own value, or a text with fields filled
 * in.
 */
function extraField({ key, template, raw }: ExtraField, fields: FieldBinder): DocumentField {
  const [only] = template.parts;
  if (raw && only?.kind === 'operand') return { key, take: takeJson(only.operand, fields) };
  const parts = compileTemplate(template, fields);
  const take: Taker<JsonValue> = (context) => {
    const texts = parts.map((part) => part(context));
    return (later) => toText(texts.map((text) => text(later)).join(''));
  };
  return { key, take };
}

function compileTemplate(template: Template, fields: FieldBinder): Taker<ByteString>[] {
  return template.parts.map((part) => {
    if (part.kind === 'text') {
      const text = fromText(part.text);
      return () => () => text;
    }
    const take = takeOperand(part.operand, operandOutput(part.operand, fields).text);
    const { width } = part;
    return (context) => {
      const text = take(context);
      return (later) => {
        const shown = text(later) ?? ABSENT_TEXT;
        return width === undefined ? shown : shown.slice(0, width).padEnd(width);
      };
    };
  });
}

function operandOutput(operand: Operand, fields: FieldBinder): FieldOutput {
  if (operand.kind === 'field') {
    const bound = fields.bind(operand);
    assert(bound !== undefined, `unchecked field ${operand.name}`);
    const output = outputOf(bound.field, bound.argument);
    assert(typeof output !== 'string', `unchecked field ${operand.name}`);
    return output;
  }
  const { extract, type } = compileOperand(operand, fields);
  return {
    text(context) {
      const value = extract(context);
      return value === undefined ? undefined : valueText(value, { type, format: PF.PF_DEC });
    },
    json: () => null,
  };
}
