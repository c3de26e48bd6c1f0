/** Type and format pairs that many fields share, to be spread into their specs. */

import { PF, PT } from '../events/param-types.gen.ts';

export interface Shape {
  readonly type: number;
  readonly format: number;
}

export const CHARBUF: Shape = { type: PT.PT_CHARBUF, format: PF.PF_NA };
export const BOOL: Shape = { type: PT.PT_BOOL, format: PF.PF_NA };
export const DOUBLE: Shape = { type: PT.PT_DOUBLE, format: PF.PF_NA };
/** Ids of processes, threads, sessions: signed, because "not known" is -1. */
export const ID: Shape = { type: PT.PT_INT64, format: PF.PF_ID };
export const ID32: Shape = { type: PT.PT_UINT32, format: PF.PF_ID };
export const COUNT: Shape = { type: PT.PT_UINT64, format: PF.PF_DEC };
export const SIGNED: Shape = { type: PT.PT_INT64, format: PF.PF_DEC };
/** Nanoseconds: a distance, or since the epoch. */
export const RELTIME: Shape = { type: PT.PT_RELTIME, format: PF.PF_DEC };
export const ABSTIME: Shape = { type: PT.PT_ABSTIME, format: PF.PF_DEC };
