/**
 * All fields by name: what conditions and templates look references up in. A reference is a name
 * with an optional argument in brackets; some fields take theirs after a dot (`evt.arg.flags`).
 *
 * Messages are Falco's, because `-V` prints them; hints are ours.
 */

import { fromText } from '../base/byte-string.ts';
import { suggest } from '../base/suggest.ts';
import { eventTable } from '../events/event-table.ts';
import { syscallNames } from '../events/names.gen.ts';
import type { Field, FieldArgument } from './field.ts';
import { type FieldClass, fieldClasses } from './field-classes.ts';
import { paramNames } from './param-names.ts';

/** What this needs of the language's field references. */
export interface FieldReference {
  /** The dotted name as written, without brackets. */
  readonly name: string;
  /** What stood in brackets, unquoted; undefined without brackets. */
  readonly argument: string | undefined;
}

/** One use of a field. Equal references give the same object. */
export interface BoundField {
  readonly field: Field;
  readonly argument: FieldArgument | undefined;
}

/** What is known of a reference that names a field. */
interface KnownReference {
  readonly bound: BoundField;
  /** What is wrong with the argument, in our words. */
  readonly hint: string | undefined;
  readonly facts: FieldFacts | FieldProblem;
}

/** References that are remembered: rules name a few hundred, over and over. */
const KNOWN_REFERENCES_MAX = 4096;

/** Events that come beside the stream without any plugin, by the names that evt.type shows. */
const asyncEventNames: readonly string[] = ['container', 'container_removed'];

const eventTypes: ReadonlySet<string> = new Set([
  ...eventTable.map((event) => event.name),
  ...syscallNames.filter((name) => name !== ''),
  ...asyncEventNames,
]);

/** A field's name in conditions and templates: at least two words with a dot between. */
const fieldName = /^[a-zA-Z]+[a-zA-Z0-9_]*(\.[a-zA-Z]+[a-zA-Z0-9_]*)+/;
/** What may stand in brackets: quoted text, or anything without blanks, quotes and brackets. */
const bracketed = /^\[(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([^[\]"'\s]+))\]/;

/** What the language may know of a field; the same as lang's FieldFacts. */
export interface FieldFacts {
  readonly name: string;
  readonly type: number;
  readonly list: boolean;
  readonly filterOnly: boolean;
  readonly printOnly: boolean;
  readonly deprecated: boolean;
  readonly noRhs: boolean;
  readonly noTransformer: boolean;
  readonly elements?: boolean;
}

/** The same as lang's FieldProblem. */
export interface FieldProblem {
  readonly problem: 'unknown' | 'argument';
  /** In Falco's words. */
  readonly message: string;
  /** In ours. */
  readonly hint?: string;
  /** The reference that may have been meant, where it has another argument. Found when read. */
  readonly meant?: string | undefined;
}

/** Is a FieldCatalogue of lang by its shape: layers below the engine do not know of each other. */
export class FieldTable {
  readonly classes: readonly FieldClass[];
  readonly #fields = new Map<string, Field>();
  /** Fields that take their argument after a dot. */
  readonly #dotted = new Map<string, Field>();
  /** By what was written. */
  readonly #known = new Map<string, KnownReference>();
  readonly #eventTypes: ReadonlySet<string>;

  /** `asyncEvents`: names of events that plugins send beside the stream. */
  constructor(classes: readonly FieldClass[] = fieldClasses, asyncEvents: readonly string[] = []) {
    this.classes = classes;
    this.#eventTypes =
      asyncEvents.length === 0 ? eventTypes : new Set([...eventTypes, ...asyncEvents]);
    for (const field of classes.flatMap(({ fields }) => fields)) {
      // The first class that has a name wins.
      if (this.#fields.has(field.name)) continue;
      this.#fields.set(field.name, field);
      const isDotted = field.argument?.kind.includes('name') || field.dottedArgument;
      if (isDotted === true) this.#dotted.set(field.name, field);
    }
  }

  /**
   * The field and argument that a reference names; undefined where `resolve` tells of a problem.
   */
  bind(reference: FieldReference): BoundField | undefined {
    const known = this.#reference(writtenReference(reference), reference);
    return known === undefined || known.hint !== undefined ? undefined : known.bound;
  }

  resolve(reference: FieldReference): FieldFacts | FieldProblem {
    const written = writtenReference(reference);
    const known = this.#reference(written, reference);
    return known?.facts ?? { problem: 'unknown', message: nonexistent(written) };
  }

  longestField(text: string): number {
    const name = fieldName.exec(text)?.[0] ?? '';
    const brackets = bracketed.exec(text.slice(name.length));
    if (brackets !== null) {
      const argument = brackets[1] ?? brackets[2] ?? brackets[3] ?? '';
      if (this.bind({ name, argument }) !== undefined) return name.length + brackets[0].length;
    }
    for (let length = name.length; length > 0; length--) {
      const shorter = { name: name.slice(0, length), argument: undefined };
      if (this.bind(shorter) !== undefined) return length;
    }
    return 0;
  }

  isEventType(name: string): boolean {
    return this.#eventTypes.has(name);
  }

  eventTypes(): Iterable<string> {
    return this.#eventTypes;
  }

  names(): Iterable<string> {
    return this.#fields.keys();
  }

  #reference(written: string, reference: FieldReference): KnownReference | undefined {
    let known = this.#known.get(written);
    if (known === undefined) {
      const bound = this.#find(reference);
      if (bound === undefined) return undefined;
      const hint = problemOf(bound);
      const facts = hint === undefined ? factsOf(bound) : this.#problem(bound, written, hint);
      known = { bound, hint, facts };
      if (this.#known.size < KNOWN_REFERENCES_MAX) this.#known.set(written, known);
    }
    return known;
  }

  #problem(bound: BoundField, written: string, hint: string): FieldProblem {
    return {
      problem: 'argument',
      message: argumentMessage(bound, written, this.classes),
      hint,
      get meant() {
        return meantReference(bound);
      },
    };
  }

  #find({ name, argument }: FieldReference): BoundField | undefined {
    const field = this.#fields.get(name);
    if (field !== undefined) {
      const text = argument === undefined ? undefined : fromText(argument);
      return { field, argument: text === undefined ? undefined : { text, bracketed: true } };
    }
    if (argument !== undefined) return undefined;
    for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      const dotted = this.#dotted.get(name.slice(0, dot));
      if (dotted === undefined) continue;
      return { field: dotted, argument: { text: fromText(name.slice(dot + 1)), bracketed: false } };
    }
    return undefined;
  }
}

function factsOf({ field, argument }: BoundField): FieldFacts {
  return {
    name: field.name,
    type: field.typeOf?.(argument) ?? field.type,
    list: field.list === true,
    filterOnly: field.filterOnly === true,
    printOnly: field.printOnly === true,
    deprecated: field.deprecated === true,
    noRhs: field.noRhs === true,
    noTransformer: field.noTransformer === true,
    elements: argument === undefined && field.elements !== undefined,
  };
}

/** What is wrong with the argument, in our words. */
function problemOf({ field, argument }: BoundField): string | undefined {
  if (argument !== undefined && field.argument === undefined)
    return `${field.name} takes no argument`;
  const kinds = field.argument?.kind ?? [];
  if (argument === undefined && field.argument?.required === true && !kinds.includes('name')) {
    return `${field.name} needs an argument: ${field.name}[...]`;
  }
  const extractor = field.bind(argument);
  return typeof extractor === 'string' ? extractor : undefined;
}

/** The same in Falco's words. */
function argumentMessage(
  { field, argument }: BoundField,
  written: string,
  classes: readonly FieldClass[],
): string {
  const isPlugin = classes.some((all) => all.listsArgumentKinds && all.fields.includes(field));
  if (isPlugin && argument === undefined) {
    return `filter '${written}': ${field.name} requires an argument but none provided`;
  }
  if (isPlugin && field.argument === undefined) {
    const unwanted = 'does not allow nor require an argument but one is provided';
    return `filter '${written}': ${field.name} ${unwanted}: ${argument?.text}`;
  }
  if (!field.argument?.kind.includes('name')) return nonexistent(written);
  if (argument === undefined) return `filter syntax error: ${written}`;
  if (namesParam(field) && !argument.bracketed) return `unknown event argument ${argument.text}`;
  return nonexistent(written);
}

function namesParam({ name }: Field): boolean {
  return name === 'evt.arg' || name === 'evt.rawarg';
}

/** The parameter that an unknown one may have been meant to be. */
function meantReference({ field, argument }: BoundField): string | undefined {
  if (argument === undefined || argument.bracketed || !namesParam(field)) return undefined;
  const meant = suggest(argument.text, paramNames());
  return meant === undefined ? undefined : `${field.name}.${meant}`;
}

function nonexistent(written: string): string {
  return `filter_check called with nonexistent field ${written}`;
}

function writtenReference({ name, argument }: FieldReference): string {
  return argument === undefined ? name : `${name}[${argument}]`;
}
