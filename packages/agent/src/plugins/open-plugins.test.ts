/** Plugins that are modules, and built-in ones: found, checked, opened, kept over reloads. */

import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PluginConfig } from '../config/service-config.ts';
import { CLOSE_MS, OPEN_MS } from './deadline.ts';
import { openPlugins } from './open-plugins.ts';
import { entry, folder, KeptLog, PluginBench, until } from './plugin-bench.cases.ts';

const FACTS = `api: 1, name: 'mine', version: '1.2.3', description: 'd', contact: 'c'`;
const SOURCING = `sourcing: { source: 'mine', id: 999, open: async () => ({ close() {} }) }`;

/** A module that exports a plugin with these properties. */
function moduleOf(context: TestContext, text: string, name = 'plugin.mjs'): PluginConfig {
  const path = join(folder(context), name);
  writeFileSync(path, text);
  return entry('mine', { libraryPath: path });
}

function plugin(context: TestContext, capabilities: string, facts = FACTS): PluginConfig {
  return moduleOf(
    context,
    `export const plugin = { ${facts}, open(config, host) { return { ${capabilities} }; } };`,
  );
}

function field(more: string): string {
  return `extraction: { sources: ['mine'], fields: [{ ${more} }] }`;
}

const BIND = `bind: () => () => 1`;

describe('modules that are no plugins', () => {
  const cases: readonly (readonly [what: string, text: string, code: string, message: RegExp])[] = [
    ['nothing', '', 'shape', /is no plugin: it must export an object named "plugin"/],
    [
      'syntax',
      'export const = 1',
      'unloadable',
      /cannot be loaded: Unexpected token .*; node --check .*plugin\.mjs shows where$/,
    ],
    ['an exception', 'throw new Error("no")', 'unloadable', /cannot be loaded: no$/],
    [
      'an import',
      'export * from "./none.mjs"',
      'unloadable',
      /cannot be loaded: Cannot find module/,
    ],
    [
      'another version',
      `export const plugin = { ${FACTS.replace('api: 1', 'api: 2')}, open() {} };`,
      'api-version',
      /written to version 2 of the interface of plugins, this Saker has version 1$/,
    ],
    ['no version', `export const plugin = {}`, 'shape', /"api" must be the number 1$/],
    [
      'a name',
      `export const plugin = { ${FACTS.replace("'mine'", "'my plugin'")}, open() {} };`,
      'shape',
      /"name" must be of letters, digits, _ and -, found "my plugin"$/,
    ],
    [
      'its version',
      `export const plugin = { ${FACTS.replace('1.2.3', '1.2')}, open() {} };`,
      'shape',
      /"version" must be like "1\.2\.3", found "1\.2"$/,
    ],
    ['no open', `export const plugin = { ${FACTS} };`, 'shape', /"open" must be a function$/],
  ];

  for (const [what, text, code, message] of cases) {
    test(what, async (context) => {
      const opening = openPlugins([moduleOf(context, text)], { log: new KeptLog() });
      await assert.rejects(opening, { name: 'PluginError', code, message });
    });
  }
});

describe('capabilities that are none', () => {
  const cases: readonly (readonly [capabilities: string, message: RegExp])[] = [
    ['', /it has no capability: one of sourcing, extraction, parsing, asyncEvents is needed$/],
    ['sourcing: 1', /"sourcing" must be an object$/],
    [SOURCING.replace("'mine'", "''"), /"sourcing.source" must be the name of the source/],
    [SOURCING.replace("'mine'", "'syscall'"), /which is the source of system calls$/],
    [SOURCING.replace('999', '0'), /"sourcing.id" must be a whole number from 1 to 4294967295/],
    ['extraction: { sources: [], fields: [] }', /must be a list with at least one field$/],
    ['extraction: { fields: [] }', /"sources" must be a list of names, found undefined$/],
    [field(`name: 'mine', type: 'bool'`), /must be words with dots between, found "mine"$/],
    [field(`name: 'a.b', type: 'int'`), /field a\.b: "type" must be one of .*, found "int"$/],
    [field(`name: 'a.b', type: 'bool'`), /field a\.b needs a "description"$/],
    [
      field(`name: 'a.b', type: 'bool', description: 'd'`),
      /field a\.b: "bind" must be a function$/,
    ],
    [
      field(`name: 'a.b', type: 'bool', description: 'd', ${BIND}, argument: { required: true }`),
      /field a\.b: its "argument" must be an "index" or a "key"$/,
    ],
    [`parsing: { sources: ['mine'] }`, /"parsing.parse" must be a function$/],
    [`asyncEvents: { sources: [], names: [] }`, /"asyncEvents.names" is empty$/],
  ];

  for (const [capabilities, message] of cases) {
    test(message.source, async (context) => {
      const opening = openPlugins([plugin(context, capabilities)], { log: new KeptLog() });
      await assert.rejects(opening, { code: 'shape', message });
    });
  }

  test('a source that nobody gives', async (context) => {
    const config = plugin(context, field(`name: 'a.b', type: 'bool', description: 'd', ${BIND}`));
    await assert.rejects(openPlugins([config], { log: new KeptLog() }), {
      code: 'source',
      message: 'plugin mine: it is for mine, and no loaded plugin gives that source',
    });
  });

  test('fields of others', async (context) => {
    const extraction = `extraction: { sources: [], fields: [{ name: 'proc.name', type: 'string',
      description: 'd', ${BIND} }] }`;
    await assert.rejects(openPlugins([plugin(context, extraction)], { log: new KeptLog() }), {
      code: 'duplicate',
      message: 'plugin mine: its field proc.name is one of Saker itself for source syscall',
    });
  });

  test('a plugin twice', async (context) => {
    const config = plugin(context, SOURCING);
    await assert.rejects(
      openPlugins([config, { ...config, name: 'too' }], { log: new KeptLog() }),
      {
        code: 'duplicate',
        message: 'plugin too: a plugin of the name "mine" is loaded already, as mine',
      },
    );
  });

  test('an open that throws', async (context) => {
    const text = `export const plugin = { ${FACTS}, open() { throw new Error('no key given'); } };`;
    await assert.rejects(openPlugins([moduleOf(context, text)], { log: new KeptLog() }), {
      code: 'config',
      message: 'plugin mine: it cannot be initialized: no key given',
    });
  });
});

describe('where plugins are', () => {
  const missing: readonly (readonly [config: PluginConfig, message: RegExp])[] = [
    [entry('mine'), /has no library_path, and none of that name is built in; built in are/],
    [entry('jsn'), /none of that name is built in; did you mean "json"\?$/],
    [
      entry('mine', { libraryPath: 'libmine.so' }),
      /there is no file \/usr\/share\/falco\/plugins\/libmine\.so nor \/none\/libmine\.so;/,
    ],
    [
      entry('mine', { libraryPath: '/etc/passwd' }),
      /\/etc\/passwd is no plugin: its name must end/,
    ],
  ];

  for (const [config, message] of missing) {
    test(`${config.name} ${config.libraryPath}`, async () => {
      const options = { log: new KeptLog(), configFolder: '/none' };
      await assert.rejects(openPlugins([config], options), { code: 'missing', message });
    });
  }

  test('those that are built in, by name or by library', async (context) => {
    const bench = await PluginBench.open(
      context,
      entry('container', { libraryPath: 'libcontainer.so' }),
      entry('audit', { libraryPath: 'libk8saudit.so', initConfig: '' }),
      entry('json', { libraryPath: '/nowhere/libjson.so' }),
    );
    assert.deepEqual(bench.plugins.versions, [
      { name: 'container', version: '0.7.1' },
      { name: 'k8saudit', version: '0.18.0' },
      { name: 'json', version: '0.7.4' },
    ]);
    assert.deepEqual(bench.plugins.sources, ['k8s_audit']);
    assert.deepEqual(bench.log.lines.slice(-1), [
      `info: Loaded plugin 'json@0.7.4' which is built in`,
    ]);
  });

  test('a module beside the configuration, of CommonJS', async (context) => {
    const config = moduleOf(
      context,
      `exports.plugin = { ${FACTS}, open: () => ({ ${SOURCING} }) };`,
      'mine.cjs',
    );
    const configFolder = join(config.libraryPath, '..');
    const options = { log: new KeptLog(), configFolder };
    const plugins = await openPlugins([{ ...config, libraryPath: 'mine.cjs' }], options);
    assert.equal(plugins.plugins[0]?.facts.name, 'mine');
  });
});

describe('plugins that do not get ready', () => {
  test('in time', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const log = new KeptLog();
    const text = `export const plugin = { ${FACTS}, open: (_, { log }) => {
      log('info', 'asked');
      return new Promise(() => {});
    } };`;
    const opening = openPlugins([moduleOf(context, text)], { log });
    const refused = assert.rejects(opening, {
      code: 'late',
      message: 'plugin mine: it was not initialized within 30 s',
    });
    while (!log.lines.includes('info: mine: asked')) await nextTurn();
    context.mock.timers.tick(OPEN_MS);
    await refused;
  });

  test('as plugins are closed', async (context) => {
    const log = new KeptLog();
    const text = `export const plugin = { ${FACTS}, open: (_, { log }) => ({
      close: () => log('info', 'closed'),
    }) };`;
    await assert.rejects(openPlugins([moduleOf(context, text)], { log }), { code: 'shape' });
    assert.ok(log.lines.includes('info: mine: closed'));
  });

  test('are told of where that is all that is wanted', async (context) => {
    const log = new KeptLog();
    const text = `export const plugin = { ${FACTS}, open() { throw new Error('no'); } };`;
    const told: string[] = [];
    const onRefused = ({ message }: Error): number => told.push(message);
    const others = entry('json');
    const plugins = await openPlugins([moduleOf(context, text), others], { log, onRefused });
    assert.deepEqual(told, ['plugin mine: it cannot be initialized: no']);
    assert.deepEqual(
      plugins.plugins.map(({ facts, capabilities }) => [facts.name, ...capabilities]),
      [
        ['mine', 'unknown, because it refuses its init_config'],
        ['json', 'Field Extraction'],
      ],
    );
  });
});

describe('plugins that do not close', () => {
  test('are left behind, and the others are closed', async (context) => {
    const log = new KeptLog();
    const stuck = plugin(context, `${SOURCING}, close: () => new Promise(() => {})`);
    const otherFacts = FACTS.replace("'mine'", "'other'");
    const other = plugin(
      context,
      `asyncEvents: { sources: [], names: ['x'], start() {}, stop() { throw new Error('no'); } },
       close: () => host.log('info', 'closed')`,
      otherFacts,
    );
    const plugins = await openPlugins([{ ...other, name: 'other' }, stuck], { log });
    plugins.startAsync(() => undefined);
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const closing = plugins.close();
    context.mock.timers.tick(CLOSE_MS);
    await closing;
    assert.deepEqual(log.lines.slice(2), [
      'warning: mine: it did not close within 5 s',
      'info: other: closed',
      'warning: other: it did not close: no',
    ]);
  });
});

describe('metrics', () => {
  const cases: readonly (readonly [metric: string, problem: RegExp])[] = [
    ['null', /a metric that is no object: null$/],
    [`{ name: 5, kind: 'gauge', value: 1 }`, /a metric without a name of letters: found 5$/],
    [`{ name: 'a', kind: 'sum', value: 1 }`, /metric a must be a counter or a gauge, found sum$/],
    [`{ name: 'a', kind: 'gauge', value: NaN }`, /metric a has a value that is no number: NaN$/],
    [`{ name: 'a', kind: 'gauge', value: '1' }`, /metric a has a value that is no number: 1$/],
  ];
  for (const [metric, problem] of cases) {
    test(problem.source, async (context) => {
      const fine = `{ name: 'fine', kind: 'counter', value: 2n }`;
      const config = plugin(context, `${SOURCING}, metrics: () => [${metric}, ${fine}]`);
      const bench = await PluginBench.open(context, config);
      const known = [{ plugin: 'mine', name: 'fine', kind: 'counter', value: 2n }];
      assert.deepEqual(bench.plugins.metrics(), known);
      assert.match(bench.log.lines.at(-1) ?? '', problem);
    });
  }
});

describe('a reload', () => {
  const counting = `let opened = 0, closed = [];
    export const plugin = { ${FACTS}, open(config, host) {
      const number = ++opened;
      host.log('info', 'opened ' + number);
      return { ${SOURCING}, close: () => host.log('info', 'closed ' + number) };
    } };`;

  test('keeps what it does not change', async (context) => {
    const log = new KeptLog();
    const config = moduleOf(context, counting);
    const first = await openPlugins([config], { log });
    const source = first.source('mine', { onEnd: () => {} });
    const same = await openPlugins([config], { log, previous: first });
    assert.ok(source !== undefined && same.isUnchanged(source));
    await first.close(same);
    const told = () => log.lines.filter((line) => line.includes('mine: '));
    assert.deepEqual(told(), ['info: mine: opened 1']);

    const params = { ...config, openParams: 'other' };
    const others = await openPlugins([params], { log, previous: same });
    assert.equal(others.isUnchanged(source), false, 'the source is opened anew');
    assert.equal(told().length, 1, 'the plugin is not');

    const changed = await openPlugins([{ ...params, initConfig: {} }], { log, previous: others });
    await others.close(changed);
    assert.deepEqual(told().slice(1), ['info: mine: opened 2', 'info: mine: closed 1']);

    utimesSync(config.libraryPath, 1, 1);
    const written = await openPlugins([{ ...params, initConfig: {} }], { log, previous: changed });
    await changed.close(written);
    assert.deepEqual(told().slice(3), ['info: mine: opened 1', 'info: mine: closed 2']);
    await written.close();
    assert.equal(told().length, 6);
  });

  test('that fails leaves nothing of it', async (context) => {
    const log = new KeptLog();
    const config = moduleOf(context, counting);
    const first = await openPlugins([config], { log });
    const changed = { ...config, initConfig: {} };
    const opening = openPlugins([changed, entry('none')], { log, previous: first });
    await assert.rejects(opening, { code: 'missing' });
    await until(() => log.lines.includes('info: mine: closed 2'), 'the second one stays open');
    assert.equal(log.lines.includes('info: mine: closed 1'), false);
    await first.close();
    await first.close();
    assert.equal(log.lines.filter((line) => line === 'info: mine: closed 1').length, 1);
  });
});
