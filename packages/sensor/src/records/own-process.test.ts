/** The process that watches leaves itself out, and not those that it starts. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { eventTable } from '@saker/core/events/event-table.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { SYSCALL_CODES, syscallName } from '@saker/core/events/names.ts';
import { Sensor } from '../sensor.ts';
import { objectImage, skipWithoutSensor } from './harness.ts';

const recorded = new Set(['execve', 'clone', 'clone3', 'fork', 'vfork', 'getpriority', 'kill']);

interface Seen {
  readonly tid: number;
  readonly code: string;
  readonly res: number;
}

async function openSensor(): Promise<Sensor> {
  const codes = Array.from({ length: SYSCALL_CODES }, (_, code) => code);
  return new Sensor({
    image: await objectImage(),
    syscalls: new Set(codes.filter((code) => recorded.has(syscallName(code) ?? ''))),
    ringBytes: 1 << 22,
  });
}

function drain(sensor: Sensor): readonly Seen[] {
  const view = new EventView();
  view.attach(sensor.ring.bytes, sensor.ring.view);
  const seen: Seen[] = [];
  sensor.drain((start, end) => {
    assert.ok(view.place(start, end));
    seen.push({ tid: view.tid, code: eventTable[view.type]?.code ?? '', res: view.i64(0) });
  }, Number.MAX_SAFE_INTEGER);
  return seen;
}

async function startThread(): Promise<number> {
  const worker = new Worker(
    `const { readlinkSync } = require('node:fs');
     require('node:worker_threads').parentPort.postMessage(readlinkSync('/proc/thread-self'));`,
    { eval: true },
  );
  const link = await new Promise<string>((resolve) => {
    worker.once('message', resolve);
  });
  await worker.terminate();
  return Number(link.slice(link.lastIndexOf('/') + 1));
}

test('a process that the watching process starts is seen from its birth', {
  skip: skipWithoutSensor,
}, async () => {
  const sensor = await openSensor();
  try {
    const { pid } = spawnSync('/bin/sh', ['-c', 'exit 0']);
    const own = drain(sensor).filter(({ tid }) => tid === pid);
    const codes = own.map(({ code }) => code);
    assert.match(codes[0] ?? '', /^PPME_SYSCALL_V?(CLONE|FORK)/u);
    assert.deepEqual(codes.slice(1), ['PPME_SYSCALL_EXECVE_19_X', 'PPME_PROCEXIT_1_E']);
    assert.ok(own.slice(0, 2).every(({ res }) => res === 0));
  } finally {
    sensor.close();
  }
});

test('threads of the watching process, their births and their ends are not recorded', {
  skip: skipWithoutSensor,
}, async () => {
  const sensor = await openSensor();
  try {
    const thread = await startThread();
    process.kill(process.pid, 0);
    spawnSync('/bin/true');
    const own = drain(sensor).filter(({ tid }) => tid === process.pid || tid === thread);
    assert.deepEqual(own, []);
  } finally {
    sensor.close();
  }
});

test('a child is recorded before its maker returns, and a start before anything that it does', {
  skip: skipWithoutSensor,
}, async () => {
  const sensor = await openSensor();
  try {
    const { pid } = spawnSync('/bin/sh', ['-c', 'for i in 1 2 3 4 5 6 7 8; do /bin/true; done; :']);
    const seen = drain(sensor);
    const births = seen.filter(
      ({ tid, code, res }) => tid === pid && /(CLONE|FORK)/u.test(code) && res > 0,
    );
    assert.equal(births.length, 8);
    for (const birth of births) {
      const first = seen.findIndex(({ tid }) => tid === birth.res);
      assert.match(seen[first]?.code ?? '', /(CLONE|FORK)/u);
      assert.ok(first < seen.indexOf(birth));
    }
  } finally {
    sensor.close();
  }
});
