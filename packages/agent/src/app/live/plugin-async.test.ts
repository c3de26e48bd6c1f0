/** Events that plugins send beside the streams: into every source that is open, over reloads. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPlugins } from '../../plugins/open-plugins.ts';
import { entry, folder, KeptLog, until } from '../../plugins/plugin-bench.cases.ts';
import { PluginSources } from './plugin-sources.ts';

const MODULE = `
  const sent = globalThis.tickerSinks;
  export const plugin = { api: 1, name: 'ticker', version: '1.0.0', description: 'd', contact: 'c',
    open: () => ({
      sourcing: { source: 'clock', id: 999, open: async () => ({ close() {} }) },
      asyncEvents: { sources: [], names: ['tick'],
        start: (sink) => { sent.push(sink); }, stop: () => { sent.pop(); } },
    }) };`;

interface Sink {
  event(name: string, data: Uint8Array): boolean;
}

test('async events reach system calls and sources, also after a reload', async (context) => {
  const path = join(folder(context), 'ticker.mjs');
  writeFileSync(path, MODULE);
  const log = new KeptLog();
  const config = entry('ticker', { libraryPath: path });
  const sinks: Sink[] = [];
  Object.assign(globalThis, { tickerSinks: sinks });
  const plugins = await openPlugins([config], { log });
  const seen: string[] = [];
  const sources = new PluginSources({
    machine: undefined,
    onEvent: ({ name, event }) => seen.push(`${name} ${event.num} ${event.raw(2)}`),
    onPause() {},
    onEnd() {},
    onReopen() {},
    onProblem: (message) => seen.push(message),
    syscallTarget: (name, data) => seen.push(`syscall ${name} ${data.length}`) > 0,
  });
  const send = (data: string): boolean => {
    const [sink] = sinks;
    assert.ok(sink !== undefined);
    return sink.event('tick', Buffer.from(data));
  };

  await sources.take(plugins, await sources.prepare(plugins, ['clock']));
  assert.equal(send('one'), true);
  await until(() => seen.length === 2, 'it does not come');
  assert.deepEqual(seen.splice(0), ['syscall tick 3', 'clock 1 one']);

  const next = await openPlugins([{ ...config, openParams: 'x' }], { log, previous: plugins });
  await sources.take(next, await sources.prepare(next, ['clock']));
  await plugins.close(next);
  assert.equal(send('two'), true);
  await until(() => seen.length === 2, 'it does not come after the reload');
  assert.deepEqual(seen.splice(0), ['syscall tick 3', 'clock 1 two']);
  const counts = { taken: 2, lost: 0, tooLong: 0, malformed: 0 };
  assert.deepEqual(sources.counters, [['clock', counts]], 'with those of the source before');

  await sources.close();
  await next.close();
  assert.deepEqual(seen, []);
  assert.equal(sinks.length, 0, 'they are stopped');
});
