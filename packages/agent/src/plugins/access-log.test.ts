/** The plugin in samples/plugins/access-log, which docs/plugins.md explains. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { PluginConfig } from '../config/service-config.ts';
import { saker } from '../testing.ts';
import { entry, folder, PluginBench, until, within } from './plugin-bench.cases.ts';

const root = join(import.meta.dirname, '../../../..');
const sample = join(root, 'samples/plugins/access-log');
const libraryPath = join(sample, 'access-log.ts');
const rulesFile = join(sample, 'access_log_rules.yaml');

interface Line {
  readonly client?: string;
  readonly request?: string;
  readonly status?: number;
  readonly agent?: string;
}

/** A line as nginx writes it. */
function line({
  client = '10.1.2.3',
  request = 'GET / HTTP/1.1',
  status = 200,
  agent = 'curl',
}: Line): string {
  const head = `${client} - - [10/Oct/2026:13:55:36 +0200]`;
  return `${head} "${request}" ${status} 612 "-" "${agent}"\n`;
}

function accessLog(openParams: string, initConfig: unknown = { from_start: true }): PluginConfig {
  return entry('access_log', { libraryPath, initConfig, openParams });
}

function logFile(context: TestContext, text = ''): string {
  const path = join(folder(context), 'access.log');
  writeFileSync(path, text);
  return path;
}

/** One rule that shows every request. */
const SHOW = `- ${JSON.stringify({
  rule: 'Request',
  desc: 'd',
  condition: 'access.method exists',
  output: '%access.client %access.path params=%access.params id=%access.param[id] %access.status',
  priority: 'NOTICE',
  source: 'access_log',
})}\n`;

describe('a log file as a source', () => {
  test('fields of its lines', async (context) => {
    const path = logFile(
      context,
      line({ request: 'GET /a%20b?id=7&x=1 HTTP/1.1', status: 404 }) +
        'no line of a log\n' +
        line({ client: '::1', request: 'POST /é HTTP/2.0' }),
    );
    const bench = await PluginBench.open(context, accessLog(path));
    const run = await bench.start(context, 'access_log', SHOW);
    await until(() => run.events === 3, 'the events do not come');
    assert.deepEqual(run.alerts, [
      'Request: 10.1.2.3 /a b params=(id,x) id=7 404',
      'Request: ::1 /é params=<NA> id=<NA> 200',
    ]);
  });

  test('goes on when the file is rotated, or cut, and with lines in pieces', async (context) => {
    const path = logFile(context, line({ request: 'GET /before HTTP/1.1' }));
    const bench = await PluginBench.open(context, accessLog(path, {}));
    const run = await bench.start(context, 'access_log', SHOW);
    const seen = async (count: number): Promise<string | undefined> => {
      await until(() => run.alerts.length === count, `there is no request number ${count}`);
      return run.alerts.at(-1)?.split(' ')[2];
    };
    const first = line({ request: 'GET /first HTTP/1.1' });
    appendFileSync(path, first.slice(0, 30));
    appendFileSync(path, first.slice(30));
    assert.equal(await seen(1), '/first');
    renameSync(path, `${path}.1`);
    writeFileSync(path, line({ request: 'GET /second HTTP/1.1' }));
    assert.equal(await seen(2), '/second');
    truncateSync(path);
    // A file that is cut and has grown beyond what it was cannot be told from one that only grew.
    appendFileSync(path, line({ request: 'GET /3 HTTP/1.1' }));
    assert.equal(await seen(3), '/3');
  });

  test('holds back when rules are slower than the file, and loses nothing', async (context) => {
    const count = 30_000;
    const path = logFile(context, line({}).repeat(count));
    const bench = await PluginBench.open(context, accessLog(path));
    const run = await bench.start(context, 'access_log', SHOW);
    await until(() => run.events === count, 'not all events come');
    assert.deepEqual(run.source.counters, { taken: count, lost: 0, tooLong: 0, malformed: 0 });
  });

  test('parameters and configurations that are refused', async (context) => {
    const opening = (config: PluginConfig) => PluginBench.open(context, config);
    const none = await opening(accessLog('/nowhere/access.log'));
    await assert.rejects(none.start(context, 'access_log', SHOW), {
      code: 'source',
      message:
        /source access_log cannot be opened with open_params "\/nowhere\/access\.log": ENOENT/,
    });
    const empty = await opening(accessLog(''));
    await assert.rejects(empty.start(context, 'access_log', SHOW), {
      message: /cannot be opened: open_params must be the path of the log$/,
    });
    await assert.rejects(opening(accessLog('', { from_strat: true })), {
      code: 'config',
      message: /init_config: there is no "from_strat"; did you mean "from_start"\?$/,
    });
  });
});

test('the example of docs/plugins.md', async (context) => {
  const page = readFileSync(join(root, 'docs/plugins.md'), 'utf8');
  const example = /^```ts\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
  const path = join(folder(context), 'doorbell.ts');
  writeFileSync(path, example.replace('1000', '1'));
  const bench = await PluginBench.open(context, entry('doorbell', { libraryPath: path }));
  const rule = { rule: 'Ring', desc: 'd', condition: 'doorbell.door = front', priority: 'NOTICE' };
  const item = { ...rule, output: '%doorbell.door', source: 'doorbell' };
  const run = await bench.start(context, 'doorbell', `- ${JSON.stringify(item)}\n`);
  await until(() => run.alerts.length > 2, 'nobody rings');
  assert.equal(run.alerts[0], 'Ring: front');
});

describe('the command with it', () => {
  function config(context: TestContext, log: string): string {
    const path = join(folder(context), 'falco.yaml');
    const document = {
      engine: { kind: 'nodriver' },
      load_plugins: ['access_log'],
      plugins: [
        { name: 'access_log', library_path: libraryPath, init_config: {}, open_params: log },
      ],
      rules_files: [rulesFile],
      webserver: { enabled: false },
    };
    writeFileSync(path, JSON.stringify(document));
    return path;
  }

  test('tells of it', async (context) => {
    const options = ['-c', config(context, '/nowhere')];
    const list = await saker(...options, '--list-plugins');
    assert.equal(list.code, 0, list.stderr);
    assert.match(list.stdout, /^2 Plugins Loaded:\n\nName: container\n/);
    const block = `Name: access_log
Description: Requests to a web server, from its access log
Contact: see docs/plugins.md of Saker
Version: 0.1.0
Capabilities: 
  - Event Sourcing (ID=999, source='access_log')
  - Field Extraction

`;
    assert.ok(list.stdout.includes(block), list.stdout);
    const info = await saker(...options, '--plugin-info', 'access_log');
    assert.ok(info.stdout.startsWith(`${block}Init config schema type: JSON\n{`), info.stdout);
    assert.match(
      info.stdout,
      /\nSuggested open params:\n\/var\/log\/nginx\/access\.log: of nginx\n/,
    );
  });

  test('tells what its init_config may be where it is refused', async (context) => {
    const path = config(context, '/nowhere');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"init_config":{}', '"init_config":{"from_satrt":true}'));
    const info = await saker('-c', path, '--plugin-info', 'access_log');
    assert.equal(info.code, 0, info.stderr);
    assert.match(info.stderr, /^WARNING: plugin access_log: init_config: there is no "from_satrt"/);
    assert.match(info.stdout, /"from_start": \{/);
    const list = await saker('-c', path, '--list-plugins');
    assert.match(list.stdout, /Name: access_log\n(.*\n)+Capabilities: \n {2}- unknown/);
    assert.equal((await saker('-c', path, '--list')).code, 1);
  });

  test('lists its fields', async (context) => {
    const options = ['-c', config(context, '/nowhere')];
    const { stdout } = await saker(...options, '--list=access_log');
    assert.match(stdout, /Field Class: {18}evt \(All event types\)\n/);
    assert.doesNotMatch(stdout, /Field Class: +process/);
    assert.match(
      stdout,
      /Field Class: {18}access_log \(plugin\)\nEvent Sources: {16}access_log \n/,
    );
    assert.match(
      stdout,
      /\naccess\.params +\(EPF_IS_LIST\) Names of the parameters of the URL\. \n/,
    );
    assert.match(
      stdout,
      /\naccess\.param +\(ARG_KEY,ARG_REQUIRED\) Value of a parameter of the URL/,
    );
    const all = await saker(...options, '--list', '--markdown');
    assert.match(all.stdout, /\nEvent Sources: access_log syscall \n/);
    assert.match(all.stdout, /\n`access\.params` \| LIST\(CHARBUF\) \| Names of the parameters/);
    const unknown = await saker(...options, '--list=acces_log');
    assert.match(
      unknown.stderr,
      /no event source "acces_log", the sources are syscall, access_log/,
    );
  });

  test('rules that need it load with it, and not without', async (context) => {
    const checked = await saker('-c', config(context, '/nowhere'), '-V', rulesFile);
    assert.equal(checked.code, 0, checked.stderr);
    assert.match(checked.stdout, /access_log_rules\.yaml: Ok\n/);
    const without = await saker('-c', '/dev/null', '-V', rulesFile);
    assert.notEqual(without.code, 0);
  });

  test('alerts', async (context) => {
    const log = logFile(context);
    const options = ['-c', config(context, log), '-U'];
    const child = spawn(process.execPath, [join(root, 'packages/agent/src/main.ts'), ...options]);
    context.after(() => child.kill('SIGKILL'));
    const output = collected(child);
    const opened = () => output.stderr.includes("Opening 'access_log' source");
    await until(opened, `the source is not opened: ${output.stderr}`);
    const lines = [
      line({}),
      line({ request: 'GET /x/../../etc/passwd HTTP/1.1', status: 400 }),
      line({ agent: 'sqlmap/1.7' }),
      line({ client: '203.0.113.7', request: 'GET /admin?page=users HTTP/1.1' }),
      line({ client: '203.0.113.7', request: 'GET /admin HTTP/1.1', status: 403 }),
    ];
    for (const each of lines) appendFileSync(log, each);
    await until(() => output.stdout.split('\n').length > 3, `no alerts: ${output.stderr}`);
    child.kill('SIGTERM');
    const [code] = (await within(once(child, 'exit'), 'it does not end')) as [number];
    assert.equal(code, 0, output.stderr);
    const alerts = output.stdout.split('\n').map((each) => each.replace(/^\S+: /, ''));
    // What suggested fields show comes behind it.
    assert.deepEqual(alerts, [
      'Warning Request for a path outside of the site | client=10.1.2.3 method=GET ' +
        'url=/x/../../etc/passwd status=400 access_client=10.1.2.3',
      'Notice Scanner at the web server | client=10.1.2.3 agent=sqlmap/1.7 url=/ status=200 ' +
        'access_client=10.1.2.3',
      'Critical Administration from outside | client=203.0.113.7 user=<NA> ' +
        'url=/admin?page=users page=users status=200 access_client=203.0.113.7',
      '',
    ]);
  });
});

function collected({ stdout, stderr }: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  stdout?.on('data', (text: Buffer) => {
    output.stdout += text.toString();
  });
  stderr?.on('data', (text: Buffer) => {
    output.stderr += text.toString();
  });
  return output;
}
