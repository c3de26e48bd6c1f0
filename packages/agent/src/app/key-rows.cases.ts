/** Keys about rules, plugins, the text of alerts, files and messages. */

import type { LogLevel } from '../config/log-level.ts';
import { parseFlags } from './flags.ts';
import {
  configured,
  documents,
  type IdleKey,
  type KeyRow,
  type Look,
  linesOf,
  replayed,
  row,
  rulesOf,
  started,
} from './key-row.cases.ts';
import { openSession } from './session.ts';

const JSON_OUT = 'json_output=true';
const first = (key: string) =>
  replayed((outcome) => Object.hasOwn(documents(outcome)[0] ?? {}, key), JSON_OUT);
const ruleNames = replayed(rulesOf, JSON_OUT);
const outputOfFirst = replayed((outcome) => String(documents(outcome)[0]?.['output']), JSON_OUT);
const extraOfFirst = replayed((outcome) => {
  const fields = documents(outcome)[0]?.['output_fields'] as Record<string, unknown>;
  return { extra: fields['proc.pid'] ?? null, named: fields['named'] ?? null };
}, JSON_OUT);

const oneMore = 'append_output[0].extra_output=more';
const onlyFor = (match: string) => [oneMore, `append_output[0].match.${match}`];

export const ruleRows: readonly KeyRow[] = [
  row(
    'rules_files',
    async (lab, options) => {
      const rule = { rule: 'Few', desc: 'd', condition: 'evt.num = 1', output: 'o' };
      lab.file('few.yaml', JSON.stringify([{ ...rule, priority: 'INFO' }]));
      const engine = ['engine.kind=replay', `engine.replay.capture_file=${lab.capture}`];
      return linesOf(await lab.run([...engine, ...options])).length;
    },
    ['FOLDER/rules.yaml', 5],
    ['FOLDER/few.yaml', 1],
  ),
  row('rules[].disable.rule', ruleNames, ['Op*', ['Any', 'Data']], ['Data', ['Opened', 'Any']]),
  row('rules[].disable.tag', ruleNames, ['file', ['Any', 'Data']], ['any', ['Opened', 'Data']]),
  row(
    'rules[].enable.rule',
    ruleNames,
    [['rules[0].disable.rule=*', 'rules[1].enable.rule=Any'], ['Any']],
    [['rules[0].disable.rule=*', 'rules[1].enable.rule=*a*'], ['Data']],
  ),
  row(
    'rules[].enable.tag',
    ruleNames,
    [['rules[0].disable.rule=*', 'rules[1].enable.tag=any'], ['Any']],
    [['rules[0].disable.rule=*', 'rules[1].enable.tag=data'], ['Data']],
  ),
  row(
    'priority',
    ruleNames,
    ['debug', ['Opened', 'Any', 'Data']],
    ['notice', ['Opened', 'Data']],
    ['WARNING', ['Data']],
  ),
  row(
    'rule_matching',
    replayed((outcome) => linesOf(outcome).length),
    ['first', 5],
    ['all', 7],
  ),
];

export const alertRows: readonly KeyRow[] = [
  row(
    'json_output',
    replayed((outcome) => linesOf(outcome)[0]?.startsWith('{"')),
    ['true', true],
    ['false', false],
  ),
  row('json_include_output_property', first('output'), ['true', true], ['false', false]),
  row('json_include_message_property', first('message'), ['true', true], ['false', false]),
  row(
    'json_include_output_fields_property',
    first('output_fields'),
    ['true', true],
    ['false', false],
  ),
  row('json_include_tags_property', first('tags'), ['true', true], ['false', false]),
  row(
    'time_format_iso_8601',
    replayed((outcome) => /^\d{4}-\d\d-\d\dT/.test(linesOf(outcome)[0] ?? '')),
    ['true', true],
    ['false', false],
  ),
  row(
    'buffer_format_base64',
    replayed((outcome) =>
      linesOf(outcome)
        .at(-1)
        ?.replace(/.*data=/, ''),
    ),
    ['false', 'a.b'],
    ['true', 'YQBi'],
  ),
  row(
    'append_output[].extra_output',
    async (lab, options) => String(await outputOfFirst(lab, options)).replace(/.*by=/, ''),
    ['pid=%proc.pid', 'tool pid=7'],
    ['name=%proc.name', 'tool name=tool'],
  ),
  ...(
    [
      ['source', 'syscall', 'k8s_audit'],
      ['rule', 'Opened', 'Any'],
      ['tags[0]', 'file', 'any'],
    ] as const
  ).map(([key, yes, no]) =>
    row(
      `append_output[].match.${key.replace('[0]', '')}`,
      async (lab, options) => String(await outputOfFirst(lab, options)).endsWith(' more'),
      [onlyFor(`${key}=${yes}`), true],
      [onlyFor(`${key}=${no}`), false],
    ),
  ),
  row(
    'append_output[].extra_fields',
    extraOfFirst,
    [['append_output[0].extra_fields[0]=proc.pid'], { extra: 7, named: null }],
    [['append_output[0].extra_fields[0]={named: "%proc.name"}'], { extra: null, named: 'tool' }],
  ),
  row(
    'append_output[].suggested_output',
    async (lab, options) => String(await outputOfFirst(lab, options)).includes('container_id='),
    ['true', true],
    ['false', false],
  ),
  row(
    'static_fields',
    async (lab, options) => {
      const set = [...options, 'append_output[0].extra_output=in=%static.region'];
      return String(await outputOfFirst(lab, set)).replace(/.*in=/, '');
    },
    [['static_fields.region=eu'], 'eu'],
    [['static_fields={region: us}'], 'us'],
  ),
];

/** Whether a message of that level about containers, say, is written. */
const saidByLibs =
  (level: LogLevel): Look =>
  (lab, options) => {
    let text = '';
    const take = (more: string) => {
      text += more;
      return true;
    };
    const streams = { out: take, err: take };
    const session = openSession(parseFlags([]), lab.load(options), {
      args: [],
      streams,
      environment: {},
    });
    session.libsLog.log(level, 'from a library');
    return text.includes('from a library');
  };

const dryLog = (pattern: RegExp) => started(({ stderr }) => pattern.test(stderr));

export const operationRows: readonly KeyRow[] = [
  row(
    'config_files',
    async (lab, options) => {
      lab.file('more.yaml', 'priority: error\nrules: [{disable: {rule: Any}}]\n');
      return lab.config(options).minimumPriority;
    },
    [['config_files=FOLDER/more.yaml'], 3],
    [['config_files=FOLDER/none.yaml'], 7],
  ),
  row(
    'config_files[].path',
    async (lab, options) => {
      lab.file('more.yaml', 'priority: error\n');
      return lab.config(options).minimumPriority;
    },
    [['config_files={path: FOLDER/none.yaml}'], 7],
    [['config_files[]={path: FOLDER/more.yaml}'], 3],
  ),
  row(
    'config_files[].strategy',
    async (lab, options) => {
      lab.file('one.yaml', 'rules_files: [a]\npriority: error\n');
      lab.file('two.yaml', 'rules_files: [b]\npriority: alert\n');
      const { rulesFiles, minimumPriority } = lab.config([
        'config_files[]=FOLDER/one.yaml',
        ...options,
      ]);
      return [rulesFiles?.join(), minimumPriority];
    },
    [['config_files[]={path: FOLDER/two.yaml, strategy: append}'], ['a,b', 1]],
    [['config_files[]={path: FOLDER/two.yaml, strategy: override}'], ['b', 1]],
    [['config_files[]={path: FOLDER/two.yaml, strategy: add-only}'], ['a', 3]],
  ),
  row('log_stderr', dryLog(/Loading rules from/), ['true', true], ['false', false]),
  row('log_level', dryLog(/Loading rules from/), ['info', true], ['error', false]),
  configured('log_syslog', ({ log }) => log.syslog, [
    ['true', true],
    ['false', false],
  ]),
  row('libs_logger.enabled', saidByLibs('warning'), ['true', true], ['false', false]),
  row('libs_logger.severity', saidByLibs('info'), ['info', true], ['error', false]),
];

/** How many captures are written whose names begin so. */
const captures = (prefix: string, ...others: readonly string[]) =>
  replayed(
    (_, lab) => lab.names().filter((name) => name.startsWith(`${prefix}_`)).length,
    ...others,
  );

export const captureRows: readonly KeyRow[] = [
  row(
    'capture.enabled',
    captures('on', 'capture.path_prefix=FOLDER/on'),
    ['false', 0],
    ['true', 1],
  ),
  row(
    'capture.path_prefix',
    captures('p1', 'capture.enabled=true'),
    ['FOLDER/p2', 0],
    ['FOLDER/p1', 1],
  ),
  row(
    'capture.mode',
    captures(
      'mode',
      'capture.enabled=true',
      'capture.path_prefix=FOLDER/mode',
      'rules[].disable.rule=Opened',
    ),
    ['rules', 0],
    ['all_rules', 1],
  ),
  row(
    'capture.default_duration',
    async (lab, options) => {
      const quiet = ['rules[0].disable.tag=any', 'rules[1].disable.tag=data'];
      const on = ['capture.enabled=true', 'capture.path_prefix=FOLDER/last'];
      await lab.replay([...quiet, ...on, ...options]);
      const name = lab.names().find((one) => one.startsWith('last_')) ?? '';
      const kept = await lab.replay([`engine.replay.capture_file=FOLDER/${name}`]);
      lab.path(name);
      return linesOf(kept).length;
    },
    ['60000', 5],
    // The event that ends it is the last one in it.
    ['100', 3],
  ),
  configured('capture.max_file_size_mb', ({ capture }) => capture.fileBytesMax, [
    ['0', null],
    ['2', 2 << 20],
  ]),
];

const JSON_PLUGIN = 'plugins[1]={name: json, library_path: libjson.so}';
const AUDIT_PLUGIN =
  'plugins[2]={name: k8saudit, library_path: libk8saudit.so, open_params: "http://:0/"}';

/** Names of the plugins that a dry run has loaded. */
const pluginsTold = (...others: readonly string[]) =>
  started(
    ({ stderr }) => [...stderr.matchAll(/Loaded plugin '(\w+)@/g)].map(([, name]) => name),
    ...others,
  );

export const pluginRows: readonly KeyRow[] = [
  row(
    'load_plugins',
    pluginsTold(),
    [[JSON_PLUGIN, 'load_plugins[]=json'], ['json']],
    [
      [JSON_PLUGIN, 'load_plugins[]=json', 'load_plugins[]=container'],
      ['json', 'container'],
    ],
    [[JSON_PLUGIN, 'load_plugins=container'], ['container']],
  ),
  row(
    'plugins[].name',
    pluginsTold('load_plugins[]=json', 'load_plugins[]=k8saudit'),
    [
      [JSON_PLUGIN, AUDIT_PLUGIN],
      ['json', 'k8saudit'],
    ],
    [[JSON_PLUGIN], []],
  ),
  row(
    'plugins[].library_path',
    async (lab, options) => {
      const parsing = '{ parsing: { sources: [], parse() {} } }';
      for (const version of ['1.0.0', '2.0.0']) {
        const facts = `api: 1, name: 'mine', version: '${version}', description: '', contact: ''`;
        const module = `export const plugin = { ${facts}, open: () => (${parsing}) };\n`;
        lab.file(`mine-${version}.mjs`, module);
      }
      const names = ['plugins[0].name=mine', 'load_plugins[]=mine'];
      const { stderr } = await lab.dryRun([...names, ...options]);
      return /Loaded plugin 'mine@([\d.]+)'/.exec(stderr)?.[1];
    },
    ['FOLDER/mine-1.0.0.mjs', '1.0.0'],
    ['FOLDER/mine-2.0.0.mjs', '2.0.0'],
  ),
];

export const idleKeys: readonly IdleKey[] = [
  { key: 'rule_files', reason: 'a name that Falco accepts and never reads' },
];
