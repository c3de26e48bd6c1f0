/**
 * Output templates: `Shell in %container.name (user=%user.name)`. Falco tries ever shorter
 * beginnings of what follows a `%` until one is a field or a transformer that exists; the rest is
 * text. So `%proc.names` is `%proc.name` and an `s`.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import { Source } from '../base/source.ts';
import type {
  FieldRef,
  Operand,
  Template,
  TemplatePart,
  TransformArgument,
  TransformerName,
  TransformRef,
} from './ast.ts';
import type { CheckProblem, OperandFacts } from './check-errors.ts';
import { filterOnlyField } from './check-warnings.ts';
import { type FalcoError, falcoErrorAt } from './falco-error.ts';
import type { FieldCatalogue, FieldFacts } from './field-catalogue.ts';
import { OperandChecker } from './operand-checker.ts';
import { optionalArgument, takeTransformer, transformHead } from './operand-parser.ts';
import { DIAGNOSTICS_MAX, ParseState } from './parse-state.ts';
import {
  emptyTemplate,
  fieldAtEnd,
  inTemplate,
  noTemplateField,
  templateTooLong,
  tooWide,
  widthAtEnd,
} from './template-errors.ts';
import { fieldsOfOperand } from './visitor.ts';

/** Steps of the grammar that transformers may nest; Falco's limit for outputs. */
const DEPTH_MAX = 100;
/** Padding to more than this is a mistake, and would cost memory for every alert. */
export const WIDTH_MAX = 4096;
/** UTF-16 units. Public rules have up to 1,000. */
export const TEMPLATE_CHARS_MAX: number = 1 << 14;
/** Longer names are no fields; the search for one tries every beginning. */
const NAME_CHARS_MAX = 256;

const digitsForm = /[0-9]*/y;
const isFieldName = /^[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+$/;

export interface ParsedTemplate {
  /** Undefined when there is an error. */
  readonly template: Template | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Falco gives no place inside an output; `offset` is where the `%` stands. */
  readonly falcoError: FalcoError | undefined;
  readonly operands: ReadonlyMap<Operand, OperandFacts>;
  readonly fields: ReadonlyMap<FieldRef, FieldFacts>;
}

/** Never throws. A text is given the name `output` in messages. */
export function parseTemplate(source: Source | string, catalogue: FieldCatalogue): ParsedTemplate {
  const named = typeof source === 'string' ? new Source('output', source) : source;
  const parser = new TemplateParser(named, catalogue);
  const template = parser.parse();
  const { diagnostics, falcoError, operands } = parser;
  const found = { diagnostics, falcoError, operands: operands.operands, fields: operands.fields };
  return { template: falcoError === undefined ? template : undefined, ...found };
}

/** Every field that a template names, those inside transformers included, each once, in order. */
export function templateFields(template: Template): FieldRef[] {
  const fields = new Map<string, FieldRef>();
  for (const part of template.parts) {
    if (part.kind === 'text') continue;
    for (const field of fieldsOfOperand(part.operand)) {
      const key = outputKey(field);
      if (!fields.has(key)) fields.set(key, field);
    }
  }
  return [...fields.values()];
}

/** The key of a field or transformer in `output_fields`, in Falco's spelling. */
export function outputKey(operand: Operand): string {
  if (operand.kind === 'field') return operand.name + bracketed(operand.argument);
  const args = operand.args.map(keyArgument).join(',');
  return `${operand.name}(${args})${bracketed(operand.argument)}`;
}

function keyArgument(argument: TransformArgument): string {
  switch (argument.kind) {
    case 'literal':
      return keyText(argument.text);
    case 'list':
      return `(${argument.items.map(keyArgument).join(',')})`;
    case 'field':
    case 'transform':
      return outputKey(argument);
  }
}

function bracketed(argument: string | undefined): string {
  if (argument === undefined) return '';
  return argument === '' ? '[""]' : `[${keyText(argument)}]`;
}

const keyEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
  '"': '\\"',
};

/**
 * Quotes only for blanks, `=`, quotes, backslashes and control characters, not for commas and
 * parentheses.
 */
export function keyText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that Falco quotes
  if (!/[\b\f\n\r\t =\\"'\0]/.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  return `"${text.replace(/[\b\f\n\r\t\\"]/g, (char) => keyEscapes[char] ?? char)}"`;
}

class TemplateParser {
  readonly diagnostics: Diagnostic[] = [];
  readonly operands: OperandChecker;
  falcoError: FalcoError | undefined;
  readonly #source: Source;
  readonly #parts: TemplatePart[] = [];
  #textStart = 0;

  constructor(source: Source, catalogue: FieldCatalogue) {
    this.#source = source;
    this.operands = new OperandChecker(catalogue);
  }

  parse(): Template {
    const { text } = this.#source;
    const keepAbsent = text.startsWith('*');
    this.#textStart = keepAbsent ? 1 : 0;
    if (text === '') this.#fail(emptyTemplate());
    else if (text.length > TEMPLATE_CHARS_MAX)
      this.#fail(templateTooLong(text, TEMPLATE_CHARS_MAX));
    else this.#fields(text);
    return { keepAbsent, parts: this.#parts };
  }

  #fields(text: string): void {
    let at = text.indexOf('%', this.#textStart);
    while (at >= 0) at = text.indexOf('%', this.#field(text, at));
    this.#text(text.length);
  }

  #text(end: number): void {
    const text = this.#source.text.slice(this.#textStart, end);
    if (text !== '') this.#parts.push({ kind: 'text', text });
  }

  /** The field after the `%` at `start`; gives where to go on. */
  #field(text: string, start: number): number {
    digitsForm.lastIndex = start + 1;
    const digits = digitsForm.exec(text)?.[0] ?? '';
    const at = start + 1 + digits.length;
    if (at >= text.length) {
      this.#fail(digits === '' ? fieldAtEnd(start) : widthAtEnd(start, at));
      return at;
    }
    const width = Number(digits);
    if (width > WIDTH_MAX) this.#fail(tooWide(start, at, WIDTH_MAX));
    const operand = this.#operand(at);
    if (operand === undefined) return at;
    this.#text(start);
    this.#textStart = operand.span.end;
    const span = { start, end: operand.span.end };
    const written = outputKey(operand);
    const part = { operand, written, width: width === 0 ? undefined : width, span };
    this.#parts.push({ kind: 'operand', ...part });
    this.#warnFilterOnly(operand);
    return span.end;
  }

  /**
   * The longest field or transformer that begins at `at`; undefined, and reported, when there is
   * none.
   */
  #operand(at: number): Operand | undefined {
    const state = this.#stateAt(at);
    const name = state.scanner.token('fieldName');
    if (name !== undefined) return this.#longestField(state, name, at);
    const transformer = takeTransformer(state);
    if (transformer !== undefined) return this.#longestTransform(state, transformer, at);
    this.#fail(noTemplateField(this.#source.text, at));
    return undefined;
  }

  #longestField(state: ParseState, name: string, start: number): FieldRef | undefined {
    const nameEnd = state.at;
    const argument = optionalArgument(state, name)?.text;
    const end = argument === undefined ? nameEnd : state.at;
    const whole: FieldRef = { kind: 'field', name, argument, span: { start, end } };
    const problem = this.#problem(whole);
    if (problem === undefined) return whole;
    for (let length = Math.min(name.length, NAME_CHARS_MAX); length > 0; length--) {
      const shorter = name.slice(0, length);
      if (!isFieldName.test(shorter)) continue;
      const field: FieldRef = {
        kind: 'field',
        name: shorter,
        argument: undefined,
        span: { start, end: start + length },
      };
      if (this.#problem(field) === undefined) return field;
    }
    this.#fail(inTemplate(problem));
    return undefined;
  }

  #longestTransform(
    state: ParseState,
    name: TransformerName,
    start: number,
  ): TransformRef | undefined {
    const head = transformHead(state, name, start);
    if (head === undefined) {
      const [first] = state.diagnostics;
      if (first !== undefined) this.#fail(inTemplate(first));
      return undefined;
    }
    const argument = optionalArgument(state, `${name}(...)`)?.text;
    if (argument !== undefined) {
      const whole: TransformRef = { ...head, argument, span: state.spanFrom(start) };
      if (this.#problem(whole) === undefined) return whole;
    }
    const problem = this.#problem(head);
    if (problem === undefined) return head;
    this.#fail(inTemplate(problem));
    return undefined;
  }

  #stateAt(at: number): ParseState {
    const state = new ParseState(this.#source, DEPTH_MAX);
    state.scanner.at = at;
    return state;
  }

  #problem(operand: Operand): CheckProblem | undefined {
    let first: CheckProblem | undefined;
    this.operands.check(operand, (problem) => {
      first ??= problem;
    });
    return first;
  }

  #warnFilterOnly(operand: Operand): void {
    for (const field of fieldsOfOperand(operand)) {
      const facts = this.operands.fields.get(field);
      if (facts?.filterOnly !== true) continue;
      const { code, message } = filterOnlyField(facts);
      this.#push({ code, severity: 'warning', message, source: this.#source, span: field.span });
    }
  }

  #fail({ code, message, span, hint, falco }: CheckProblem): void {
    this.falcoError ??= falcoErrorAt(falco, this.#source.text, span.start);
    this.#push({
      code,
      severity: 'error',
      message,
      source: this.#source,
      span,
      ...(hint !== undefined && { hint }),
    });
  }

  #push(diagnostic: Diagnostic): void {
    if (this.diagnostics.length < DIAGNOSTICS_MAX) this.diagnostics.push(diagnostic);
  }
}
