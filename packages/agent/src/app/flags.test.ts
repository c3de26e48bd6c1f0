import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { flagTable } from './flag-table.ts';
import { type Flags, parseFlags } from './flags.ts';
import { oldFlags } from './old-flags.ts';

const defaults = parseFlags([]);

const cases: readonly (readonly [args: string, want: Partial<Flags>])[] = [
  ['', {}],
  ['-h', { help: true }],
  ['--help', { help: true }],
  ['-c a.yaml', { configFile: 'a.yaml' }],
  ['-ca.yaml', { configFile: 'a.yaml' }],
  ['-c a -c b', { configFile: 'b' }],
  ['-r a -r b -rc', { rulesFiles: ['a', 'b', 'c'] }],
  ['-o a=b --option c=d --option=e=f -og=h', { options: ['a=b', 'c=d', 'e=f', 'g=h'] }],
  ['-V a --validate b', { validate: ['a', 'b'] }],
  ['-vL', { verbose: true, describeAllRules: true }],
  ['-vl rule', { verbose: true, describeRule: 'rule' }],
  ['--list', { listSource: '' }],
  ['--list=syscall', { listSource: 'syscall' }],
  ['--list syscall', { listSource: 'syscall' }],
  ['--list -N', { listSource: '', namesOnly: true }],
  ['--list-events --format json', { listEvents: true, format: 'json' }],
  ['--format MARKDOWN', { format: 'markdown' }],
  ['-M 10', { durationSeconds: 10 }],
  ['-pc', { warnings: ['-pc does nothing: alerts of containers name them anyway'] }],
  ['-pk', { warnings: ['-pk does nothing: alerts of containers name them anyway'] }],
  ['-pmesos', { warnings: ['-pmesos does nothing: metadata of Mesos is not known'] }],
  [
    '-p %proc.name',
    {
      options: ['append_output[].extra_output=%proc.name'],
      warnings: ["-p is deprecated, use -o 'append_output[].extra_output=%proc.name'"],
    },
  ],
  ['-P /run/x', { pidFile: '/run/x' }],
  ['--pidfile=/run/x', { pidFile: '/run/x' }],
  ['-U', { unbuffered: true }],
  ['-i --page-size --version', { ignoredEvents: true, pageSize: true, version: true }],
  ['--support --dry-run', { support: true, dryRun: true }],
  ['--dry-run=false', { dryRun: false }],
  ['--dry-run=true', { dryRun: true }],
  ['--enable-source a --enable-source b', { enableSources: ['a', 'b'] }],
  ['--disable-source a', { disableSources: ['a'] }],
  ['--list-plugins --plugin-info container', { listPlugins: true, pluginInfo: 'container' }],
  ['--config-schema --rule-schema', { configSchema: true, ruleSchema: true }],
  [
    '--markdown',
    { format: 'markdown', warnings: ['--markdown is deprecated, use --format markdown'] },
  ],
  ['a -v', { verbose: true, warnings: ['"a" belongs to no option and is ignored'] }],
  ['-- -v', { warnings: ['"-v" belongs to no option and is ignored'] }],
];

test('flags as users of Falco write them', () => {
  for (const [args, want] of cases) {
    assert.deepEqual(parseFlags(args.split(' ').filter(Boolean)), { ...defaults, ...want }, args);
  }
});

const old: readonly (readonly [args: string, options: readonly string[], warning: RegExp])[] = [
  ['-A', ['base_syscalls.all=true'], /^-A is of Falco before 0.41: it is read as -o base_syscalls/],
  ['-b', ['buffer_format_base64=true'], /-o buffer_format_base64=true$/],
  ['--print-base64', ['buffer_format_base64=true'], /^--print-base64 is of Falco/],
  ['-D a$&b', ['rules[].disable.rule=*a$&b*'], /^-D /],
  ['-T x', ['rules[].disable.tag=x'], /^-T /],
  ['-t x', ['rules[].disable.rule=*', 'rules[].enable.tag=x'], /^-t .* -o rules\[\].enable.tag=x$/],
  ['-e x', ['engine.kind=replay', 'engine.replay.capture_file=x'], /^-e /],
  ['-S 200', ['falco_libs.snaplen=200'], /^-S /],
  ['-S200', ['falco_libs.snaplen=200'], /^-S /],
  ['--snaplen=200', ['falco_libs.snaplen=200'], /^--snaplen /],
  ['--snaplen 200', ['falco_libs.snaplen=200'], /^--snaplen /],
  ['--stats-interval 500', ['metrics.interval=500ms'], /metrics.interval=500ms$/],
  [
    '-s x',
    [
      'metrics.interval=5s',
      'metrics.enabled=true',
      'metrics.output_rule=false',
      'metrics.output_file=x',
    ],
    /^-s /,
  ],
  ['--cri /x.sock', ['container_engines.cri.sockets[]=/x.sock'], /^--cri /],
  ['--modern-bpf', ['engine.kind=modern_ebpf'], /^--modern-bpf /],
  ['--nodriver', ['engine.kind=nodriver'], /^--nodriver /],
  ['-k http://x', [], /^-k is of Falco before 0.37 and does nothing: metadata of pods comes from/],
  ['--k8s-api=http://x', [], /^--k8s-api .* does nothing/],
  ['-K /token', [], /^-K .* does nothing/],
  ['--k8s-node n', [], /^--k8s-node .* does nothing/],
  ['--disable-cri-async', [], /does nothing: alerts wait for .* saker.container_wait_ms/],
  ['--alternate-lua-dir /x', [], /does nothing: rules are not evaluated by Lua/],
];

test('flags of older Falcos become the options that replaced them, with one warning', () => {
  for (const [args, oldOptions, warning] of old) {
    const flags = parseFlags([...args.split(' '), '-v']);
    assert.deepEqual(flags, { ...defaults, verbose: true, oldOptions, warnings: flags.warnings });
    assert.equal(flags.warnings.length, 1, args);
    assert.match(flags.warnings[0] ?? '', warning);
  }
});

test('flags of older Falcos in company', () => {
  const tags = parseFlags(['-t', 'a', '-tb']);
  assert.deepEqual(tags.oldOptions, [
    'rules[].disable.rule=*',
    'rules[].enable.tag=a',
    'rules[].enable.tag=b',
  ]);
  const stats = parseFlags(['--stats-interval', '1000', '-s', 'x']).oldOptions;
  assert.deepEqual([stats[0], stats[1]], ['metrics.interval=5s', 'metrics.interval=1000ms']);
  const letters = parseFlags(['-vAb', '-UA']);
  assert.deepEqual(
    [letters.verbose, letters.unbuffered, letters.oldOptions.length],
    [true, true, 3],
  );
});

test('other spellings of flags that are still there', () => {
  assert.equal(parseFlags(['--ignored-events']).ignoredEvents, true);
  assert.equal(parseFlags(['--list-syscall-events']).listEvents, true);
  const { listSource, format } = parseFlags(['--list-fields-markdown', 'syscall']);
  assert.deepEqual([listSource, format], ['syscall', 'markdown']);
  assert.equal(parseFlags(['--list-fields-markdown', '-v']).listSource, '');
});

test('every old flag that is read as options has a row', () => {
  const rows = old.map(([args]) => args);
  for (const { names, does } of oldFlags) {
    if ('refused' in does || 'flags' in does) continue;
    const isThere = (name: string) =>
      rows.some((row) => row.startsWith(name.length > 1 ? `--${name}` : `-${name}`));
    assert.ok(names.some(isThere), names.join());
  }
});

test('flags without a modern form are refused with a reason', () => {
  const refused = oldFlags.filter(({ does }) => 'refused' in does);
  assert.ok(refused.length >= 7);
  for (const { names, before } of refused) {
    for (const name of names) {
      const dashed = name.length > 1 ? `--${name}` : `-${name}`;
      const message = new RegExp(`^${dashed} is of Falco before ${before} and refused: \\S+ \\S+`);
      assert.throws(() => parseFlags([dashed, 'x']), { name: 'FlagError', message });
    }
  }
});

const errors: readonly (readonly [args: string, message: RegExp])[] = [
  ['--versoin', /"--versoin" does not exist: did you mean "--version"/],
  ['-version', /"-e" does not exist: did you mean "--version"/],
  ['--c x', /"--c" does not exist: did you mean "-c"/],
  ['--k8s-audit', /"--k8s-audit" does not exist: .*load_plugins: \[k8saudit, json\]/],
  ['--k8s-audit-endpoint=/x', /"--k8s-audit-endpoint" does not .* webserver.k8s_audit_endpoint/],
  ['-z', /"-z" does not exist: --help lists all options/],
  ['-c', /option "c" needs its <path>/],
  ['-e', /option "e" needs its value/],
  ['-M ten', /option "M" takes a number of seconds, found "ten"/],
  ['--dry-run=maybe', /"dry-run" takes no value, or true or false; found "maybe"/],
  ['--format jsno', /unknown format "jsno": .* did you mean "json"/],
  ['--markdown --format json', /cannot be given together/],
  ['-t a -T b', /-t switches rules on and -T and -D off/],
  ['-D a -t b', /they cannot be given together/],
];

test('mistakes are named', () => {
  for (const [args, message] of errors) {
    const parse = () => parseFlags(args.split(' '));
    assert.throws(parse, { name: 'FlagError', message }, args);
  }
});

test('every flag of Falco is there', { skip: skipWithoutShared }, () => {
  const spec = JSON.parse(readFileSync(sharedPath('spec/config.json'), 'utf8')) as {
    readonly cli: readonly { readonly option: string }[];
  };
  const ours = flagTable.flatMap(({ name, letter }) => [name, letter ?? name]);
  for (const { option } of spec.cli) {
    for (const name of option.split(',')) assert.ok(ours.includes(name), name);
  }
});
