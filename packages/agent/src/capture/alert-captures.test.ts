import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { ScapReader } from '@saker/core/scap/scap-reader.ts';
import { TestMachine, threadEntry, type Values } from '@saker/core/state/machine.cases.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import type { CaptureConfig } from '../config/config.ts';
import { AlertCaptures } from './alert-captures.ts';
import { capturePath } from './capture-path.ts';

const MIB = 1 << 20;
const capturing = { capture: true, captureDurationMs: 0 };
const other = { capture: false, captureDurationMs: 0 };

/** A machine whose events go to captures, and what was logged. */
class CapturedMachine {
  readonly machine: TestMachine = new TestMachine().starts(threadEntry(7, { comm: 'cat' }));
  readonly folder: string;
  readonly captures: AlertCaptures;
  readonly logged: string[] = [];

  constructor(context: TestContext, config: Partial<CaptureConfig> = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'saker-captures-'));
    context.after(() => rmSync(this.folder, { recursive: true, force: true }));
    const log = (text: string): void => void this.logged.push(text);
    this.captures = new AlertCaptures({
      config: {
        enabled: true,
        pathPrefix: join(this.folder, 'c'),
        mode: 'rules',
        defaultDurationMs: 1000,
        fileBytesMax: undefined,
        ...config,
      },
      state: this.machine.state,
      log: { error: log, info: log, debug: () => undefined },
    });
  }

  /** An event, and the rules that match it. */
  on(rules: readonly (typeof capturing)[] = [], values: Values = {}): InternalMessage | undefined {
    this.machine.on(7, PPME.PPME_SYSCALL_READ_X, { res: 1, fd: 3, size: 1, ...values });
    for (const rule of rules) this.captures.onMatch(rule);
    return this.captures.onEvent();
  }

  /** By file the times of its events since the start of the machine in milliseconds. */
  async times(): Promise<number[][]> {
    await this.captures.close();
    return readdirSync(this.folder)
      .toSorted()
      .map((name) => timesOf(join(this.folder, name)));
  }
}

const START_MS = 1_700_000_000_000;

function timesOf(path: string): number[] {
  let rest: Uint8Array = gunzipSync(readFileSync(path));
  const event = new EventView();
  const state = new SystemState(event);
  const reader = new ScapReader(event, state);
  const times: number[] = [];
  for (let step = reader.next(); step !== 'end'; step = reader.next()) {
    if (step === 'event') {
      if (!state.apply()) continue;
      assert.equal(state.context.thread?.comm, 'cat', 'the snapshot tells who it is');
      const time = (BigInt(event.timeHigh) << 32n) | BigInt(event.timeLow);
      times.push(Number(time / 1_000_000n) - START_MS);
    } else if (rest.length === 0) reader.end();
    else rest = rest.subarray(reader.feed(rest));
  }
  return times;
}

test('names sort by time', () => {
  assert.equal(
    capturePath('/var/c/x', 1_648_178_040_000_000_000n, 1011),
    '/var/c/x_01648178040000000000_00000000000000001011.scap',
  );
});

describe('a capture', () => {
  test('begins with the event that matched and ends with the first one after its time', async (c) => {
    const all = new CapturedMachine(c);
    for (let at = 0; at < 30; at++) {
      all.on(at === 3 ? [capturing] : []);
      all.machine.later(0.1);
    }
    const [times = [], ...others] = await all.times();
    assert.deepEqual(others, []);
    assert.deepEqual([times[0], times.at(-1), times.length], [300, 1300, 11]);
    assert.deepEqual([all.captures.started, all.captures.failed], [1, 0]);
  });

  test('lasts longer when more matches, whatever that asks for', async (c) => {
    const all = new CapturedMachine(c);
    for (let at = 0; at < 30; at++) {
      const rules = at === 3 ? [capturing] : at === 10 ? [other] : [];
      all.on(rules);
      all.machine.later(0.1);
    }
    const [times = []] = await all.times();
    assert.deepEqual([times[0], times.at(-1)], [300, 2000]);
  });

  test('lasts as long as the rule says', async (c) => {
    const all = new CapturedMachine(c);
    for (let at = 0; at < 10; at++) {
      all.on(at === 3 ? [{ capture: true, captureDurationMs: 200 }] : []);
      all.machine.later(0.1);
    }
    assert.deepEqual(await all.times(), [[300, 400, 500]]);
  });

  test('is followed by the next one, in a file of its own', async (c) => {
    const all = new CapturedMachine(c, { defaultDurationMs: 100 });
    for (let at = 0; at < 10; at++) {
      all.on(at % 5 === 2 ? [capturing] : []);
      all.machine.later(0.1);
    }
    assert.deepEqual(await all.times(), [
      [200, 300],
      [700, 800],
    ]);
  });

  test('is started by every rule in mode all_rules', async (c) => {
    const rules = new CapturedMachine(c);
    rules.on([other]);
    assert.deepEqual(await rules.times(), []);
    const all = new CapturedMachine(c, { mode: 'all_rules' });
    all.on([other]);
    assert.deepEqual(await all.times(), [[0]]);
  });

  test('ends by the clock where no events come', async (c) => {
    const all = new CapturedMachine(c);
    all.on([capturing]);
    all.captures.tick(BigInt(START_MS + 900) * 1_000_000n);
    assert.equal(all.captures.isActive, true);
    all.captures.tick(BigInt(START_MS + 1100) * 1_000_000n);
    assert.equal(all.captures.isActive, false);
    assert.deepEqual(await all.times(), [[0]]);
  });
});

test('a file that is full is told', async (c) => {
  const all = new CapturedMachine(c, { fileBytesMax: MIB });
  let message: InternalMessage | undefined;
  let events = 0;
  for (; events < 1000 && message === undefined; events++) {
    const data = new Uint8Array(40_000).map(() => Math.random() * 256);
    message = all.on(events === 0 ? [capturing] : [], { data });
  }
  const [times = []] = await all.times();
  const [name = ''] = readdirSync(all.folder);
  const { size } = statSync(join(all.folder, name));
  assert.deepEqual(message, {
    rule: 'Falco internal: capture size limit reached',
    priority: 6,
    text: 'Falco internal: capture size limit reached. Configured limit: 1 MB.',
    fields: { max_file_size_mb: 1, written_bytes: size },
  });
  assert.ok(size >= MIB && size < MIB + 600_000, `${size} bytes`);
  assert.equal(times.length, events);
  assert.equal(all.captures.limited, 1);
});

test('what cannot be written is counted, and told once', async (c) => {
  const all = new CapturedMachine(c);
  rmSync(all.folder, { recursive: true });
  for (let at = 0; at < 5; at++) all.on([capturing]);
  assert.deepEqual([all.captures.started, all.captures.failed], [0, 5]);
  assert.equal(all.logged.length, 2);
  assert.match(all.logged[1] ?? '', /^Could not write the capture .*: no such file or directory$/);
  mkdirSync(all.folder);
  all.on([capturing]);
  await all.captures.close();
  assert.equal(all.captures.started, 1);
  rmSync(all.folder, { recursive: true });
  all.on([capturing]);
  assert.equal(all.logged.length, 3, 'it is news again');
});
