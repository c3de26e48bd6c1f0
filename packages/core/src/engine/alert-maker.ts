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

/** What one part of a template puts into the message; undefined where its field has no value. */
interface Part {
  readonly text: (context: EventContext) => ByteString | undefined;
  /** Its value may come after the event: what runtimes tell of containers. */
  readonly late: boolean;
}

interface DocumentField {
  readonly key: string;
  readonly json: (context: EventContext) => JsonValue;
  readonly late: boolean;
}

interface CompiledOutput {
  readonly parts: readonly Part[];
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
   * event now; the fields that may come late are taken again when the result is called, with a
   * context that is about the same thread.
   */
  begin(rule: Rule, context: EventContext): (later?: EventContext) => Alert {
    const output = this.#outputOf(rule);
    const { timeLow, timeHigh } = context.event;
    const utc = utcText(timeLow, timeHigh);
    const texts = output.parts.map(({ text }) => text(context));
    const values = output.fields.map(({ json }) => json(context));
    return (later) => ({
      rule: rule.name,
      priority: rule.priority,
      source: rule.source,
      tags: output.tags,
      hostname: this.#options.hostname,
      time: unsigned64(timeLow, timeHigh),
      timeText: this.#options.iso8601 ? `${utc}+0000` : timeText(timeLow, timeHigh),
      timeUtc: `${utc}Z`,
      message: toText(
        output.parts
          .map(({ text, late }, at) => (late && later !== undefined ? text(later) : texts[at]))
          .map((text) => text ?? ABSENT_TEXT)
          .join(''),
      ),
      outputFields: new Map(
        output.fields.map(({ key, json, late }, at) => [
          key,
          late && later !== undefined ? json(later) : (values[at] ?? null),
        ]),
      ),
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
      [timeKey, { key: timeKey, json: eventTime, late: false }],
    ]);
    // Fields inside transformers are in the document, too; what the transformer makes of them is
    // not.
    for (const field of templateFields(rule.output)) {
      const key = outputKey(field);
      byKey.set(key, { key, json: operandOutput(field, fields).json, late: isLate(field.name) });
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

function fillIn(parts: readonly Part[], context: EventContext): ByteString {
  return parts.map(({ text }) => text(context) ?? ABSENT_TEXT).join('');
}

/** Fields whose values runtimes of containers give. */
function isLate(field: string): boolean {
  return field.startsWith('container.') || field.startsWith('k8s.');
}

function isLateTemplate(template: Template): boolean {
  return templateFields(template).some(({ name }) => isLate(name));
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
  if (raw && only?.kind === 'operand') {
    return { key, json: operandOutput(only.operand, fields).json, late: isLateTemplate(template) };
  }
  const parts = compileTemplate(template, fields);
  const json = (context: EventContext) => toText(fillIn(parts, context));
  return { key, json, late: isLateTemplate(template) };
}

function compileTemplate(template: Template, fields: FieldBinder): Part[] {
  return template.parts.map((part) => {
    if (part.kind === 'text') {
      const text = fromText(part.text);
      return { text: () => text, late: false };
    }
    const { text } = operandOutput(part.operand, fields);
    const late = isLateTemplate({ ...template, parts: [part] });
    const { width } = part;
    if (width === undefined) return { text, late };
    return {
      text: (context) => (text(context) ?? ABSENT_TEXT).slice(0, width).padEnd(width),
      late,
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
