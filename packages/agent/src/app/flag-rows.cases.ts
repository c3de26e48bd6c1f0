/** Flags of the command, those of older Falcos included, and what is seen of each. */

import type { Outcome } from '../testing.ts';
import type { KeyLab } from './key-lab.cases.ts';
import { linesOf } from './key-row.cases.ts';
import { oldFlags } from './old-flags.ts';

export interface FlagRow {
  readonly flag: string;
  readonly look: (lab: KeyLab, isGiven: boolean) => unknown;
  /** With the flag, and without it. */
  readonly seen: unknown;
  readonly withoutIt: unknown;
}

export interface IdleFlag {
  readonly flag: string;
  readonly reason: string;
}

type See = (outcome: Outcome, lab: KeyLab) => unknown;

/** `args`: the flag with its value, FOLDER for the lab's. All spellings do the same. */
function rows(
  spellings: readonly (readonly string[])[],
  run: (lab: KeyLab, args: readonly string[]) => Promise<Outcome>,
  see: See,
  [seen, withoutIt]: readonly [seen: unknown, withoutIt: unknown],
): FlagRow[] {
  return spellings.map((args) => ({
    flag: args[0]?.replace(/^(--[^=]+).*/, '$1') ?? '',
    look: async (lab, isGiven) => see(await run(lab, isGiven ? args : []), lab),
    seen,
    withoutIt,
  }));
}

const dry = (lab: KeyLab, args: readonly string[]) => lab.dryRun([], ...args);
const replay = (lab: KeyLab, args: readonly string[]) => lab.replay([], ...args);
/** Flags of the configuration only: what they make of it. */
const inConfig = (
  spellings: readonly (readonly string[])[],
  read: (config: ReturnType<KeyLab['config']>) => unknown,
  [seen, withoutIt]: readonly [seen: unknown, withoutIt: unknown],
): FlagRow[] =>
  spellings.map((args) => ({
    flag: args[0] ?? '',
    look: (lab, isGiven) =>
      read(lab.config([], isGiven ? args.map((arg) => lab.filled(arg)) : [])) ?? null,
    seen,
    withoutIt,
  }));

const has =
  (pattern: RegExp): See =>
  ({ stdout }) =>
    pattern.test(stdout);
const says =
  (pattern: RegExp): See =>
  ({ stderr }) =>
    pattern.test(stderr);
const yes = [true, false] as const;
const count: See = (outcome) => linesOf(outcome).length;

const printing: readonly FlagRow[] = [
  ...rows([['--help'], ['-h']], dry, has(/^Saker - runtime security/), yes),
  ...rows([['--version']], dry, has(/^Saker version: /), yes),
  ...rows([['--page-size']], dry, has(/^Your system page size is: \d+/), yes),
  ...rows([['--config-schema']], dry, has(/"webserver"/), yes),
  ...rows([['--rule-schema']], dry, has(/"required_engine_version"/), yes),
  ...rows([['-i'], ['--ignored-events']], dry, has(/^Ignored syscall/), yes),
  ...rows([['--list']], dry, has(/^proc\.name /m), yes),
  ...rows([['--list-events'], ['--list-syscall-events']], dry, has(/^> openat/m), yes),
  ...rows([['--list-plugins']], dry, has(/^\d+ Plugins Loaded/), yes),
  ...rows([['--plugin-info', 'container']], dry, has(/^Name: container/), yes),
  ...rows([['-L']], dry, has(/^Opened /m), yes),
  ...rows([['-l', 'Any']], dry, has(/^Any .*\n$/m), yes),
  ...rows([['--support']], dry, has(/"rules_files":\[\{"name"/), yes),
  ...rows([['-N']], (lab, args) => dry(lab, ['--list', ...args]), has(/^proc\.name$/m), yes),
  ...rows(
    [['--markdown'], ['--format', 'markdown'], ['--list-fields-markdown']],
    (lab, args) => dry(lab, ['--list', ...args]),
    has(/^`?proc\.name`? \|/m),
    yes,
  ),
  ...rows(
    [
      ['--validate', 'FOLDER/rules.yaml'],
      ['-V', 'FOLDER/rules.yaml'],
    ],
    dry,
    has(/^\S+rules\.yaml: Ok\n/),
    yes,
  ),
];

const running: readonly FlagRow[] = [
  ...rows(
    [['-c', 'FOLDER/other.yaml']],
    (lab, args) => {
      lab.file('other.yaml', 'json_output: true\nsyslog_output: {enabled: false}\n');
      return replay(lab, args);
    },
    ({ stdout }) => stdout.startsWith('{'),
    yes,
  ),
  ...rows([['--dry-run']], replay, count, [0, 5]),
  ...rows(
    [['-r', 'FOLDER/few.yaml']],
    (lab, args) => {
      const rule = { rule: 'Few', desc: 'd', condition: 'evt.num = 1', output: 'o', priority: 3 };
      lab.file('few.yaml', JSON.stringify([{ ...rule, priority: 'INFO' }]));
      return replay(lab, args);
    },
    count,
    [1, 5],
  ),
  ...rows([['-M', '1']], replay, count, [2, 5]),
  ...rows(
    [
      ['-o', 'priority=warning'],
      ['--option', 'priority=warning'],
    ],
    replay,
    count,
    [1, 5],
  ),
  ...rows(
    [
      ['-p', 'extra=%proc.name'],
      ['--print', 'extra=%proc.name'],
    ],
    replay,
    has(/ extra=tool$/m),
    yes,
  ),
  ...rows(
    [
      ['-P', 'FOLDER/pid'],
      ['--pidfile', 'FOLDER/pid'],
    ],
    (lab, args) => {
      lab.path('pid');
      return replay(lab, args);
    },
    (_, lab) => lab.names().includes('pid') && lab.read(`${lab.folder}/pid`) === `${process.pid}`,
    yes,
  ),
  ...rows([['-v']], replay, says(/^Elapsed time: /m), yes),
  ...rows(
    [['--enable-source', 'nothing']],
    (lab, args) => lab.run([], '-r', lab.rules, '--dry-run', ...args),
    says(/nothing/),
    yes,
  ),
  ...rows([['--disable-source', 'syscall']], dry, says(/disable|at least one/i), yes),
];

const ofOldFalcos: readonly FlagRow[] = [
  ...rows([['-e', 'FOLDER/story.scap']], dry, says(/engine\.kind=replay/), yes),
  ...rows([['-D', 'pen']], replay, has(/opened=/), [false, true]),
  ...rows([['-T', 'file']], replay, has(/opened=/), [false, true]),
  ...rows([['-t', 'data']], replay, count, [1, 5]),
  ...rows([['-b'], ['--print-base64']], replay, has(/data=YQBi/), yes),
  ...inConfig([['-A']], ({ baseSyscalls }) => baseSyscalls.all, yes),
  ...inConfig(
    [
      ['-S', '200'],
      ['--snaplen', '200'],
    ],
    ({ snapBytes }) => snapBytes,
    [200, 80],
  ),
  ...inConfig(
    [['-s', '/stats']],
    ({ metrics }) => [metrics.enabled, metrics.file ?? null, metrics.intervalMs],
    [
      [true, '/stats', 5000],
      [false, null, 3_600_000],
    ],
  ),
  ...inConfig([['--stats-interval', '700']], ({ metrics }) => metrics.intervalMs, [700, 3_600_000]),
  ...inConfig([['--cri', '/x.sock']], ({ containers }) => containers.sockets.get('cri'), [
    ['/x.sock'],
    null,
  ]),
  ...inConfig([['--nodriver']], ({ engine }) => engine.kind, ['nodriver', 'modern_ebpf']),
  ...rows(
    [['--modern-bpf']],
    (lab, args) => lab.dryRun([], '-c', lab.file('kind.yaml', 'engine: {kind: nodriver}'), ...args),
    says(/engine\.kind=modern_ebpf/),
    yes,
  ),
];

/** Those that are refused say why; those that are not needed say so. */
const toldOnly: readonly FlagRow[] = oldFlags.flatMap((old) => {
  if (!('refused' in old.does || 'notNeeded' in old.does)) return [];
  const text = 'refused' in old.does ? old.does.refused : old.does.notNeeded;
  const code = 'refused' in old.does ? 1 : 0;
  const spellings = old.names.map((name) => [name.length > 1 ? `--${name}` : `-${name}`]);
  const withValue = spellings.map((args) => (old.argument === 'needed' ? [...args, 'x'] : args));
  const see: See = (outcome) => [outcome.code, outcome.stderr.includes(text)];
  return rows(withValue, dry, see, [
    [code, true],
    [0, false],
  ]);
});

export const flagRows: readonly FlagRow[] = [...printing, ...running, ...ofOldFalcos, ...toldOnly];

export const idleFlags: readonly IdleFlag[] = [
  { flag: '-U', reason: 'seen on a pipe only: in a test lines are written at once anyway' },
  { flag: '--unbuffered', reason: 'the same' },
];
