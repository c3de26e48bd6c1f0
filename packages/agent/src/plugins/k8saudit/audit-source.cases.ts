/** For tests: a source of audit events with a queue that tests look into. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventSink } from '../plugin.ts';
import { readAuditConfig } from './audit-config.ts';
import { AuditSource } from './audit-source.ts';

const WAIT_MS = 20_000;
export const STAMP = '2018-10-26T13:42:46.808261Z';
export const STAMP_NS = BigInt(Date.UTC(2018, 9, 26, 13, 42, 46)) * 1_000_000n + 808_261_000n;

export function auditEvent(id: string, more: object = {}): string {
  return JSON.stringify({ kind: 'Event', auditID: id, stageTimestamp: STAMP, ...more });
}

/** Keeps what comes. With `isFull` set it has no room. */
export class TestSink implements EventSink {
  readonly texts: string[] = [];
  readonly times: (bigint | undefined)[] = [];
  /** Events that came although there was no room. */
  lost = 0;
  /** Undefined: the source has not ended. */
  ended: { readonly error: Error | undefined } | undefined = undefined;
  #isFull = false;
  readonly #waiting: (() => void)[] = [];

  set isFull(isFull: boolean) {
    this.#isFull = isFull;
    if (!isFull) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  event(data: Uint8Array, timeNs?: bigint): boolean {
    if (this.#isFull) {
      this.lost++;
      return false;
    }
    this.texts.push(new TextDecoder().decode(data));
    this.times.push(timeNs);
    return true;
  }

  room(): Promise<void> {
    if (!this.#isFull) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  handled(): Promise<void> {
    return Promise.resolve();
  }

  end(error?: Error): void {
    assert.equal(this.ended, undefined, 'a source ends once');
    this.ended = { error };
  }

  get ids(): unknown[] {
    return this.texts.map((text) => (JSON.parse(text) as { auditID: unknown }).auditID);
  }
}

export interface OpenedSource {
  readonly source: AuditSource;
  readonly sink: TestSink;
  /** `level: message`. */
  readonly log: readonly string[];
  readonly metric: (name: string) => number;
  readonly close: () => Promise<void>;
}

/** Closed after the test, if the test does not do it. */
export async function openSource(
  context: TestContext,
  params: string,
  config: object = {},
): Promise<OpenedSource> {
  const log: string[] = [];
  const sink = new TestSink();
  const source = new AuditSource(readAuditConfig(config), {
    log: (level, message) => log.push(`${level}: ${message}`),
  });
  const opened = await source.open(params, sink);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= Promise.resolve(opened.close());
    return closed;
  };
  context.after(close);
  const metric = (name: string): number =>
    Number(source.metrics().find((each) => each.name === name)?.value);
  return { source, sink, log, metric, close };
}

/** Waits for it, and fails when it does not come. */
export async function until(what: string, is: () => boolean): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (!is()) {
    assert.ok(performance.now() < end, `waited ${WAIT_MS} ms for: ${what}`);
    await pause(5);
  }
}

export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-audit-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
