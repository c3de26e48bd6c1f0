/**
 * How much the state of a running Saker holds, asked through Node's inspector, so that it is Saker
 * as installed that is looked at: its objects of the class `SystemState` are searched once, then
 * asked for their sizes.
 */

import { once } from 'node:events';
import type { SystemState } from '@saker/core/state/system-state.ts';

export interface TableSizes {
  readonly threads: number;
  readonly descriptors: number;
  readonly texts: number;
  /** Times that the table of texts was full and emptied. */
  readonly evictions: number;
  readonly containers: number;
  readonly heapMb: number;
  /** Outside the heap, the ring left out. */
  readonly buffersMb: number;
}

/** For the environment of the command: the inspector listens on a free port. */
export const INSPECTED = '--inspect=127.0.0.1:0';
const ADDRESS = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/g;
const GROUP = 'tables';
const ANSWER_MS = 10_000;

/** Runs in Saker, with the states that were found as `this`. */
function sizesOf(this: readonly SystemState[]): string {
  const states = this.filter(({ threads }) => threads !== undefined);
  const sum = (of: (state: SystemState) => number): number =>
    states.reduce((total, state) => total + of(state), 0);
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return JSON.stringify({
    threads: sum(({ threads }) => threads.size),
    descriptors: sum(({ fdBudget }) => fdBudget.used),
    texts: sum(({ texts }) => texts.size),
    evictions: sum(({ texts }) => texts.evictions),
    containers: sum(({ containers }) => containers.size),
    heapMb: heapUsed / 2 ** 20,
    buffersMb: arrayBuffers / 2 ** 20,
  });
}

/** What of the protocol's answers is looked at. */
interface RemoteObject {
  readonly objectId?: string;
  readonly value?: unknown;
}
interface Property {
  readonly name: string;
  readonly value?: RemoteObject;
}
interface Answer {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly result?: RemoteObject | readonly Property[];
    readonly internalProperties?: readonly Property[];
    readonly objects?: RemoteObject;
  };
}

export class StateInspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #states = '';
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data)) as Answer;
      this.#waiting.get(answer.id ?? 0)?.(answer);
      this.#waiting.delete(answer.id ?? 0);
    });
  }

  /** `stderr`: what the process has said so far; an exec of itself says the address once more. */
  static async open(stderr: string): Promise<StateInspector> {
    const address = stderr.match(ADDRESS)?.at(-1);
    if (address === undefined) throw new Error(`no inspector listens: ${stderr}`);
    const socket = new WebSocket(address);
    await once(socket, 'open');
    const inspector = new StateInspector(socket);
    await inspector.#findStates();
    return inspector;
  }

  async sizes(): Promise<TableSizes> {
    const { result } = await this.#call('Runtime.callFunctionOn', {
      objectId: this.#states,
      functionDeclaration: sizesOf.toString(),
      returnByValue: true,
    });
    return JSON.parse(String((result as RemoteObject).value)) as TableSizes;
  }

  /** What nobody holds any more is freed, which V8 does only when it needs the room. */
  async tidy(): Promise<void> {
    await this.#call('HeapProfiler.collectGarbage', {});
  }

  close(): void {
    this.#socket.close();
  }

  /** A function of the bundle knows the classes of the bundle: they are in its scopes. */
  async #findStates(): Promise<void> {
    const listener = await this.#call('Runtime.evaluate', {
      expression: "process.listeners('SIGTERM')[0]",
      objectGroup: GROUP,
    });
    const { internalProperties = [] } = await this.#properties(listener.result as RemoteObject);
    const scopes = internalProperties.find(({ name }) => name === '[[Scopes]]')?.value;
    for (const { value } of await this.#listed(scopes)) {
      // oxlint-disable-next-line no-await-in-loop -- the innermost that has it is the one
      const found = (await this.#listed(value)).find(({ name }) => name === 'SystemState');
      if (found?.value === undefined) continue;
      // oxlint-disable-next-line no-await-in-loop -- the last step
      return this.#findObjects(found.value);
    }
    throw new Error(
      'no class SystemState in reach: Saker runs from the sources, not from the bundle',
    );
  }

  async #findObjects(ofClass: RemoteObject): Promise<void> {
    const prototype = (await this.#listed(ofClass)).find(({ name }) => name === 'prototype');
    const prototypeObjectId = prototype?.value?.objectId;
    const { objects } = await this.#call('Runtime.queryObjects', { prototypeObjectId });
    this.#states = objects?.objectId ?? '';
  }

  async #listed(object: RemoteObject | undefined): Promise<readonly Property[]> {
    const { result } = await this.#properties(object);
    return (result ?? []) as readonly Property[];
  }

  async #properties(object: RemoteObject | undefined): Promise<NonNullable<Answer['result']>> {
    const ownProperties = true;
    return this.#call('Runtime.getProperties', { objectId: object?.objectId, ownProperties });
  }

  async #call(method: string, params: object): Promise<NonNullable<Answer['result']>> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const timer = setTimeout(() => resolve({ error: { message: 'no answer' } }), ANSWER_MS);
    const { error, result } = await promise;
    clearTimeout(timer);
    if (result === undefined) throw new Error(`${method}: ${error?.message}`);
    return result;
  }
}
