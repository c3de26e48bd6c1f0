/**
 * The owner of binary plugins, as they see it: the functions that they are given to call. Those run
 * on a thread of their own (owner-worker.ts), which is started with the first plugin and stays.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LOG_LEVELS } from './abi.ts';
import { NativeBlock, textBlock } from './native-memory.ts';
import { Counter, type FromOwner, type OwnerFunctions, type OwnerSetup } from './owner-messages.ts';

/** One plugin's side. */
export interface OwnedPlugin {
  log(level: (typeof LOG_LEVELS)[number], message: string): void;
  onAsyncEvent(name: string, data: Uint8Array, timeNs: bigint | undefined): void;
}

/** What a plugin's calls for tables are answered with. */
const NO_TABLES = 'Saker gives plugins no access to its state tables';
const COUNTERS_BYTES = 8;

let started: Promise<PluginOwner> | undefined;

/** There is one for all plugins. */
export function pluginOwner(): Promise<PluginOwner> {
  started ??= PluginOwner.start();
  return started;
}

export class PluginOwner {
  readonly functions: OwnerFunctions;
  readonly #counters: Int32Array;
  /** By the address that stands for the plugin's owner. */
  readonly #owned = new Map<bigint, OwnedPlugin>();
  #refusedTold = 0;

  private constructor(functions: OwnerFunctions, counters: Int32Array) {
    this.functions = functions;
    this.#counters = counters;
  }

  static async start(): Promise<PluginOwner> {
    const shared = new SharedArrayBuffer(COUNTERS_BYTES);
    const counters = new Int32Array(shared);
    const setup: OwnerSetup = {
      errorText: textBlock(NO_TABLES).address,
      counters: shared,
    };
    const worker = new Worker(workerFile(), { workerData: setup, stdout: false });
    const functions = await new Promise<OwnerFunctions>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (message: FromOwner) => {
        if (message.kind === 'ready') resolve(message.functions);
      });
    });
    const owner = new PluginOwner(functions, counters);
    worker.on('message', (message: FromOwner) => owner.#onMessage(message));
    // The program may end while plugins are loaded. Listening would keep it.
    worker.unref();
    return owner;
  }

  /** The address that the plugin is given for its owner. */
  add(plugin: OwnedPlugin): bigint {
    const { address } = new NativeBlock(8);
    this.#owned.set(address, plugin);
    return address;
  }

  remove(address: bigint): void {
    this.#owned.delete(address);
  }

  #onMessage(message: FromOwner): void {
    if (message.kind === 'ready') return;
    const plugin = this.#owned.get(message.owner);
    if (message.kind === 'log') {
      const { component, message: text, severity } = message;
      const level = LOG_LEVELS[severity] ?? 'info';
      plugin?.log(level, component === null ? text : `${component}: ${text}`);
      return;
    }
    Atomics.sub(this.#counters, Counter.IN_FLIGHT, 1);
    plugin?.onAsyncEvent(message.name, message.data, message.timeNs);
    this.#tellRefused(plugin);
  }

  /** By the log of the plugin whose events come: it is the one that sends many. */
  #tellRefused(plugin: OwnedPlugin | undefined): void {
    const refused = Atomics.load(this.#counters, Counter.REFUSED);
    if (refused === this.#refusedTold) return;
    const count = refused - this.#refusedTold;
    this.#refusedTold = refused;
    plugin?.log('warning', `${count} async events were lost: too many were waiting`);
  }
}

function workerFile(): string {
  const source = join(import.meta.dirname, 'owner-worker.ts');
  return existsSync(source) ? source : join(import.meta.dirname, 'owner-worker.js');
}
