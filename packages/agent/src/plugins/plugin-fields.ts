/** Fields of plugins as fields of the engine. */

import { toText } from '@saker/core/base/byte-string.ts';
import { eventTable } from '@saker/core/events/event-table.ts';
import { PF } from '@saker/core/events/param-types.gen.ts';
import type {
  ArgumentKind,
  ArgumentSpec,
  Extractor,
  Field,
  FieldArgument,
  Scalar,
  Value,
} from '@saker/core/fields/field.ts';
import type { FieldClass } from '@saker/core/fields/field-classes.ts';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { type FieldKind, fieldKinds } from './field-value.ts';
import {
  EventCode,
  type FieldExtraction,
  type FieldReader,
  type PluginField,
  type PluginValue,
} from './plugin.ts';
import { thrownText } from './plugin-error.ts';
import type { SeenEvent } from './seen-event.ts';

export interface FieldOwner {
  readonly name: string;
  readonly seen: SeenEvent;
  /** A field could not be read: the plugin's mistake, to be told once. */
  readonly onProblem: (problem: string) => void;
}

/** Arguments of one field whose readers are kept: rules name a few, over and over. */
const READERS_MAX = 1024;
/** Of a value that is not what it should be, in a message. */
const SHOWN_CHARS = 40;
/** Values of one list that are looked at. */
const LIST_VALUES_MAX = 65_536;

/** The classes of fields that a plugin adds, as rules use them and `--list` shows them. */
export function fieldClassesOf(extraction: FieldExtraction, owner: FieldOwner): FieldClass[] {
  const source = extraction.sources.length === 0 ? undefined : extraction.sources;
  if ('classes' in extraction) return extraction.classes.map((each) => ({ ...each, source }));
  const isRead = eventFilter(extraction);
  const fields = extraction.fields.map((field) => coreField(field, isRead, owner));
  const name = `${owner.name} (plugin)`;
  return [{ name, qualifier: '', description: '', source, listsArgumentKinds: true, fields }];
}

type ReadEvents = Pick<FieldExtraction, 'sources' | 'eventCodes'>;

/** Which events a plugin with a capability wants to see, by their codes. */
export function eventFilter(events: ReadEvents): (code: number) => boolean {
  if (readsAll(events)) return () => true;
  const codes = new Set(codesRead(events));
  return (code) => codes.has(code);
}

/** The codes of those events. */
export function codesRead(events: ReadEvents): readonly number[] {
  if (readsAll(events)) return eventTable.map(({ id }) => id);
  const { eventCodes = [] } = events;
  return eventCodes.length > 0 ? eventCodes : [EventCode.PLUGIN];
}

function readsAll({ sources, eventCodes = [] }: ReadEvents): boolean {
  return eventCodes.length === 0 && (sources.length === 0 || sources.includes(SYSCALL_SOURCE));
}

function coreField(
  field: PluginField,
  isRead: (code: number) => boolean,
  owner: FieldOwner,
): Field {
  const kind = fieldKinds[field.type];
  const argument = argumentOf(field);
  const readers = new Map<string | undefined, Extractor | string>();
  return {
    name: field.name,
    class: `${owner.name} (plugin)`,
    type: kind.type,
    format: PF.PF_DEC,
    description: field.description,
    ...(field.list === true && { list: true }),
    ...(argument !== undefined && { argument }),
    ...(field.suggested === true && { suggested: true }),
    ...(field.hidden === true && { hidden: true }),
    // A plugin may look at the time, or at what it saw before.
    scope: 'moment',
    cheap: false,
    known: (code) => (isRead(code) ? undefined : 'absent'),
    bind(given) {
      const key = given?.text;
      const kept = readers.get(key);
      if (kept !== undefined) return kept;
      const made = extractorOf(field, given, { kind, isRead, owner });
      if (readers.size < READERS_MAX) readers.set(key, made);
      return made;
    },
  };
}

function argumentOf({ argument }: PluginField): ArgumentSpec | undefined {
  const { index = false, key = false, required = false } = argument ?? {};
  if (!index && !key) return undefined;
  const kind: ArgumentKind = index && key ? 'either' : index ? 'index' : 'key';
  return { kind: [kind], required };
}

interface Reading {
  readonly kind: FieldKind;
  readonly isRead: (code: number) => boolean;
  readonly owner: FieldOwner;
}

/** The extractor, or what is wrong with the argument. */
function extractorOf(
  field: PluginField,
  argument: FieldArgument | undefined,
  reading: Reading,
): Extractor | string {
  const text = argument === undefined ? undefined : toText(argument.text);
  const problem = indexProblem(field, text);
  if (problem !== undefined) return problem;
  try {
    return new ReadOnce(field, field.bind(text), reading).extract;
  } catch (thrown) {
    return thrownText(thrown);
  }
}

/** A whole number that fits 64 bits, without zeros before it: what Falco takes for an index. */
function indexProblem(
  { argument, name }: PluginField,
  text: string | undefined,
): string | undefined {
  if (text === undefined || argument?.index !== true || argument.key === true) return undefined;
  if (/^(?:0|[1-9]\d{0,19})$/.test(text) && BigInt(text) < 1n << 64n) return undefined;
  return `${name}[...] takes a whole number without leading zeros, not "${text}"`;
}

/** One use of a field: asks the plugin at most once per event, and takes nothing ill-formed. */
class ReadOnce {
  readonly #field: PluginField;
  readonly #read: FieldReader;
  readonly #reading: Reading;
  #context: EventContext | undefined = undefined;
  #num = -1;
  #value: Value | undefined = undefined;
  #hasToldProblem = false;

  constructor(field: PluginField, read: FieldReader, reading: Reading) {
    this.#field = field;
    this.#read = read;
    this.#reading = reading;
  }

  readonly extract: Extractor = (context) => {
    const { event } = context;
    if (!this.#reading.isRead(event.type)) return undefined;
    if (context === this.#context && event.num === this.#num) return this.#value;
    this.#context = context;
    this.#num = event.num;
    this.#value = this.#ask(context);
    return this.#value;
  };

  #ask(context: EventContext): Value | undefined {
    try {
      const given = this.#read(this.#reading.owner.seen.of(context));
      return given === undefined || given === null ? undefined : this.#checked(given);
    } catch (thrown) {
      this.#tell(`field ${this.#field.name} cannot be read: ${thrownText(thrown)}`);
      return undefined;
    }
  }

  #checked(given: PluginValue | readonly PluginValue[]): Value | undefined {
    if (this.#field.list !== true) {
      return isList(given) ? this.#refuse('a list') : this.#one(given);
    }
    const items = isList(given) ? given : [given];
    if (items.length > LIST_VALUES_MAX) this.#tell(this.#tooLong(items.length));
    const values: Scalar[] = [];
    for (const item of items.slice(0, LIST_VALUES_MAX)) {
      const value = this.#one(item);
      if (value !== undefined) values.push(value);
    }
    return values.length === 0 ? undefined : values;
  }

  #one(given: PluginValue): Scalar | undefined {
    return this.#reading.kind.read(given) ?? this.#refuse(described(given));
  }

  #refuse(found: string): undefined {
    const { name, type } = this.#field;
    const { expected } = this.#reading.kind;
    this.#tell(`field ${name} is a ${type}: expected ${expected}, found ${found}`);
    return undefined;
  }

  #tooLong(length: number): string {
    const { name } = this.#field;
    return `field ${name} has ${length} values, of which the first ${LIST_VALUES_MAX} count`;
  }

  #tell(problem: string): void {
    if (this.#hasToldProblem) return;
    this.#hasToldProblem = true;
    this.#reading.owner.onProblem(problem);
  }
}

function isList(value: PluginValue | readonly PluginValue[]): value is readonly PluginValue[] {
  return Array.isArray(value);
}

function described(value: PluginValue): string {
  switch (typeof value) {
    case 'string':
      return `the string ${JSON.stringify(value.slice(0, SHOWN_CHARS))}`;
    case 'object':
      return value instanceof Uint8Array ? `${value.length} bytes` : 'an object';
    default:
      return `the ${typeof value} ${String(value)}`;
  }
}
