/** `-V`, `-L`, `-l`, `--support`, and rule files that cannot be loaded. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { saker } from '../testing.ts';

const config = ['-c', '/dev/null'];
const skip = skipWithoutShared;

/** The text of a message of the regular-expression library, which is another one here. */
const REGEX_TAIL = /invalid regex pattern: [^\n"]*/g;

function rulesFile(context: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-rules-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, text);
  return file;
}

const good = `
- list: shells
  items: [bash, zsh]
- macro: spawned
  condition: evt.type = execve
- rule: Shell
  desc: A shell starts
  condition: spawned and proc.name in (shells)
  output: shell=%proc.name
  priority: NOTICE
  tags: [program]
`;

describe('-V prints what Falco prints', { skip }, () => {
  const folder = sharedPath('compat/validate');
  const files = skip === false ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];
  for (const file of files) {
    const expected = (ending: string) =>
      readFileSync(join(folder, file.replace('.yaml', ending)), 'utf8').replace(REGEX_TAIL, '');
    // Names stand in the messages, as they were given.
    const named = (text: string) => text.replaceAll(`${folder}/`, '').replace(REGEX_TAIL, '');

    test(`${file}, text and exit code`, async () => {
      const { code, stdout } = await saker(...config, '-V', join(folder, file));
      assert.equal(`${named(stdout)}rc=${code}\n`, expected('.txt'));
    });

    test(`${file}, JSON`, async () => {
      const { stdout } = await saker(...config, '-o', 'json_output=true', '-V', join(folder, file));
      assert.equal(named(stdout), expected('.json'));
    });
  }
});

describe('-V', () => {
  test('says on the standard error what Falco does not', async (context) => {
    const file = rulesFile(context, good.replace('proc.name in', 'proc.nmae in'));
    const { code, stdout, stderr } = await saker(...config, '-V', file);
    assert.equal(code, 1);
    assert.match(stdout, /nonexistent field proc\.nmae\n\n$/);
    assert.match(stderr, /rules\.yaml:\d+:\d+: error .*\n.*\n.*\^+\n {2}hint: .*proc\.name/);
    assert.match(stderr, /^Error: .*rules\.yaml: Invalid/m);
  });

  test('warns of what Falco passes over, and the exit code stays 0', async (context) => {
    const file = rulesFile(context, good.replaceAll('shells', 'my_shells').replace('(my_', '(mi_'));
    const { code, stdout, stderr } = await saker(...config, '-V', file);
    assert.equal(code, 0);
    assert.match(stdout, /rules\.yaml: Ok, with warnings\n$/);
    assert.match(stderr, /warning unknown-list: there is no list "mi_shells"/);
  });

  test('with -L describes rules that are in order', async (context) => {
    const file = rulesFile(context, good);
    const { stdout } = await saker(...config, '-V', file, '-L');
    assert.match(stdout, /rules\.yaml: Ok\n\nRule +Description\n/);
    const json = await saker(...config, '-o', 'json_output=true', '-V', file, '-l', 'Shell');
    assert.match(json.stdout, /^\{"falco_describe_results":\{"rules":\[/);
  });

  test('a file that is not there', async () => {
    const { code, stderr } = await saker(...config, '-V', '/nonexistent.yaml');
    assert.equal(code, 1);
    assert.match(stderr, /^Error: Could not open file \/nonexistent\.yaml for reading/m);
  });
});

describe('-L and -l', () => {
  test('as text', async (context) => {
    const { code, stdout } = await saker(...config, '-r', rulesFile(context, good), '-L');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^Rule {47}Description\n---- {47}-----------\nShell {46}A shell starts \n/,
    );
  });

  test('as JSON', async (context) => {
    const file = rulesFile(context, good);
    const { stdout } = await saker(...config, '-r', file, '-o', 'json_output=true', '-L');
    const { rules } = JSON.parse(stdout) as {
      readonly rules: readonly { readonly details: Readonly<Record<string, unknown>> }[];
    };
    assert.deepEqual(rules[0]?.details['events'], ['asyncevent', 'execve']);
    assert.deepEqual(rules[0]?.details['lists'], ['shells']);
    assert.deepEqual(rules[0]?.details['macros'], ['spawned']);
    assert.deepEqual(rules[0]?.details['plugins'], ['container']);
  });

  test('a rule that is not there', async (context) => {
    const { code, stderr } = await saker(...config, '-r', rulesFile(context, good), '-l', 'Shel');
    assert.equal(code, 1);
    assert.match(stderr, /^Error: Rule "Shel" is not loaded, did you mean "Shell"\?$/m);
  });
});

test('--support holds versions, configuration and rules', async (context) => {
  const file = rulesFile(context, good);
  const { stdout } = await saker(...config, '-r', file, '-o', 'priority=debug', '--support');
  const document = JSON.parse(stdout) as {
    readonly cmdline: string;
    readonly config: string;
    readonly engine_info: Readonly<Record<string, unknown>>;
    readonly rules_files: readonly {
      readonly name: string;
      readonly variants: readonly { readonly content: string }[];
    }[];
    readonly system_info: Readonly<Record<string, unknown>>;
  };
  assert.match(document.cmdline, /^saker -c \/dev\/null -r .* --support$/);
  assert.equal(document.config, '{"priority":"debug"}');
  assert.equal(document.engine_info['engine_version'], '63');
  assert.equal(document.system_info['sysname'], 'Linux');
  assert.equal(document.rules_files[0]?.variants[0]?.content, good);
});

describe('rules that cannot be run', () => {
  test('are refused as Falco does', async (context) => {
    const file = rulesFile(context, good.replace('in (shells)', 'like 3 ('));
    const { code, stdout, stderr } = await saker(...config, '-r', file);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^Error: .*rules\.yaml: Invalid\n1 Errors:\n/m);
  });

  test('for a plugin that is not there', { skip }, async () => {
    const { code, stderr } = await saker(...config, '-r', sharedPath('rules/k8s_audit_rules.yaml'));
    assert.equal(code, 1);
    assert.match(stderr, /^Error: Plugin requirement not satisfied, must load one of: k8saudit/m);
  });

  test('none at all', async () => {
    const { code, stderr } = await saker(...config, '-o', 'rules_files[0]=/nonexistent.yaml');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^Error: there are no rules to load: .*none exists of \/nonexistent\.yaml/m,
    );
  });
});

describe('without a capture', () => {
  test('an engine without events is refused', async (context) => {
    const none = ['-o', 'engine.kind=nodriver'];
    const { code, stderr } = await saker(...config, '-r', rulesFile(context, good), ...none);
    assert.equal(code, 1);
    assert.match(stderr, /^Error: engine\.kind is nodriver: no system calls are watched then/m);
  });

  test('event sources are checked', async (context) => {
    const rules = ['-r', rulesFile(context, good)];
    const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [['--enable-source', 'x'], /Attempted enabling an unknown event source: x/],
      [['--disable-source', 'x'], /Attempted disabling an unknown event source: x/],
      [['--disable-source', 'syscall'], /Must enable at least one event source/],
      [['--enable-source', 'a', '--disable-source', 'b'], /You can not mix/],
    ];
    for (const [args, message] of cases) {
      assert.match((await saker(...config, ...rules, ...args)).stderr, message);
    }
  });
});

test('plugins that load_plugins names are loaded, others are not', async (context) => {
  const file = rulesFile(context, good);
  const plugin = ['-o', 'plugins[]={name: json, library_path: libjson.so}'];
  const other = ['-o', 'plugins[]={name: other, library_path: libother.so}'];
  const load = ['-o', 'load_plugins[]=json', '-o', 'load_plugins[]=container'];
  const args = [...config, '-r', file, '--dry-run', ...plugin, ...other, ...load];
  const { code, stderr } = await saker(...args);
  assert.equal(code, 0);
  const loaded = [...stderr.matchAll(/Loaded plugin '(\w+)@/g)].map(([, name]) => name);
  assert.deepEqual(loaded, ['json', 'container']);
});

test('a file that is not read because of its name is told of', async (context) => {
  const file = rulesFile(context, good).replace(/\.yaml$/, '.txt');
  writeFileSync(file, good);
  const { code, stderr } = await saker(...config, '-r', file, '--dry-run');
  assert.equal(code, 0);
  assert.match(stderr, /: no rules are loaded: only files that end in \.yaml or \.yml are, found /);
});
