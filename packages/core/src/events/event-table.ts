/**
 * The event table: what each event code is called, what kind of event it is and which parameters it
 * carries.
 */

import { eventRows } from './event-rows.gen.ts';
import { EF } from './param-types.gen.ts';

export interface ParamInfo {
  readonly name: string;
  /** One of `PT`. */
  readonly type: number;
  /** One of `PF`. */
  readonly format: number;
  /** Key of `flagTables`, or of `dynamicTables` for PT_DYN. */
  readonly table: string | undefined;
  /** For PT_FSRELPATH: the index of the parameter that holds the directory's descriptor. */
  readonly dirfdParam: number | undefined;
}

export interface EventInfo {
  readonly id: number;
  /** e.g. `PPME_SYSCALL_OPENAT_2_X`. */
  readonly code: string;
  /** e.g. `openat`. */
  readonly name: string;
  readonly isEnter: boolean;
  /** One of `EC`, EC_UNKNOWN to EC_INTERNAL. */
  readonly category: number;
  /** Bits of `EC`, EC_SYSCALL and above. */
  readonly source: number;
  /** Bits of `EF`. */
  readonly flags: number;
  /** False for events that only old captures hold. */
  readonly current: boolean;
  readonly params: readonly ParamInfo[];
}

/** Every event, by code. */
export const eventTable: readonly EventInfo[] = eventRows.map(
  ([code, name, category, source, flags, current, params], id) => ({
    id,
    code,
    name,
    isEnter: id % 2 === 0,
    category,
    source,
    flags,
    current: current === 1,
    params: params.map(([param, type, format, table, dirfdParam]) => ({
      name: param,
      type,
      format,
      table,
      dirfdParam,
    })),
  }),
);

export const EVENT_TYPES: number = eventTable.length;

/** Parameters that the table knows, by event code: a typed array, for the event path. */
export const paramCounts: Uint8Array = Uint8Array.from(eventTable, (event) => event.params.length);

/** 1 for the event codes whose parameter lengths are 32 bits wide in a record. */
export const hasLargePayload: Uint8Array = Uint8Array.from(eventTable, (event) =>
  (event.flags & EF.EF_LARGE_PAYLOAD) !== 0 ? 1 : 0,
);

export const eventFlags: Uint16Array = Uint16Array.from(eventTable, (event) => event.flags);
