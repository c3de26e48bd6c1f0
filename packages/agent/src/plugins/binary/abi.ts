/**
 * Falco's C interface of plugins, version 3.12: codes, and where the members of its structures are
 * on machines with 64 bits. The facts are those of plugin_api.h and plugin_types.h of
 * falcosecurity/libs; fixture/plugin_abi.h says the same in C, and a test compares the two.
 */

/** What Saker gives to plugins; they name the version that they need. */
export const API_VERSION = '3.12.0';

/** ss_plugin_rc */
export const Result = { SUCCESS: 0, FAILURE: 1, TIMEOUT: -1, EOF: 2 } as const;

/** Longest text of an error, with its NUL: PLUGIN_MAX_ERRLEN. */
export const ERROR_BYTES = 1024;
/** A time that the plugin leaves to us, and a thread that there is not. */
export const NO_TIME: bigint = (1n << 64n) - 1n;
export const POINTER_BYTES = 8;

/** ss_plugin_event: packed; the parameters' lengths, 4 bytes each, and the parameters follow. */
export const Event = { time: 0, length: 16, type: 20, paramCount: 22, bytes: 26 } as const;
/** Of a plugin's event: its id, 4 bytes long, then the data. */
export const PluginEventLayout = {
  idLength: 26,
  dataLength: 30,
  id: 34,
  data: 38,
} as const;
/** Of an async event: plugin id, name with its NUL, data. */
export const AsyncEventLayout = {
  idLength: 26,
  nameLength: 30,
  dataLength: 34,
  id: 38,
  name: 42,
} as const;

export const EventInput = { event: 0, number: 8, source: 16, bytes: 24 } as const;

export const ExtractField = {
  result: 0,
  resultLength: 8,
  fieldId: 16,
  field: 24,
  argumentKey: 32,
  argumentIndex: 40,
  argumentPresent: 48,
  type: 52,
  isList: 56,
  bytes: 64,
} as const;

/** `tableReader`: four pointers. */
export const ExtractInput = {
  owner: 0,
  lastError: 8,
  fieldCount: 16,
  fields: 24,
  tableReader: 32,
  tableReaderExt: 64,
  valueOffsets: 72,
  bytes: 80,
} as const;

/** `tableReader`: four pointers, `tableWriter`: six. */
export const ParseInput = {
  owner: 0,
  lastError: 8,
  tableReader: 16,
  tableWriter: 48,
  tableReaderExt: 96,
  tableWriterExt: 104,
  bytes: 112,
} as const;

export const InitInput = {
  config: 0,
  owner: 8,
  lastError: 16,
  tables: 24,
  log: 32,
  bytes: 40,
} as const;

/** `fields`: three pointers. */
export const TablesInput = {
  list: 0,
  get: 8,
  add: 16,
  fields: 24,
  fieldsExt: 48,
  readerExt: 56,
  writerExt: 64,
  bytes: 72,
} as const;

export const ByteBuffer = { length: 0, pointer: 8, bytes: 16 } as const;

export const Metric = { name: 0, type: 8, value: 16, valueType: 24, bytes: 32 } as const;

/** ss_plugin_metric_value_type, by its numbers. */
export const METRIC_VALUES = ['u32', 's32', 'u64', 's64', 'double', 'float', 's32'] as const;

/** ss_plugin_field_type, by the names that get_fields has for them. */
export const FIELD_TYPES: Readonly<Record<string, number>> = {
  uint64: 8,
  string: 9,
  reltime: 20,
  abstime: 21,
  bool: 25,
  ipaddr: 40,
  ipnet: 41,
};

/** ss_plugin_log_severity: fatal and critical are errors to us, notice is info, trace debug. */
export const LOG_LEVELS: readonly ('error' | 'warning' | 'info' | 'debug')[] = [
  'info',
  'error',
  'error',
  'error',
  'warning',
  'info',
  'info',
  'debug',
  'debug',
];
