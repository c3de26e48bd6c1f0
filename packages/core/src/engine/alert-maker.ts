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

/** What one part of a template puts into the message and, for fields, into output_fields. */
interface Part {
  readonly text: (context: EventContext) => ByteString | undefined;
  readonly key: string | undefined;
  readonly json: (context: EventContext) => JsonValue;
}

interface CompiledOutput {
  readonly parts: readonly Part[];
  /** Fields of the document, sorted by key; each key once. */
  readonly fields: readonly Part[];
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
    const output = this.#outputOf(rule);
    const { timeLow, timeHigh } = context.event;
    const utc = utcText(timeLow, timeHigh);
    return {
      rule: rule.name,
      priority: rule.priority,
      source: rule.source,
      tags: output.tags,
      hostname: this.#options.hostname,
      time: unsigned64(timeLow, timeHigh),
      timeText: this.#options.iso8601 ? `${utc}+0000` : timeText(timeLow, timeHigh),
      timeUtc: `${utc}Z`,
      message: toText(fillIn(output.parts, context)),
      outputFields: new Map(output.fields.map((part) => [part.key ?? '', part.json(context)])),
    };
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
    const parts = compileTemplate(rule.output, this.#options.fields);
    const timeKey = this.#options.iso8601 ? 'evt.time.iso8601' : 'evt.time';
    const byKey = new Map<string, Part>([[timeKey, timePart(timeKey)]]);
    for (const part of parts) if (part.key !== undefined) byKey.set(part.key, part);
    for (const extra of rule.extraFields ?? []) {
      byKey.set(extra.key, extraPart(extra, this.#options.fields));
    }
    const fields = [...byKey.values()].toSorted((left, right) => compareText(left.key, right.key));
    return {
      parts,
      fields,
      tags: [...new Set(rule.tags)].toSorted(compareText),
    };
  }
}

function compareText(left = '', right = ''): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function fillIn(parts: readonly Part[], context: EventContext): ByteString {
  let message = '';
  for (const part of parts) message += part.text(context) ?? ABSENT_TEXT;
  return message;
}

/** What append_output adds to the document only: a field's own value, or a template's text. */
function extraPart({ key, template, raw }: ExtraField, fields: FieldBinder): Part {
  const parts = compileTemplate(template, fields);
  const [field] = parts;
  if (raw && field !== undefined) return { ...field, key };
  const text = (context: EventContext): ByteString => fillIn(parts, context);
  return { key, text, json: (context) => toText(text(context)) };
}

/** The time is in every document, whether or not the template names it. */
function timePart(key: string): Part {
  return {
    key,
    text: () => undefined,
    json: ({ event }) => jsonInteger(unsigned64(event.timeLow, event.timeHigh)),
  };
}

function compileTemplate(template: Template, fields: FieldBinder): Part[] {
  return template.parts.map((part) => {
    if (part.kind === 'text') {
      const text = fromText(part.text);
      return { key: undefined, text: () => text, json: () => null };
    }
    const output = operandOutput(part.operand, fields);
    // A transformer's result is only in the message.
    const key = part.operand.kind === 'field' ? part.written : undefined;
    const { width } = part;
    if (width === undefined) return { key, text: output.text, json: output.json };
    return {
      key,
      text: (context) => (output.text(context) ?? ABSENT_TEXT).slice(0, width).padEnd(width),
      json: output.json,
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
