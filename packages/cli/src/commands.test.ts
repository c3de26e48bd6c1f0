/** Commands as people use them: `bin/saker` itself on the sample, compared with golden text. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { type Outcome, root, runSaker, spawnSaker, withoutDuration } from './testing.ts';

const SAMPLE = 'samples/story.scap';
const OWN = 'packages/cli/src/testdata/own_rules.yaml';
const BROKEN = 'packages/cli/src/testdata/broken_rules.yaml';
const SAKER_RULES = 'rules/saker_rules.yaml';

function temporary(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-cli-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function outcomeText({ code, stdout, stderr }: Outcome): string {
  return withoutDuration(`exit code ${code}\n--- stdout\n${stdout}--- stderr\n${stderr}`);
}

describe('golden outputs', () => {
  const cases: readonly [name: string, args: string[]][] = [
    ['help', ['help']],
    ['help-replay', ['help', 'replay']],
    ['help-explain', ['explain', '-h']],
    ['help-rules', ['rules', '--help']],
    ['help-rules-check', ['help', 'rules', 'check']],
    ['replay', ['replay', SAMPLE, '-r', SAKER_RULES]],
    ['replay-json', ['replay', SAMPLE, '-r', OWN, '--json', '--matching', 'all']],
    ['replay-chosen', ['replay', SAMPLE, '-r', OWN, '--rule', 'Secret * cat']],
    ['replay-limit', ['replay', SAMPLE, '-r', SAKER_RULES, '-n', '2', '-p', 'warning']],
    ['rules-check', ['rules', 'check', OWN, BROKEN]],
    ['rules-check-json', ['rules', 'check', BROKEN, '--json']],
    ['rules-list', ['rules', 'list', '-r', OWN]],
    ['rules-list-json', ['rules', 'list', OWN, '--disabled', '--json']],
    ['rules-show', ['rules', 'show', 'secret opened', OWN]],
    ['rules-show-expanded', ['rules', 'show', 'secret opened', OWN, '--expanded']],
    ['rules-show-json', ['rules', 'show', 'secret opened', OWN, '--json']],
    ['explain', ['explain', SAMPLE, '-r', OWN, '--rule', 'secret opened', '--event', '35']],
    ['explain-shadowed', ['explain', SAMPLE, '-r', OWN, '--rule', 'by cat', '-e', '31']],
    ['explain-json', ['explain', SAMPLE, '-r', OWN, '--rule', 'by cat', '-e', '35', '--json']],
    ['explain-matches', ['explain', SAMPLE, '-r', SAKER_RULES, '--rule', 'Shell started']],
    ['explain-nearest', ['explain', SAMPLE, '-r', OWN, '--rule', 'Packet socket']],
    ['explain-nearest-json', ['explain', SAMPLE, '-r', OWN, '--rule', 'Packet', '--json']],
    ['explain-other-types', ['explain', SAMPLE, '-r', OWN, '--rule', 'Mount']],
  ];
  for (const [name, args] of cases) {
    test(name, (t) => {
      const file = resolve(import.meta.dirname, `testdata/${name}.txt`);
      t.assert.fileSnapshot(outcomeText(spawnSaker(args)), file, { serializers: [String] });
    });
  }
});

describe('mistakes on the command line', () => {
  const cases: readonly [args: string[], code: number, message: RegExp][] = [
    [
      ['repaly'],
      2,
      /^saker: unknown command "repaly", did you mean "replay"\?\nSee: saker help\n$/,
    ],
    [['rules'], 2, /followed by one of check, list, show\nSee: saker help rules\n$/],
    [['help', 'repaly'], 2, /unknown command "repaly", did you mean "replay"/],
    [['replay'], 2, /^saker: capture file is missing\nSee: saker help replay\n$/],
    [['replay', 'a', 'b'], 2, /only one capture file can be given: "b" is too many/],
    [['replay', SAMPLE, '--priority', 'warnin'], 2, /found "warnin", did you mean "Warning"\?/],
    [['replay', SAMPLE, '--limit', '0'], 2, /--limit takes a whole number from 1 on, found "0"/],
    [['explain', SAMPLE], 2, /the rule is missing: --rule RULE/],
    [['replay', 'missing.scap'], 1, /missing\.scap.*it does not exist/],
    [['replay', 'samples'], 1, /samples.*it is a directory/],
    [['replay', SAKER_RULES], 1, /^saker: rules\/saker_rules\.yaml is not a capture: /],
    [['replay', SAMPLE, '-r', 'missing.yaml'], 1, /missing\.yaml.*it does not exist/],
    [['replay', SAMPLE, '-r', 'samples'], 1, /the folder samples holds no rules/],
    [['replay', SAMPLE, '-r', BROKEN], 1, /there is no field.*cannot be used as they are/s],
    [
      ['replay', SAMPLE, '--rule', 'Shell histry removed'],
      1,
      /did you mean "Shell history removed"/,
    ],
    [['rules', 'show'], 2, /name of a rule is missing/],
    [
      ['rules', 'show', 'zzz', OWN],
      1,
      /no rule is called "zzz"; to see all: saker rules list packages/,
    ],
    [
      ['rules', 'show', 'secret', OWN],
      1,
      /several rules:\n {2}Secret opened\n {2}Secret opened by/,
    ],
    [['rules', 'list', OWN, '--tag', 'secret'], 0, /has the tag "secret", did you mean "secrets"/],
    [['explain', SAMPLE, '--rule', 'shadw'], 1, /no rule is called "shadw"/],
    [
      ['explain', SAMPLE, '--rule', 'history', '-e', '99'],
      1,
      /no event 99: samples.* has 42 events/,
    ],
  ];
  for (const [args, code, message] of cases) {
    test(args.join(' '), async () => {
      const outcome = await inRoot(() => runSaker(args));
      assert.match(outcome.stderr, message);
      assert.equal(outcome.code, code);
      assert.equal(outcome.stdout, '');
    });
  }
});

/** Relative names are those of the repository's root. */
async function inRoot<T>(action: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  process.chdir(root);
  try {
    return await action();
  } finally {
    process.chdir(before);
  }
}

describe('captures', () => {
  const sample = readFileSync(join(root, SAMPLE));

  test('compressed ones give the same alerts', (t) => {
    const packed = join(temporary(t), 'x.scap.gz');
    writeFileSync(packed, gzipSync(sample));
    const args = ['-r', SAKER_RULES, '--json'];
    const want = spawnSaker(['replay', SAMPLE, ...args]);
    assert.equal(spawnSaker(['replay', packed, ...args]).stdout, want.stdout);
    assert.ok(want.stdout.length > 0);
  });

  test('of one that breaks off everything before is told, then why it ends', (t) => {
    const cut = join(temporary(t), 'cut.scap');
    writeFileSync(cut, sample.subarray(0, sample.length - 10));
    const replayed = spawnSaker(['replay', cut, '-r', OWN]);
    assert.equal(replayed.code, 1);
    assert.match(replayed.stdout, /Secret opened/);
    assert.match(replayed.stderr, /1 alert from 3 rules on 41 events/);
    assert.match(replayed.stderr, /saker: .*cut\.scap cannot be read to its end: .* at byte \d+/);
    const searched = spawnSaker(['explain', cut, '-r', OWN, '--rule', 'by cat']);
    assert.equal(searched.code, 1);
    assert.match(searched.stdout, /matches 1 of the 4 events/);
    assert.match(searched.stderr, /cannot be read to its end/);
  });

  test('the beginning of a call is not explained', { skip: skipWithoutShared }, async () => {
    const path = sharedPath('compat/curl_google.scap');
    const rules = join(root, OWN);
    const args = ['explain', path, '-r', rules, '--rule', 'Mount', '--event', '215'];
    const { code, stderr } = await runSaker(args);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /rules do not see event 215 \(open\): it is the beginning of a system call/,
    );
  });
});

test('strict checks fail on warnings', (t) => {
  const file = join(temporary(t), 'rules.yaml');
  writeFileSync(file, '- macro: unused\n  condition: evt.type = open\n');
  assert.equal(spawnSaker(['rules', 'check', file]).code, 0);
  const strict = spawnSaker(['rules', 'check', '--strict', file]);
  assert.equal(strict.code, 1);
  assert.match(strict.stdout, /: 1 warning in 1 macro\n$/);
});

test('a folder of rules is loaded in the order of names', (t) => {
  const folder = temporary(t);
  writeFileSync(join(folder, '10.yaml'), readFileSync(join(root, OWN)));
  const override = '- rule: Mount\n  enabled: false\n  override:\n    enabled: replace\n';
  writeFileSync(join(folder, '20.yml'), override);
  writeFileSync(join(folder, 'README.md'), 'no rules');
  const { stdout, stderr } = spawnSaker(['rules', 'list', folder, '--disabled']);
  assert.match(stdout, /^Mount +Info +no/m);
  assert.equal(stderr, '\n2 of 4 rules, 2 of them disabled\n');
});

test('colours are for terminals, NO_COLOR and FORCE_COLOR decide otherwise', () => {
  const args = ['rules', 'list', OWN];
  const escape = '\u001b[';
  assert.ok(!spawnSaker(args).stdout.includes(escape));
  assert.ok(spawnSaker(args, { FORCE_COLOR: '1' }).stdout.includes(escape));
  assert.ok(!spawnSaker(args, { FORCE_COLOR: '0', NO_COLOR: '' }).stdout.includes(escape));
});

test('help needs nothing of the engine', () => {
  const { code, stdout } = spawnSaker(['replay', '--help', '--nonsense']);
  assert.equal(code, 0);
  assert.match(stdout, /^saker replay FILE/);
});

test('a terminal gets lines of its width', async () => {
  const args = ['explain', SAMPLE, '-r', OWN, '--rule', 'secret opened', '--event', '35'];
  const { stdout } = await inRoot(() => runSaker(args, { columns: 80 }));
  for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
});
