/**
 * Brings events of old captures up to date, as libscap's converter does: by the table of
 * converter-rows.gen.ts, step by step until the event is current. Where libscap ends the replay
 * because an event cannot be converted, the event is counted and left out here.
 *
 * Current events never come here: `passAt` tells them apart with one look. The others are rebuilt
 * in two buffers in turn, with no allocation except for enter events that are kept.
 */

import { assert } from '../base/assert.ts';
import type { ByteString } from '../base/host.ts';
import { EVENT_TYPES, type EventInfo, eventFlags, eventTable } from '../events/event-table.ts';
import { EventView, PARAMS_MAX } from '../events/event-view.ts';
import { EF, PT, paramWidths } from '../events/param-types.gen.ts';
import {
  type Action,
  type ConversionRow,
  converterRows,
  type InstructionRow,
  type Operation,
} from './converter-rows.gen.ts';
import { EnterStore } from './enter-store.ts';
import type { ReadCounts } from './read-counts.ts';
import { CONVERTED_BYTES_MAX, RecordBuilder } from './record-builder.ts';

interface Instruction {
  readonly operation: Operation;
  /** For from_old and from_enter: which parameter. */
  readonly param: number;
  readonly fallbackToEmpty: boolean;
  /** Bytes of the parameter that it makes; 0 where they vary. */
  readonly width: number;
  /** What a default value consists of. */
  readonly fill: number;
}

interface Conversion {
  readonly action: Action;
  /** Code of the result. */
  readonly type: number;
  /** Parameters of the event that come first, unchanged. */
  readonly kept: number;
  /** Parameters that the stored enter event must have; 0 when the conversion needs none. */
  readonly enterParams: number;
  readonly instructions: readonly Instruction[];
}

const COUNTS = PARAMS_MAX + 1;

/** By event code times COUNTS plus the number of parameters. */
const conversions: readonly (Conversion | undefined)[] = indexRows(converterRows);

function indexRows(rows: readonly ConversionRow[]): (Conversion | undefined)[] {
  const index = Array.from<Conversion | undefined>({ length: EVENT_TYPES * COUNTS });
  for (const [event, paramCount, action, to, instructions] of rows) {
    const type = action === 'change_type' ? to : event;
    const kept = action === 'add_params' ? paramCount : 0;
    index[event * COUNTS + paramCount] = {
      action,
      type,
      kept,
      enterParams: Math.max(0, ...instructions.map(enterParamsOf)),
      instructions: instructions.map((row, at) =>
        instructionOf(row, eventTable[type]?.params[kept + at]?.type ?? PT.PT_NONE),
      ),
    };
  }
  return index;
}

function enterParamsOf([operation, param = 0]: InstructionRow): number {
  return operation === 'from_enter' ? param + 1 : 0;
}

function instructionOf(row: InstructionRow, targetType: number): Instruction {
  const [operation, param = 0, fallbackToEmpty = false] = row;
  const isId = targetType === PT.PT_UID || targetType === PT.PT_GID;
  return {
    operation,
    param,
    fallbackToEmpty,
    width: paramWidths[targetType] ?? 0,
    fill: isId ? 0xff : 0,
  };
}

/** No event has this many parameters. */
const NEVER = 0xff;

/**
 * By event code: an event with at least this many of the table's parameters is current and is
 * delivered as it is. Exit events in the converter's care are current when they are complete; so
 * are the few enter events that a row lets pass.
 */
export const passAt: Uint8Array = Uint8Array.from(eventTable, passingCount);

function passingCount(event: EventInfo): number {
  const { flags, id, isEnter, params } = event;
  if ((flags & EF.EF_UNUSED) !== 0) return NEVER;
  if ((flags & EF.EF_CONVERTER_MANAGED) === 0) return (flags & EF.EF_OLD_VERSION) !== 0 ? NEVER : 0;
  if (isEnter) {
    const complete = conversions[id * COUNTS + params.length];
    return complete?.action === 'pass' ? params.length : NEVER;
  }
  return (flags & EF.EF_OLD_VERSION) !== 0 ? NEVER : params.length;
}

/**
 * More steps than the longest way from an old event to a current one, which has 16; libscap's
 * number.
 */
const STEPS_MAX = 50;

export class EventConverter {
  readonly #counts: ReadCounts;
  readonly #enters = new EnterStore();
  readonly #enter = new EventView();
  /** Made when the first event is rebuilt: most captures need none. */
  #first: RecordBuilder | undefined;
  #second: RecordBuilder | undefined;

  constructor(counts: ReadCounts) {
    this.#counts = counts;
  }

  /** A new section begins: its threads are others. */
  clear(): void {
    this.#enters.clear();
  }

  /**
   * Places `event`, which is not current, over the current event that it becomes; the view's buffer
   * is then one of the converter's, until the next call. False when the event is not to be
   * delivered.
   */
  convert(event: EventView): boolean {
    for (let step = 0; step < STEPS_MAX; step++) {
      if ((eventFlags[event.type] ?? 0) & EF.EF_UNUSED) return this.#leaveOut('unused');
      if (event.paramCount >= (passAt[event.type] ?? 0)) return true;
      if (!((eventFlags[event.type] ?? 0) & EF.EF_CONVERTER_MANAGED)) {
        return this.#leaveOut('oldEnter');
      }
      const conversion = conversions[event.type * COUNTS + event.paramCount];
      if (conversion === undefined) return this.#leaveOut('noConversion');
      switch (conversion.action) {
        case 'pass':
          return true;
        case 'store':
          return this.#store(event) && this.#leaveOut('merged');
        case 'store_and_pass':
          return this.#store(event);
        default:
          if (!this.#rebuild(event, conversion)) return false;
      }
    }
    assert(false, `the conversion of ${eventTable[event.type]?.code} does not come to an end`);
  }

  #leaveOut(reason: keyof ReadCounts): false {
    this.#counts[reason]++;
    return false;
  }

  #store(event: EventView): boolean {
    if (event.end - event.start > CONVERTED_BYTES_MAX) return this.#leaveOut('tooLong');
    this.#enters.put(event);
    this.#counts.entersForgotten = this.#enters.forgotten;
    return true;
  }

  /** One step of a conversion: builds the new record and places the event over it. */
  #rebuild(event: EventView, conversion: Conversion): boolean {
    const { type, kept, enterParams, instructions } = conversion;
    if (event.end - event.start > CONVERTED_BYTES_MAX) return this.#leaveOut('tooLong');
    const enter = enterParams > 0 ? this.#storedEnter(event.tid) : undefined;
    if (enter !== undefined) {
      if (enter.type !== event.type - 1) return this.#leaveOut('wrongEnter');
      if (enter.paramCount < enterParams) return this.#leaveOut('shortEnter');
    }
    this.#first ??= new RecordBuilder();
    this.#second ??= new RecordBuilder();
    const builder = event.bytes === this.#first.bytes ? this.#second : this.#first;
    builder.begin(event, type, kept + instructions.length);
    for (let i = 0; i < kept; i++) builder.copy(event, i, event.paramLength(i));
    for (const instruction of instructions) appendParam(builder, instruction, event, enter);
    if (builder.overflow) return this.#leaveOut('tooLong');
    builder.end();
    if (enter !== undefined) this.#enters.remove(event.tid);
    event.attach(builder.bytes, builder.view);
    assert(event.place(0, builder.length), 'a converted event is valid');
    return true;
  }

  #storedEnter(tid: number): EventView | undefined {
    const stored = this.#enters.get(tid);
    if (stored === undefined) return undefined;
    this.#enter.attach(stored.bytes, stored.view);
    assert(this.#enter.place(0, stored.length), 'a stored event was valid');
    return this.#enter;
  }
}

function appendParam(
  builder: RecordBuilder,
  instruction: Instruction,
  event: EventView,
  enter: EventView | undefined,
): void {
  const { operation, param, fallbackToEmpty, width, fill } = instruction;
  const source = operation === 'from_old' ? event : operation === 'from_enter' ? enter : undefined;
  if (operation === 'callback') {
    builder.text(containerJson(event));
  } else if (source !== undefined) {
    const length = source.paramLength(param);
    builder.copy(source, param, width > 0 && width < length ? width : length);
  } else if (operation === 'empty' || fallbackToEmpty) {
    builder.fill(0, 0);
  } else {
    builder.fill(fill, width);
  }
}

/**
 * The only callback of the table: what the first container events told in four parameters, as the
 * JSON document of their successors. Empty when a parameter is missing.
 */
function containerJson(event: EventView): ByteString {
  for (let i = 0; i < 4; i++) if (event.paramLength(i) === 0) return '';
  const [id, name, image] = [0, 2, 3].map((param) => JSON.stringify(event.string(param)));
  return `{"id":${id},"type":${event.u32(1)},"name":${name},"image":${image}}\0`;
}
