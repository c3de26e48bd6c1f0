import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { flagTable } from './flag-table.ts';
import { type Flags, parseFlags } from './flags.ts';

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
  ['-pc', { print: 'c' }],
  ['-p %proc.name', { print: '%proc.name' }],
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

test('flags that Falco dropped become the options that replaced them', () => {
  const replay = parseFlags(['-e', 'x.scap', '-v']);
  assert.deepEqual(replay.options, ['engine.kind=replay', 'engine.replay.capture_file=x.scap']);
  assert.equal(replay.verbose, true);
  assert.match(
    replay.warnings.join(),
    /-e is gone from Falco; it is read as -o engine.kind=replay/,
  );
  assert.deepEqual(parseFlags(['-D', 'a$&b']).options, ['rules[].disable.rule=*a$&b*']);
  assert.deepEqual(parseFlags(['--modern-bpf']).options, ['engine.kind=modern_ebpf']);
  for (const args of [['-S', '200'], ['-S200'], ['--snaplen=200'], ['--snaplen', '200']]) {
    assert.deepEqual(parseFlags(args).options, ['falco_libs.snaplen=200'], args.join(' '));
  }
});

const errors: readonly (readonly [args: string, message: RegExp])[] = [
  ['--versoin', /"--versoin" does not exist: did you mean "--version"/],
  ['-version', /"-e" does not exist: did you mean "--version"/],
  ['--c x', /"--c" does not exist: did you mean "-c"/],
  ['-z', /"-z" does not exist: --help lists all options/],
  ['-c', /option "c" needs its <path>/],
  ['-e', /option "e" needs its value/],
  ['-M ten', /option "M" takes a number of seconds, found "ten"/],
  ['--dry-run=maybe', /"dry-run" takes no value, or true or false; found "maybe"/],
  ['--format jsno', /unknown format "jsno": .* did you mean "json"/],
  ['--markdown --format json', /cannot be given together/],
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
