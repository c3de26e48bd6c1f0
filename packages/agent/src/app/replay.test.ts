/** Captures replayed through the whole command, against what Falco printed for them. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { type Outcome, saker } from '../testing.ts';

// Text alerts show local time; Falco's answers were made in UTC.
process.env['TZ'] = 'UTC';

const skip = skipWithoutShared;
const capture = sharedPath('compat/open1.scap');
const rulesFiles = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'];
const rules = rulesFiles.flatMap((name) => ['-r', sharedPath(`rules/${name}`)]);

function replay(...more: readonly string[]): Promise<Outcome> {
  return replayFile(capture, ...more);
}

function replayFile(file: string, ...more: readonly string[]): Promise<Outcome> {
  const engine = set('engine.kind=replay', `engine.replay.capture_file=${file}`);
  return saker('-c', '/dev/null', ...engine, ...more);
}

function set(...options: readonly string[]): string[] {
  return options.flatMap((option) => ['-o', option]);
}

function answer(name: string): string {
  return readFileSync(sharedPath(`compat/${name}`), 'utf8');
}

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'saker-replay-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** A rules file with one rule that matches some hundred events. */
function ownRule(context: TestContext, condition = 'evt.type = execve'): readonly string[] {
  const file = join(folder(context), 'rule.yaml');
  const rule = { rule: 'Program', desc: 'A program starts', condition, output: 'exe=%proc.exe' };
  writeFileSync(file, JSON.stringify([{ ...rule, priority: 'NOTICE', tags: ['program'] }]));
  return ['-r', file];
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

describe("alerts equal Falco's, byte for byte", { skip }, () => {
  test('stock options, text', async () => {
    const { code, stdout } = await replay(...rules);
    assert.equal(code, 0);
    assert.ok(stdout === answer('open1.stock.txt'), 'see open1.stock.txt');
  });

  test('stock options, JSON', async () => {
    const { stdout } = await replay(...rules, ...set('json_output=true'));
    assert.ok(stdout === answer('open1.stock.jsonl'), 'see open1.stock.jsonl');
  });

  test('every match, nothing appended, JSON', async (context) => {
    const config = join(folder(context), 'falco.yaml');
    writeFileSync(config, 'append_output: []\nrule_matching: all\njson_output: true\n');
    const { stdout } = await replay(...rules, '-c', config);
    assert.ok(stdout === answer('open1.alerts.jsonl'), 'see open1.alerts.jsonl');
  });

  test('an unpacked capture gives the same', async (context) => {
    const plain = join(folder(context), 'plain.scap');
    writeFileSync(plain, gunzipSync(readFileSync(capture)));
    const { stdout } = await replayFile(plain, ...rules);
    assert.ok(stdout === answer('open1.stock.txt'));
  });
});

describe('options', { skip }, () => {
  test('the summary goes to the standard error', async () => {
    const { stderr } = await replay(...rules);
    const [summary = ''] = /^Events detected: .*/ms.exec(stderr) ?? [];
    assert.match(summary, /^Events detected: 163\nRule counts by severity:\n {3}CRITICAL: 9\n/);
    assert.match(
      summary,
      /\nTriggered rules by rule name:\n {3}Read sensitive file untrusted: 7\n/,
    );
  });

  test('file_output, beside the standard output or alone', async (context) => {
    const rule = ownRule(context);
    const file = join(folder(context), 'alerts.txt');
    const output = set('file_output.enabled=true', `file_output.filename=${file}`);
    const both = await replay(...rule, ...output);
    assert.ok(lines(both.stdout).length > 100);
    assert.equal(readFileSync(file, 'utf8'), both.stdout);
    const alone = await replay(...rule, ...output, ...set('stdout_output.enabled=false'));
    assert.equal(alone.stdout, '');
    assert.equal(readFileSync(file, 'utf8'), both.stdout.repeat(2));
    const off = set('stdout_output.enabled=false', 'syslog_output.enabled=false');
    const none = await replay(...rule, ...off);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /Error: No output configured/);
  });

  test('selections, priorities and tags', async (context) => {
    const rule = ownRule(context);
    const count = async (...options: string[]) =>
      lines((await replay(...rule, ...set(...options))).stdout).length;
    const all = await count();
    assert.ok(all > 100);
    assert.equal(await count('rules[].disable.rule=Prog*'), 0);
    assert.equal(await count('rules[].disable.rule=*', 'rules[].enable.tag=program'), all);
    assert.equal(await count('priority=error'), 0);
    assert.equal(await count('priority=notice'), all);
    const unmatched = await replay(...rule, ...set('rules[].disable.tag=none'));
    assert.match(unmatched.stderr, /rules with the tag "none" are to be disabled, but no loaded/);
  });

  test('-M counts in the time of the events', async (context) => {
    const rule = ownRule(context, 'evt.num > 0');
    const { stdout } = await replay(...rule, '-M', '1', ...set('time_format_iso_8601=true'));
    const times = lines(stdout).map((line) => Date.parse(line.slice(0, 23)));
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    assert.ok(seconds > 0.8 && seconds <= 1, `${seconds} s`);
  });

  test('append_output and fields of its own', async (context) => {
    const rule = ownRule(context);
    const options = set(
      'json_output=true',
      'static_fields.region=eu',
      'append_output[]={extra_output: "in %static.region", match: {tags: [program]}}',
      'append_output[]={extra_fields: [evt.num, {where: "%proc.pid in %static.region"}]}',
    );
    const { stdout } = await replay(...rule, ...options);
    const alert = JSON.parse(lines(stdout)[0] ?? '') as {
      readonly output: string;
      readonly output_fields: Readonly<Record<string, unknown>>;
    };
    assert.match(alert.output, /exe=\S+ container_id=.* in eu$/);
    assert.equal(typeof alert.output_fields['evt.num'], 'number');
    assert.match(String(alert.output_fields['where']), /^\d+ in eu$/);
  });

  test('-v tells the speed, -P writes the pid', async (context) => {
    const pidFile = join(folder(context), 'pid');
    const { stderr } = await replay(...ownRule(context), '-v', '-P', pidFile);
    assert.match(stderr, /^Elapsed time: [\d.]+, Captured Events: \d+, [\d.]+ eps$/m);
    assert.equal(readFileSync(pidFile, 'utf8'), String(process.pid));
  });

  test('--dry-run reads no events and writes nothing', async (context) => {
    const pidFile = join(folder(context), 'pid');
    const { code, stdout } = await replay(...rules, '--dry-run', '-P', pidFile);
    assert.equal(code, 0);
    assert.equal(stdout, '');
    assert.throws(() => readFileSync(pidFile));
  });
});

describe('captures that cannot be read', { skip }, () => {
  const cases: readonly (readonly [bytes: Buffer | undefined, message: RegExp])[] = [
    [undefined, /^Error: Could not open capture file .*: it does not exist$/m],
    [Buffer.from(''), /^Error: Could not open capture file .*: it is empty$/m],
    [
      Buffer.from('no capture at all, just text'),
      /^Error: .* is not a capture: reading .* at byte 0: /m,
    ],
    [Buffer.from([0x1f, 0x8b, 1, 2, 3]), /^Error: .*gzip/m],
  ];

  test('are named with the reason', async (context) => {
    const file = join(folder(context), 'x.scap');
    for (const [bytes, message] of cases) {
      if (bytes !== undefined) writeFileSync(file, bytes);
      const { code, stderr } = await replayFile(file, ...ownRule(context));
      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, / at .*\.ts:\d+/, 'no stack');
    }
    const { stderr } = await replayFile(tmpdir(), ...ownRule(context));
    assert.match(stderr, /^Error: Could not open capture file .*: it is a directory$/m);
  });

  test('give the alerts before the damage', async (context) => {
    const rule = ownRule(context);
    const whole = await replay(...rule);
    const file = join(folder(context), 'cut.scap');
    const bytes = gunzipSync(readFileSync(capture));
    writeFileSync(file, bytes.subarray(0, bytes.length >> 1));
    const { code, stdout, stderr } = await replayFile(file, ...rule);
    assert.equal(code, 1);
    assert.match(stderr, /^Error: .* cannot be read to its end: .* the capture ends/m);
    assert.ok(stdout.length > 1000);
    assert.ok(whole.stdout.startsWith(stdout));
  });
});
