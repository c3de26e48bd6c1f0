/** Keys about rules, plugins, the text of alerts, files and messages. */

import {
  configured,
  documents,
  type IdleKey,
  type KeyRow,
  linesOf,
  replayed,
  row,
  rulesOf,
  started,
} from './key-row.cases.ts';

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
  configured('watch_config_files', ({ watchesFiles }) => watchesFiles, [
    ['true', true],
    ['false', false],
  ]),
  row('log_stderr', dryLog(/Loading rules from/), ['true', true], ['false', false]),
  row('log_level', dryLog(/Loading rules from/), ['info', true], ['error', false]),
  configured('log_syslog', ({ log }) => log.syslog, [
    ['true', true],
    ['false', false],
  ]),
  configured('libs_logger.enabled', ({ log }) => log.libs.enabled, [
    ['true', true],
    ['false', false],
  ]),
  configured('libs_logger.severity', ({ log }) => log.libs.severity, [
    ['info', 'info'],
    ['trace', 'trace'],
  ]),
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

export const pluginRows: readonly KeyRow[] = [
  configured(
    'load_plugins',
    ({ plugins }) => plugins.map(({ name }) => name),
    [
      [['load_plugins[]=json'], ['json']],
      [['load_plugins=json', 'load_plugins[]=container'], ['container']],
    ],
    'plugins[]={name: json, library_path: libjson.so}',
  ),
  configured('plugins[].name', ({ plugins }) => plugins[0]?.name, [
    [['plugins[0]={name: a, library_path: x.so}'], 'a'],
    [['plugins[0]={name: b, library_path: x.so}'], 'b'],
  ]),
  configured('plugins[].library_path', ({ plugins }) => plugins[0]?.libraryPath, [
    [['plugins[0].library_path=x.so'], 'x.so'],
    [['plugins[0].library_path=/y.so'], '/y.so'],
  ]),
  configured('plugins[].init_config', ({ containers }) => containers.labelLengthMax, [
    [['plugins[0].init_config={label_max_len: 7}'], 7],
    [['plugins[0].init_config={"label_max_len": 9}'], 9],
  ]),
  configured('plugins[].open_params', ({ plugins }) => plugins[0]?.openParams, [
    [['plugins[0].open_params=http://:9765/k8s-audit'], 'http://:9765/k8s-audit'],
    [['plugins[0].open_params=/var/log/audit'], '/var/log/audit'],
  ]),
  configured('plugins_hostinfo', ({ pluginsSeeHost }) => pluginsSeeHost, [
    ['true', true],
    ['false', false],
  ]),
];

export const idleKeys: readonly IdleKey[] = [
  { key: 'rule_files', reason: 'a name that Falco accepts and never reads' },
];
