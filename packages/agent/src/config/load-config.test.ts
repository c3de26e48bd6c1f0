import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { formatDiagnostic } from '@saker/core/base/diagnostic.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';

/** Writes files into a folder that lives as long as the test, and gives its path. */
function folderWith(context: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-config-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text.replaceAll('FOLDER', folder));
  }
  return folder;
}

function load(
  context: TestContext,
  files: Readonly<Record<string, string>>,
  ...options: string[]
): LoadedConfig {
  const folder = folderWith(context, files);
  return loadConfig({
    file: join(folder, 'falco.yaml'),
    options: options.map((option) => option.replaceAll('FOLDER', folder)),
    environment: { PRIORITY: 'error' },
  });
}

function options(...all: string[]): LoadedConfig {
  return loadConfig({ file: undefined, options: all, environment: {} });
}

function messages(loaded: LoadedConfig): string[] {
  return loaded.diagnostics.map(({ severity, message }) => `${severity}: ${message}`);
}

describe('defaults', () => {
  test('are those of the shipped falco.yaml, also without a file', () => {
    const { config, diagnostics } = options();
    assert.deepEqual(diagnostics, []);
    assert.equal(config.engine.kind, 'modern_ebpf');
    assert.equal(config.minimumPriority, 7);
    assert.equal(config.ruleMatching, 'first');
    assert.deepEqual(config.lines, {
      json: false,
      includeOutput: true,
      includeMessage: false,
      includeOutputFields: true,
      includeTags: true,
    });
    const { stdout, file, syslog, program, http, grpc, ...how } = config.outputs;
    assert.deepEqual([stdout, syslog], [true, { ident: 'falco' }]);
    assert.deepEqual([file, program, http, grpc], Array(4).fill(undefined));
    assert.deepEqual(how, { buffered: false, queueCapacity: undefined, timeoutMs: 2000 });
    assert.equal(config.appendOutput[0]?.suggestedOutput, true);
    assert.equal(config.rulesFiles, undefined);
    assert.equal(config.threadTableSize, 262_144);
    const libs = { enabled: true, severity: 'info' };
    assert.deepEqual(config.log, { level: 'info', stderr: true, syslog: true, libs });
    assert.equal(config.watchesFiles, true);
    assert.equal(config.metrics.intervalMs, 3_600_000);
  });

  test('a key that is written replaces its default, an empty list too', (context) => {
    const text = 'append_output: []\njson_output: yes\nfile_output: {enabled: on, filename: a}\n';
    const { config } = load(context, { 'falco.yaml': text });
    assert.deepEqual(config.appendOutput, []);
    assert.equal(config.lines.json, true);
    assert.deepEqual(config.outputs.file, { path: 'a', keepAlive: false, rotation: undefined });
    assert.equal(config.outputs.stdout, true);
  });
});

describe('values', () => {
  test('append_output in every shape', () => {
    const { config } = options(
      'append_output[]={match: {source: syscall, tags: [a, b], rule: R}, extra_output: "x=%y"}',
      'append_output[].extra_fields[0]=proc.name',
      'append_output[2].extra_fields[1]={key: "%evt.type"}',
    );
    const [suggested, full, fields] = config.appendOutput;
    assert.equal(suggested?.suggestedOutput, true);
    assert.deepEqual(full, {
      source: 'syscall',
      tags: ['a', 'b'],
      rule: 'R',
      extraOutput: 'x=%y',
      suggestedOutput: false,
      extraFields: [],
    });
    const keys = [{ key: 'proc.name' }, { key: 'key', template: '%evt.type' }];
    assert.deepEqual(fields?.extraFields, keys);
  });

  test('selections keep their order', () => {
    const { config } = options('rules[].disable.rule=*', 'rules[].enable.tag=network');
    assert.deepEqual(config.ruleSelections, [
      { enable: false, by: { rule: '*' } },
      { enable: true, by: { tag: 'network' } },
    ]);
  });

  test('priorities in any case, info too', () => {
    assert.equal(options('priority=WARNING').config.minimumPriority, 4);
    assert.equal(options('priority=info').config.minimumPriority, 6);
    assert.equal(options('priority=Informational').config.minimumPriority, 6);
  });

  test('variables of the environment', (context) => {
    const { config } = load(context, { 'falco.yaml': 'priority: ${PRIORITY}\n' });
    assert.equal(config.minimumPriority, 3);
  });

  test('the old name of rules_files', (context) => {
    const old = load(context, { 'falco.yaml': 'rules_file: a.yaml\n' });
    assert.deepEqual(old.config.rulesFiles, ['a.yaml']);
    const both = load(context, { 'falco.yaml': 'rules_file: a\nrules_files: [b]\n' });
    assert.deepEqual(messages(both), [
      'error: both rules_files and rules_file are set',
      'warning: rules_file is of Falco before 0.38: it still works, its modern form is rules_files',
    ]);
  });
});

describe('included files', () => {
  const base = 'priority: error\nrules_files: [a]\nload_plugins: []\n';

  test('are merged by strategy', (context) => {
    const included = 'priority: debug\nrules_files: [b]\njson_output: true\n';
    const result = (strategy: string) => {
      const { config } = load(context, {
        'falco.yaml': `${base}config_files: [{path: FOLDER/more.yaml, strategy: ${strategy}}]\n`,
        'more.yaml': included,
      });
      return [config.minimumPriority, config.rulesFiles?.join(), config.lines.json];
    };
    assert.deepEqual(result('append'), [7, 'a,b', true]);
    assert.deepEqual(result('override'), [7, 'b', true]);
    assert.deepEqual(result('add-only'), [3, 'a', true]);
  });

  test('of a folder come by name, options last', (context) => {
    const loaded = load(
      context,
      {
        'falco.yaml': `${base}config_files: [FOLDER/d, FOLDER/absent]\n`,
        'd/2.yaml': 'priority: alert\n',
        'd/1.yaml': 'priority: critical\nrule_matching: all\n',
      },
      'rule_matching=first',
    );
    assert.equal(loaded.config.minimumPriority, 1);
    assert.equal(loaded.config.ruleMatching, 'first');
    const names = loaded.files.map(({ path }) => path.replace(/.*\//, ''));
    assert.deepEqual(names, ['falco.yaml', '1.yaml', '2.yaml']);
  });

  test('can be named by an option', (context) => {
    const files = { 'falco.yaml': base, 'more.yaml': 'priority: debug\n' };
    const { config } = load(context, files, 'config_files=FOLDER/more.yaml');
    assert.equal(config.minimumPriority, 7);
  });

  test('include no others, and not the file itself', (context) => {
    const nested = load(context, {
      'falco.yaml': 'config_files: [FOLDER/more.yaml]\n',
      'more.yaml': 'config_files: [x]\n',
    });
    assert.match(messages(nested).join(), /an included file may not include others/);
    const itself = load(context, { 'falco.yaml': 'config_files: [FOLDER/falco.yaml]\n' });
    assert.match(messages(itself).join(), /config_files names the file itself/);
  });
});

describe('complaints', () => {
  test('have a place, a caret and a suggestion', (context) => {
    const text = 'engine:\n  kind: replya\njson_outptu: true\nstdout_output: {enabled: 3}\n';
    const { diagnostics } = load(context, { 'falco.yaml': text });
    const printed = diagnostics.map((one) => formatDiagnostic(one)).join('\n');
    context.assert.snapshot(printed.replaceAll(/^\S*falco.yaml/gm, 'falco.yaml'), {
      serializers: [String],
    });
  });

  test('of options show the option', () => {
    const printed = options('a', 'x[=1', 'json_output=maybe', 'falco_libs.thread_table_size=-1');
    assert.deepEqual(messages(printed), [
      'error: an option has the form key=value or key.subkey=value',
      'error: the bracket "[" is not closed',
      'warning: json_output: expected true or false, found "maybe"',
      'warning: falco_libs.thread_table_size: expected a whole number from 0, found "-1"',
    ]);
  });

  test('about YAML', (context) => {
    const broken = load(context, { 'falco.yaml': 'a: [1\nb: 2\n' });
    assert.equal(broken.diagnostics[0]?.code, 'CONFIG_ERR_YAML');
    const list = load(context, { 'falco.yaml': '- a\n' });
    assert.deepEqual(messages(list), ['error: a configuration is a map of keys and values']);
    const twice = load(context, { 'falco.yaml': 'priority: error\npriority: debug\n' });
    assert.match(messages(twice).join(), /"priority" stands twice here; the first one counts/);
    assert.equal(twice.config.minimumPriority, 3);
  });

  test('about what makes no sense together', () => {
    assert.match(messages(options('engine.kind=replay')).join(), /no capture file is given/);
    const file = ['file_output.enabled=true', 'file_output.filename='];
    assert.match(messages(options(...file)).join(), /enabled without a filename/);
    assert.match(messages(options('rules[].disable={}')).join(), /an entry of rules is enable/);
    assert.match(
      messages(options('load_plugins[]=jsno')).join(),
      /cannot load plugin "jsno": plugins has no entry/,
    );
  });

  test('files that cannot be read', (context) => {
    const folder = folderWith(context, { 'x/y': '' });
    const loadFile = (name: string) => () =>
      loadConfig({ file: join(folder, name), options: [], environment: {} });
    assert.throws(loadFile('absent'), { name: 'ConfigFileError', message: /it does not exist/ });
    assert.throws(loadFile('x'), { name: 'ConfigFileError', message: /it is a directory/ });
  });

  test('a small text cannot become a large tree', (context) => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++) {
      const uses = `*a${level - 1}, `.repeat(10);
      lines.push(`a${level}: &a${level} [${uses}x]`);
    }
    const { diagnostics } = load(context, { 'falco.yaml': lines.join('\n') });
    assert.ok(diagnostics.some(({ code }) => code === 'CONFIG_ERR_SIZE'));
  });
});

test('the web server listens to the machine itself unless it is configured', (context) => {
  const address = ({ config }: LoadedConfig) => config.webServer.address;
  assert.equal(address(options()), '127.0.0.1');
  assert.equal(address(options('webserver.listen_address=::')), '::');
  const inFile = (section: string) =>
    address(load(context, { 'falco.yaml': `webserver: {${section}}` }));
  assert.equal(inFile('enabled: true'), '0.0.0.0');
  assert.equal(inFile('listen_address: 127.0.0.1'), '127.0.0.1');
  assert.match(messages(options('webserver.listen_address=host')).join(), /expected an IP address/);
});

test('outputs that are on and lack what they need are errors', () => {
  const cases: readonly (readonly [...options: string[], message: RegExp])[] = [
    ['http_output.enabled=true', /^error: http_output is enabled without a url$/],
    [
      'http_output.enabled=true',
      'http_output.url=ftp://x',
      /^error: http_output.url is no address/,
    ],
    ['program_output.enabled=true', /^error: program_output is enabled without a program$/],
    [
      'metrics.enabled=true',
      'metrics.interval=10ms',
      /^error: metrics.interval: expected a duration/,
    ],
    ['metrics.interval=soon', /^warning: metrics.interval: expected a duration/],
    ['webserver.k8s_healthz_endpoint=x', /^error: webserver.k8s_healthz_endpoint: a path begins/],
  ];
  for (const [...all] of cases) {
    const message = all.pop();
    const texts = all.filter((one) => typeof one === 'string');
    assert.ok(message instanceof RegExp);
    assert.match(messages(options(...texts)).join('\n'), message, texts.join());
  }
});

test('addresses as libcurl takes them', () => {
  const url = (written: string) =>
    options('http_output.enabled=true', `http_output.url=${written}`).config.outputs.http?.url;
  assert.equal(url('https://a.example/x'), 'https://a.example/x');
  assert.equal(url('"https://a.example/x"'), 'https://a.example/x');
  assert.equal(url('localhost:2801/'), 'http://localhost:2801/');
});
