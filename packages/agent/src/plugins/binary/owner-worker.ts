/**
 * The thread that serves the functions which plugins may call at any time and from any thread of
 * theirs. JavaScript runs on one thread, and whoever calls it from another one waits until that one
 * has time: were it the main thread, a plugin that logs while the main thread waits for it would
 * stop both. This one waits for nobody.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@saker/core/base/assert.ts';
import koffi from 'koffi';
import { AsyncEventLayout, ERROR_BYTES, Event, NO_TIME, Result } from './abi.ts';
import { copyBytes, storeBytes, viewOf } from './native-memory.ts';
import { Counter, type FromOwner, type OwnerSetup } from './owner-messages.ts';

/** Async events that may be on their way to the main thread. */
const IN_FLIGHT_MAX = 4096;
/** An event that tells of something, not a file: more is a length gone wrong. */
const EVENT_BYTES_MAX = 16 << 20;
const ASYNC_EVENT = 402;
const PARAMS = 3;

const { errorText, counters: shared } = workerData as OwnerSetup;
const counters = new Int32Array(shared);

assert(parentPort !== null, 'this runs as a thread of the agent');
const port = parentPort;

function post(message: FromOwner): void {
  port.postMessage(message);
}

type Address = bigint | number | null;

function log(
  owner: Address,
  component: string | null,
  message: string | null,
  severity: number,
): void {
  post({ kind: 'log', owner: BigInt(owner ?? 0), component, message: message ?? '', severity });
}

/** A refusal is told to the plugin by its text, which is written to `error`. */
function onAsyncEvent(owner: Address, event: Address, error: Address): number {
  try {
    sendEvent(BigInt(owner ?? 0), BigInt(event ?? 0));
    return Result.SUCCESS;
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    const bytes = new Uint8Array(ERROR_BYTES);
    new TextEncoder().encodeInto(text, bytes.subarray(0, ERROR_BYTES - 1));
    if (error !== null) storeBytes(BigInt(error), bytes);
    return Result.FAILURE;
  }
}

function sendEvent(owner: bigint, event: bigint): void {
  const header = viewOf(copyBytes(event, Event.bytes, 'the async event'));
  const length = header.getUint32(Event.length, true);
  const isAsync =
    header.getUint16(Event.type, true) === ASYNC_EVENT &&
    header.getUint32(Event.paramCount, true) === PARAMS;
  if (!isAsync || length < AsyncEventLayout.name || length > EVENT_BYTES_MAX) {
    throw new RangeError('malformed async event');
  }
  const record = copyBytes(event, length, 'the async event');
  const view = viewOf(record);
  const idLength = view.getUint32(AsyncEventLayout.idLength, true);
  const nameLength = view.getUint32(AsyncEventLayout.nameLength, true);
  const dataLength = view.getUint32(AsyncEventLayout.dataLength, true);
  const dataAt = AsyncEventLayout.name + nameLength;
  if (idLength !== 4 || nameLength === 0 || dataAt + dataLength > length) {
    throw new RangeError('malformed async event');
  }
  if (Atomics.load(counters, Counter.IN_FLIGHT) >= IN_FLIGHT_MAX) {
    Atomics.add(counters, Counter.REFUSED, 1);
    throw new RangeError(`${IN_FLIGHT_MAX} async events are waiting already`);
  }
  Atomics.add(counters, Counter.IN_FLIGHT, 1);
  const time = view.getBigUint64(Event.time, true);
  post({
    kind: 'async-event',
    owner,
    name: new TextDecoder().decode(record.subarray(AsyncEventLayout.name, dataAt - 1)),
    data: record.slice(dataAt, dataAt + dataLength),
    timeNs: time === NO_TIME ? undefined : time,
  });
}

function register(callback: (...values: never[]) => unknown, prototype: string): bigint {
  return koffi.register(callback, koffi.pointer(koffi.proto(prototype)));
}

// A thread without anything to wait for would end, and its functions with it.
port.on('message', () => {});

post({
  kind: 'ready',
  functions: {
    log: register(log, 'void saker_log(void *, const char *, const char *, int)'),
    lastError: register(() => errorText, 'void *saker_last_error(void *)'),
    asyncEvent: register(onAsyncEvent, 'int saker_async_event(void *, void *, void *)'),
    nothing: register(() => null, 'void *saker_nothing(void *, void *, void *, void *)'),
    refuse: register(() => Result.FAILURE, 'int saker_refuse(void *, void *, void *, void *)'),
  },
});
