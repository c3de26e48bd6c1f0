/** Where things are in an event record: docs/formats/event.md. */

export const LENGTH_AT = 16;
export const TYPE_AT = 20;
/** Not in records of version 1, whose parameters' lengths begin here. */
export const PARAM_COUNT_AT = 22;

export const HEADER_V1_BYTES = 22;
export const HEADER_BYTES = 26;
