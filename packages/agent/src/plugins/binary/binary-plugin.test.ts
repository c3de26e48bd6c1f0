/** Libraries with Falco's interface: a plugin of ours in C, compiled here, and its variants. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import koffi from 'koffi';
import type { PluginConfig } from '../../config/service-config.ts';
import { openPlugins } from '../open-plugins.ts';
import { entry, folder, KeptLog, PluginBench, until } from '../plugin-bench.cases.ts';
import * as abi from './abi.ts';
import { fixtureLibrary } from './fixture-library.cases.ts';

// One for all tests: libraries stay loaded.
const libraryFolder = mkdtempSync(join(tmpdir(), 'saker-fixture-'));
const library = fixtureLibrary(libraryFolder, 'libfixture.so');
after(() => rmSync(libraryFolder, { recursive: true }));

function fixture(more: Partial<PluginConfig> = {}): PluginConfig {
  return entry('fixture', { libraryPath: library, ...more });
}

function variant(context: TestContext, ...macros: readonly string[]): PluginConfig {
  return fixture({ libraryPath: fixtureLibrary(folder(context), 'variant.so', ...macros) });
}

function rule(name: string, condition: string, output: string): string {
  const item = { rule: name, desc: 'd', condition, output, priority: 'NOTICE', source: 'fixture' };
  return `- ${JSON.stringify(item)}\n`;
}

const FIELDS = [
  'number=%fixture.number',
  'text=%fixture.text',
  'user=%fixture.value[user]',
  'other=%fixture.value[other]',
  'digit=%fixture.digit[1]',
  'first=%fixture.digit',
  'letters=%fixture.letters',
  'even=%fixture.even',
  'address=%fixture.address',
];

describe('a library with all capabilities', () => {
  test('gives events, whose fields rules and outputs read', async (context) => {
    const bench = await PluginBench.open(context, fixture({ openParams: '12' }));
    const rules = [
      rule('Eleven', 'fixture.number = 11', FIELDS.join(' ')),
      rule('Key', 'fixture.value[user] in (u3, u4) and fixture.even = false', 'n=%fixture.number'),
      rule('List', 'fixture.letters intersects (c)', '%fixture.letters'),
      rule('Net', 'fixture.net = 10.0.0.4/31', '%fixture.address'),
      rule('Time', 'fixture.time = 1700000000006000000', '%fixture.time %evt.rawtime'),
      rule('Of', 'evt.source = fixture and evt.num = 3', '%evt.pluginname: %evt.plugininfo'),
      rule('Digit', 'fixture.digit[1] exists and evt.num <= 11', '%evt.num'),
    ];
    const run = await bench.start(context, 'fixture', rules.join(''));
    assert.equal(await run.ended(), undefined);
    assert.equal(run.events, 12);
    assert.deepEqual(run.alerts, [
      'List: (a,b,c)',
      'Of: fixture: number 3 of fixture: 2 user=u2 letters=abc',
      'Key: n=3',
      'Net: 10.0.0.4',
      'List: (a,b,c)',
      'Time: 1700000000006000000 1700000000006000000',
      'List: (a,b,c)',
      'Digit: 11',
      'Eleven: number=11 text=11 user=u1 letters=abc user=u1 other=<NA> digit=1 first=1 ' +
        'letters=(a,b,c) even=false address=::b',
      'List: (a,b,c)',
    ]);
    assert.deepEqual(run.source.counters, { taken: 12, lost: 0, tooLong: 0, malformed: 0 });
  });

  test('is asked for no field that no rule needs, and parses every event', async (context) => {
    const bench = await PluginBench.open(context, fixture({ openParams: '40' }));
    const rules = rule('Few', 'evt.num > 38 and fixture.number > 0', '%fixture.number');
    const run = await bench.start(context, 'fixture', rules);
    await run.ended();
    const metrics = bench.plugins.metrics().map(({ name, kind, value }) => [name, kind, value]);
    assert.deepEqual(metrics, [
      ['extracted', 'counter', 2n],
      ['parsed', 'counter', 40n],
      ['half', 'gauge', 0.5],
    ]);
  });

  test('tells of itself', async (context) => {
    const bench = await PluginBench.open(context, fixture());
    const [plugin] = bench.plugins.plugins;
    assert.deepEqual(plugin?.capabilities, [
      "Event Sourcing (ID=998, source='fixture')",
      'Field Extraction',
      'Event Parsing',
      'Async Events',
    ]);
    assert.deepEqual(plugin?.plugin.sourcing?.suggestedParams?.(), [
      { value: '10', description: 'ten events' },
      { value: 'endless' },
    ]);
    await until(() => bench.log.lines.length > 1, 'its message does not come');
    assert.deepEqual(bench.log.lines.toSorted(), [
      `info: Loaded plugin 'fixture@0.4.2' from file ${library}`,
      'info: fixture: initialized',
    ]);
  });

  test('sends async events from a thread of its own, which can be stopped', async (context) => {
    const bench = await PluginBench.open(context, fixture({ openParams: 'endless' }));
    const rules = rule('Tick', 'evt.asynctype = fixture_tick', '%evt.is_async %evt.source');
    const run = await bench.start(context, 'fixture', rules);
    const seen: string[] = [];
    bench.plugins.startAsync((source) => (name, data, timeNs) => {
      seen.push(`${source}: ${Buffer.from(data).toString()}`);
      return run.source.addAsync(name, data, timeNs);
    });
    await until(() => run.alerts.length === 3, 'the ticks do not come');
    assert.deepEqual(run.alerts, Array(3).fill('Tick: true fixture'));
    assert.deepEqual(seen, ['fixture: tick 0', 'fixture: tick 1', 'fixture: tick 2']);
    await run.close();
    await bench.plugins.close();
    await until(() => bench.log.lines.includes('info: fixture: ticks stopped'), 'it does not stop');
  });

  test('can be opened again, and twice at the same time', async (context) => {
    const rules = rule('All', 'fixture.number >= 0', '%fixture.number');
    const bench = await PluginBench.open(context, fixture({ openParams: '5' }));
    const again = await PluginBench.open(context, fixture({ openParams: '7' }));
    const runs = await Promise.all([
      bench.start(context, 'fixture', rules),
      again.start(context, 'fixture', rules),
      bench.start(context, 'fixture', rules),
    ]);
    await Promise.all(runs.map((run) => run.ended()));
    assert.deepEqual(
      runs.map((run) => run.alerts.length),
      [5, 7, 5],
    );
  });

  test('values that are none count as absent, and are told once', async (context) => {
    const bench = await PluginBench.open(context, fixture({ openParams: '5' }));
    const rules = [
      rule('Broken', 'fixture.broken exists', '%evt.num'),
      rule('Many', 'fixture.many exists', '%evt.num'),
      rule('All', 'fixture.number >= 0', '%fixture.broken'),
    ];
    const run = await bench.start(context, 'fixture', rules.join(''));
    await run.ended();
    assert.deepEqual(run.alerts, Array(5).fill('All: <NA>'));
    const told = bench.log.lines.filter((line) => line.includes('cannot be read'));
    const broken = 'field fixture.broken cannot be read: the value of fixture.broken is NULL';
    assert.ok(told.includes(`warning: fixture: ${broken}`), told.join('\n'));
    assert.equal(new Set(told).size, 2);
  });

  const failing: readonly (readonly [params: string, reason: RegExp])[] = [
    ['9 fails', /source fixture failed: the batch failed$/],
    ['9 empty', /source fixture failed: it gave a batch without events, and no reason$/],
    ['9 wrong-id', /failed: it gave an event of plugin 77, and is plugin 998$/],
    ['9 wrong-length', /failed: it gave an event that is none of a plugin$/],
    ['9 null-event', /failed: an event is NULL$/],
    ['9 null-list', /failed: the list of events is NULL$/],
    ['9 count', /failed: it gave a batch of 4294967295 events$/],
  ];

  for (const [openParams, reason] of failing) {
    test(`a source that goes wrong ends: ${openParams}`, async (context) => {
      const bench = await PluginBench.open(context, fixture({ openParams }));
      const run = await bench.start(context, 'fixture', rule('R', 'evt.num > 0', '%evt.num'));
      assert.match((await run.ended())?.message ?? '', reason);
    });
  }

  test('parameters and configurations that it refuses', async (context) => {
    const bench = await PluginBench.open(context, fixture({ openParams: 'refused' }));
    await assert.rejects(bench.start(context, 'fixture', rule('R', 'evt.num > 0', '%evt.num')), {
      code: 'source',
      message:
        'plugin fixture: source fixture cannot be opened with open_params "refused": ' +
        'these parameters are refused',
    });
    const configs: readonly (readonly [initConfig: unknown, message: RegExp])[] = [
      [{ fail: true }, /cannot be initialized: it was told to fail by \{"fail":true\}$/],
      ['{"fail":true}', /cannot be initialized: it was told to fail/],
      [{ fial: true }, /init_config: there is no "fial"; did you mean "fail"\?$/],
      [{ ticks: 'x' }, /init_config.ticks: expected an integer, found a string$/],
      ['fail', /init_config is a text, .*: it is not valid JSON$/],
    ];
    for (const [initConfig, message] of configs) {
      const opening = openPlugins([fixture({ initConfig })], { log: new KeptLog() });
      // biome-ignore lint/performance/noAwaitInLoops: one after the other
      await assert.rejects(opening, { code: 'config', message });
    }
  });
});

describe('libraries that cannot be used', () => {
  const variants: readonly (readonly [
    what: string,
    macros: readonly string[],
    code: string,
    message: RegExp,
  ])[] = [
    [
      'of a later interface',
      ['FIXTURE_API_VERSION="4.0.0"'],
      'api-version',
      /variant\.so needs version 4\.0\.0 of Falco's interface of plugins, this Saker has 3\.12\.0:/,
    ],
    [
      'of a newer interface',
      ['FIXTURE_API_VERSION="3.13.0"'],
      'api-version',
      /needs version 3\.13\.0 .* has 3\.12\.0: it is newer than this Saker$/,
    ],
    [
      'of no version',
      ['FIXTURE_API_VERSION="new"'],
      'api-version',
      /names "new" as the version .*: expected like 3\.0\.0$/,
    ],
    ['without a function', ['FIXTURE_NO_DESTROY'], 'shape', /lacks the functions plugin_destroy$/],
    [
      'with a part of a capability',
      ['FIXTURE_NO_BATCH'],
      'shape',
      /only some of the functions for event sourcing: it lacks plugin_next_batch$/,
    ],
    [
      'that want tables',
      ['FIXTURE_TABLES'],
      'config',
      /no table of threads: Saker gives plugins no access to its state tables$/,
    ],
    ['without an id', ['FIXTURE_ID=0'], 'shape', /the id 0 and the source "fixture": both are/],
  ];

  for (const [what, macros, code, message] of variants) {
    test(what, async (context) => {
      const opening = openPlugins([variant(context, ...macros)], { log: new KeptLog() });
      await assert.rejects(opening, { name: 'PluginError', code, message });
    });
  }

  test('of an older interface can', async (context) => {
    const config = variant(context, 'FIXTURE_API_VERSION="3.0.0"');
    const bench = await PluginBench.open(context, config);
    assert.equal(bench.plugins.plugins[0]?.facts.version, '0.4.2');
  });

  test('that are no libraries, or no plugins', async (context) => {
    const file = join(folder(context), 'text.so');
    writeFileSync(file, 'this is text');
    const cases: readonly (readonly [path: string, code: string, message: RegExp])[] = [
      [file, 'unloadable', /library \S+text\.so cannot be loaded: .*(?:too short|invalid ELF)/],
      ['/nowhere/libx.so', 'missing', /there is no file \/nowhere\/libx\.so/],
    ];
    for (const [libraryPath, code, message] of cases) {
      const opening = openPlugins([entry('x', { libraryPath })], { log: new KeptLog() });
      // biome-ignore lint/performance/noAwaitInLoops: one after the other
      await assert.rejects(opening, { code, message });
    }
  });

  test('with the id of another', async (context) => {
    const other = variant(context, 'FIXTURE_NAME="other"');
    const configs = [fixture(), { ...other, name: 'other' }];
    await assert.rejects(openPlugins(configs, { log: new KeptLog() }), {
      code: 'duplicate',
      message: 'plugin other: its source fixture has the id 998, as fixture has',
    });
  });
});

test('structures are laid out as C has them', () => {
  const layout = koffi.load(library).func('uint32_t fixture_layout(uint32_t)');
  const tables = [
    abi.Event,
    abi.EventInput,
    abi.ExtractField,
    abi.ExtractInput,
    abi.ParseInput,
    abi.InitInput,
    abi.TablesInput,
    abi.ByteBuffer,
    abi.Metric,
  ];
  const expected = tables.flatMap((table): number[] => Object.values(table));
  assert.deepEqual(
    expected,
    expected.map((_, at) => layout(at) as number),
  );
});
