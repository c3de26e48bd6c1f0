/**
 * Class evt: the parameters of events. As text in evt.args and evt.arg, as typed values in
 * evt.rawarg. An argument of a rule's field is looked up when the rule is compiled; an event only
 * indexes a table by its type.
 */

import type { ByteString } from '../base/host.ts';
import type { ParamInfo } from '../events/event-table.ts';
import { eventTable } from '../events/event-table.ts';
import type { EventView } from '../events/event-view.ts';
import { formatArg, formatArgs, formatParam } from '../events/param-text.ts';
import { PF, PT, paramWidths } from '../events/param-types.gen.ts';
import { decodeParam } from '../events/param-value.ts';
import type { EventContext } from '../state/event-context.ts';
import type { Extractor, Field, FieldArgument, FieldOutput } from './field.ts';
import { firstParam, NO_PARAM, paramIndexes } from './param-names.ts';
import { resolverOf } from './resolver.ts';
import { CHARBUF } from './shapes.ts';
import { argumentIndex, fieldMaker } from './simple-field.ts';
import { BUFFER_BYTES_MAX, jsonValue, valueText } from './value-text.ts';

const field = fieldMaker('evt');

/**
 * Texts of flags per table: real programs use a few hundred values, a fuzzer must not fill the
 * memory.
 */
const FLAG_TEXTS_MAX = 1024;
interface FlagTexts {
  /** Bytes of a whole value. Only whole values have a text of their own. */
  readonly width: number;
  readonly texts: Map<number, ByteString>;
}

/** Parameters whose text depends on their value alone and is long to make. */
const flagTypes: ReadonlySet<number> = new Set([
  PT.PT_FLAGS8,
  PT.PT_FLAGS16,
  PT.PT_FLAGS32,
  PT.PT_ENUMFLAGS8,
  PT.PT_ENUMFLAGS16,
  PT.PT_ENUMFLAGS32,
  PT.PT_MODE,
]);

const flagTextsByTable = new Map<string, FlagTexts>();

/** By event code and parameter; parameters of the same table share their texts. */
const flagTexts: readonly (readonly (FlagTexts | undefined)[])[] = eventTable.map(({ params }) =>
  params.map(flagTextsOf),
);

function flagTextsOf({ type, format, table }: ParamInfo): FlagTexts | undefined {
  if (table === undefined || !flagTypes.has(type)) return undefined;
  const key = `${table} ${type} ${format}`;
  let texts = flagTextsByTable.get(key);
  if (texts === undefined) {
    texts = { width: paramWidths[type] ?? 0, texts: new Map() };
    flagTextsByTable.set(key, texts);
  }
  return texts;
}

function flagValue(event: EventView, index: number): number {
  switch (event.paramLength(index)) {
    case 1:
      return event.u8(index);
    case 2:
      return event.u16(index);
    default:
      return event.u32(index);
  }
}

/**
 * The text of one parameter, resolved where it can be; undefined when the event does not hold it.
 */
export function paramText(context: EventContext, index: number): ByteString | undefined {
  const { event } = context;
  const kept = flagTexts[event.type]?.[index];
  if (kept === undefined || event.paramLength(index) !== kept.width) {
    return formatArg(event, index, resolverOf(context));
  }
  const value = flagValue(event, index);
  const known = kept.texts.get(value);
  if (known !== undefined) return known;
  const text = formatArg(event, index, resolverOf(context));
  if (text !== undefined && kept.texts.size < FLAG_TEXTS_MAX) kept.texts.set(value, text);
  return text;
}

function allParams(context: EventContext): ByteString {
  return formatArgs(context.event, resolverOf(context));
}

function bindArg(argument: FieldArgument | undefined): Extractor | string {
  if (argument === undefined) return 'evt.arg needs a parameter: evt.arg.NAME or evt.arg[N]';
  if (argument.bracketed) {
    const index = argumentIndex(argument.text);
    if (index === undefined) return `evt.arg[${argument.text}]: not a number`;
    return (context) => paramText(context, index);
  }
  if (firstParam(argument.text) === undefined) return `unknown event argument ${argument.text}`;
  const indexes = paramIndexes(argument.text);
  return (context) => {
    const index = indexes[context.event.type] ?? NO_PARAM;
    return index === NO_PARAM ? undefined : paramText(context, index);
  };
}

/** Whether events of that type can have the parameter. */
function mayHold(type: number, argument: FieldArgument | undefined): boolean {
  const params = eventTable[type]?.params ?? [];
  const text = argument?.text ?? '';
  return argument?.bracketed === true
    ? Number(text) < params.length
    : params.some((param) => param.name === text);
}

function bindRawArg(argument: FieldArgument | undefined): Extractor | string {
  if (argument === undefined || argument.bracketed) {
    return 'evt.rawarg needs the name of a parameter after a dot, e.g. evt.rawarg.flags';
  }
  if (firstParam(argument.text) === undefined) return `unknown event argument ${argument.text}`;
  const indexes = paramIndexes(argument.text);
  return ({ event }) => {
    const index = indexes[event.type] ?? NO_PARAM;
    return index === NO_PARAM ? undefined : decodeParam(event, index);
  };
}

/** Structures have no value of their own in outputs: they read as in evt.args. */
const structures: ReadonlySet<number> = new Set([
  PT.PT_SOCKADDR,
  PT.PT_SOCKTUPLE,
  PT.PT_FDLIST,
  PT.PT_CHARBUFARRAY,
  PT.PT_CHARBUF_PAIR_ARRAY,
]);

/**
 * By the type that the parameter has on the event, which may differ from the one that the rule was
 * checked with.
 */
function rawArgOutput(argument: FieldArgument | undefined): FieldOutput {
  const indexes = paramIndexes(argument?.text ?? '');
  const shown = ({ event }: EventContext): ParamInfo | undefined =>
    eventTable[event.type]?.params[indexes[event.type] ?? NO_PARAM];
  const structureText = (context: EventContext): ByteString | undefined =>
    formatParam(context.event, indexes[context.event.type] ?? NO_PARAM, resolverOf(context))?.raw;
  return {
    text(context) {
      const param = shown(context);
      if (param === undefined) return undefined;
      if (structures.has(param.type)) return structureText(context);
      const value = decodeParam(context.event, indexes[context.event.type] ?? NO_PARAM);
      return value === undefined ? undefined : valueText(value, param);
    },
    json(context) {
      const param = shown(context);
      if (param === undefined) return null;
      if (structures.has(param.type)) return jsonValue(structureText(context), CHARBUF);
      return jsonValue(decodeParam(context.event, indexes[context.event.type] ?? NO_PARAM), param);
    },
  };
}

const dataIndexes = paramIndexes('data');

/** Bytes of a buffer in conditions, its text in outputs. */
const bufferOutput: FieldOutput = {
  text(context) {
    const index = dataIndexes[context.event.type] ?? NO_PARAM;
    const text = index === NO_PARAM ? undefined : paramText(context, index);
    return context.base64Buffers ? text : text?.slice(0, BUFFER_BYTES_MAX);
  },
  json: (context) => jsonValue(bufferOutput.text(context), CHARBUF),
};

export const evtArgFields: readonly Field[] = [
  field({
    name: 'evt.args',
    ...CHARBUF,
    description:
      'All parameters of the event, as NAME=VALUE or NAME=VALUE(MEANING), with blanks between.',
    extract: allParams,
  }),
  {
    name: 'evt.arg',
    class: 'evt',
    ...CHARBUF,
    description:
      'One parameter of the event as text, by its name (evt.arg.flags) or its position counted ' +
      'from 0 (evt.arg[0]). Descriptors, errors and flags read as names.',
    argument: { kind: ['index', 'name'], required: true },
    bind: bindArg,
    known: (type, argument) => (mayHold(type, argument) ? undefined : 'absent'),
  },
  {
    name: 'evt.rawarg',
    class: 'evt',
    type: PT.PT_DYN,
    format: PF.PF_NA,
    description:
      'One parameter of the event by its name, as the number or text that the event holds ' +
      '(evt.rawarg.flags).',
    argument: { kind: ['name'], required: true },
    noRhs: true,
    noTransformer: true,
    bind: bindRawArg,
    known: (type, argument) => (mayHold(type, argument) ? undefined : 'absent'),
    output: rawArgOutput,
    typeOf: (argument) => firstParam(argument?.text ?? '')?.type ?? PT.PT_DYN,
  },
  field({
    name: 'evt.info',
    ...CHARBUF,
    description: 'The same as evt.args.',
    extract: allParams,
  }),
];

export const evtBuffer: Field = field({
  name: 'evt.buffer',
  type: PT.PT_BYTEBUF,
  format: PF.PF_NA,
  description: 'The bytes that a read or write transferred, as far as they were recorded.',
  known: (type) => (dataIndexes[type] === NO_PARAM ? 'absent' : undefined),
  extract: ({ event }) => {
    const index = dataIndexes[event.type] ?? NO_PARAM;
    return index === NO_PARAM || event.paramLength(index) === 0 ? undefined : event.raw(index);
  },
  output: () => bufferOutput,
});
