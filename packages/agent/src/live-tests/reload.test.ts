/**
 * Configuration and rules replaced while the machine is busy: no event is lost, and every alert is
 * of the rules that were in place. SAKER_LONG_TESTS=1 makes it as long as the promise is.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { inTurn } from '@saker/sensor/testing.ts';
import { LiveAgent, type LiveAlert, skipWithoutSensor, within } from './live-agent.ts';

const RELOADS = process.env['SAKER_LONG_TESTS'] === '1' ? 200 : 40;
const READY_MS = 20_000;
const SOON_MS = 10_000;
/** A file that is opened between two of the others. */
const STEP_MS = 2;
const MANY = 100;
/** How much memory may grow from a tenth of the reloads to the last: what collectors leave. */
const GROWTH_MB_MAX = 30;

const inPlace = (stderr: string): number =>
  Math.max(
    1,
    ...Array.from(stderr.matchAll(/Generation (\d+) of/gu), ([, number]) => Number(number)),
  );

/** A rule on every file of the folder that is opened, whose alerts say which text it came from. */
function ruleText(folder: string, text: string, more: readonly object[] = []): string {
  const rule = {
    rule: 'Opened',
    desc: 'A file of the folder is opened',
    condition: `evt.type in (open, openat) and fd.directory = ${folder} and fd.name startswith ${folder}/n`,
    output: `${text} %fd.filename`,
    priority: 'INFO',
  };
  return JSON.stringify([rule, ...more]);
}

class Scene {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'saker-reload-'));
  readonly watched: string = join(this.folder, 'watched');
  readonly rules: string = join(this.folder, 'rules.yaml');
  readonly config: string = join(this.folder, 'falco.yaml');
  readonly agent: LiveAgent;
  generation = 1;

  private constructor(context: TestContext, options: readonly string[]) {
    mkdirSync(this.watched);
    writeFileSync(this.rules, ruleText(this.watched, 'text1'));
    writeFileSync(this.config, sendingTo(join(this.folder, 'first.txt')));
    this.agent = new LiveAgent({ rules: [this.rules], config: this.config, options });
    context.after(async () => {
      await this.agent.stop('SIGKILL');
      rmSync(this.folder, { recursive: true });
    });
  }

  static async watch(context: TestContext, options: readonly string[] = []): Promise<Scene> {
    const scene = new Scene(context, ['watch_config_files=false', ...options]);
    const isReady = await within(READY_MS, () => {
      scene.open('n-ready');
      return scene.texts('n-ready').size > 0 || undefined;
    });
    assert.ok(isReady, scene.agent.stderr);
    return scene;
  }

  open(name: string): void {
    writeFileSync(join(this.watched, name), '');
  }

  /** Which rules told of the file. */
  texts(name: string): ReadonlySet<string> {
    const told = this.agent.alerts.map(({ output }) => textAndFile(output));
    return new Set(told.flatMap(([text, file]) => (file === name ? [text ?? ''] : [])));
  }

  /** SIGHUP, until what was loaded is in place. */
  async reload(): Promise<void> {
    this.generation++;
    this.agent.child.kill('SIGHUP');
    await this.isInPlace();
  }

  async isInPlace(): Promise<void> {
    const { agent, generation } = this;
    const done = await within(SOON_MS, () => inPlace(agent.stderr) >= generation || undefined);
    assert.ok(done, `generation ${generation}: ${agent.stderr}`);
  }
}

/** Of a line such as `12:00:00.000: Informational text1 n-1 ...`. */
function textAndFile(output: string): readonly string[] {
  return /: Informational (\S+) (n[\w-]+)/u.exec(output)?.slice(1) ?? [];
}

function sendingTo(file: string): string {
  return `file_output: {enabled: true, filename: ${file}}\n`;
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s*(\d+)/mu.exec(status)?.[1]) / 1024;
}

describe('a reload', { skip: skipWithoutSensor }, () => {
  inTurn();

  test(`${RELOADS} times under load: nothing is lost, alerts follow the rules`, async (context) => {
    const scene = await Scene.watch(context);
    const { agent, watched, rules } = scene;
    // Opens files without an end, one after the other, each with a number of its own.
    const opener = spawn(process.execPath, [
      '-e',
      `const { closeSync, openSync } = require('fs');
       let number = 0;
       process.on('SIGTERM', () => { console.log(number); process.exit(); });
       setInterval(() => {
         for (let at = 0; at < 4; at++) closeSync(openSync(${JSON.stringify(watched)} + '/n' + number++, 'w'));
       }, ${STEP_MS});`,
    ]);
    context.after(() => opener.kill('SIGKILL'));
    let memoryMb = 0;
    for (let count = 0; count < RELOADS; count++) {
      writeFileSync(rules, ruleText(watched, `text${scene.generation + 1}`));
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await scene.reload();
      if (count === Math.floor(RELOADS / 10)) memoryMb = residentMb(agent.pid);
    }
    const grownMb = residentMb(agent.pid) - memoryMb;
    const said: Buffer[] = [];
    opener.stdout.on('data', (data: Buffer) => said.push(data));
    opener.kill('SIGTERM');
    await once(opener, 'close');
    const opened = Number(Buffer.concat(said));
    const fromOpener = (): readonly LiveAlert[] =>
      agent.alerts.filter(({ output }) => / n\d/u.test(output));
    await within(SOON_MS, () => fromOpener().length >= opened || undefined);
    const { stderr } = await agent.stop();
    const told = fromOpener().map(({ output }) => /text(\d+) n(\d+)/u.exec(output)?.slice(1, 3));
    assert.deepEqual(
      told.map((pair) => Number(pair?.[1])),
      Array.from({ length: opened }, (_, number) => number),
      'each opened file once, in order',
    );
    const texts = told.map((pair) => Number(pair?.[0]));
    assert.deepEqual(
      texts,
      texts.toSorted((left, right) => left - right),
    );
    assert.equal(
      new Set(texts).size > RELOADS / 2,
      true,
      'rules were replaced while files were opened',
    );
    assert.match(stderr, /Events: \d+, lost: 0,/u);
    context.diagnostic(`${opened} files, memory grew by ${grownMb.toFixed(1)} MB`);
    assert.ok(grownMb < GROWTH_MB_MAX, `memory grew by ${grownMb} MB`);
  });

  test('that does not load leaves what runs, and tells of it', async (context) => {
    const scene = await Scene.watch(context);
    const { agent, rules, watched } = scene;
    writeFileSync(rules, '- rule: broken\n  condition: evt.type = \n');
    agent.child.kill('SIGHUP');
    const failure = 'Falco internal: hot restart failure';
    const alert = await agent.alert(({ rule }) => rule === failure, SOON_MS);
    assert.equal(alert?.priority, 'Critical', agent.stderr);
    assert.match(agent.stderr, /not loaded, what was loaded before goes on/u);
    scene.open('n-after');
    assert.ok(await within(SOON_MS, () => scene.texts('n-after').has('text1') || undefined));
    writeFileSync(rules, ruleText(watched, 'text2'));
    await scene.reload();
    scene.open('n-mended');
    assert.ok(await within(SOON_MS, () => scene.texts('n-mended').has('text2') || undefined));
  });

  test('rules on calls that nobody asked for before are served', async (context) => {
    const scene = await Scene.watch(context);
    const { agent, rules, watched } = scene;
    const unlinked = {
      rule: 'Linked',
      desc: 'A symbolic link is made',
      condition: `evt.type = symlinkat or (evt.type = symlink and evt.arg.linkpath startswith ${watched})`,
      output: 'linked %evt.arg.linkpath',
      priority: 'INFO',
    };
    writeFileSync(rules, ruleText(watched, 'text2', [unlinked]));
    await scene.reload();
    symlinkSync('x', join(watched, 'link'));
    const alert = await agent.alert(({ rule }) => rule === 'Linked', SOON_MS);
    assert.ok(alert?.output.includes(join(watched, 'link')), agent.stderr);
  });

  test('a changed file is noticed: edited, replaced, and behind a link', async (context) => {
    const scene = await Scene.watch(context, ['watch_config_files=true']);
    const { agent, rules, watched, folder } = scene;
    const isTold = async (text: string): Promise<void> => {
      scene.generation++;
      await scene.isInPlace();
      scene.open(`n-${text}`);
      const told = await within(SOON_MS, () => scene.texts(`n-${text}`).has(text) || undefined);
      assert.ok(told, agent.stderr);
    };
    writeFileSync(rules, ruleText(watched, 'edited'));
    await isTold('edited');
    writeFileSync(join(folder, 'new'), ruleText(watched, 'replaced'));
    renameSync(join(folder, 'new'), rules);
    await isTold('replaced');
    // As Kubernetes mounts a ConfigMap: the file is a link behind a link that is turned.
    for (const name of ['one', 'two']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'rules.yaml'), ruleText(watched, name));
    }
    symlinkSync('one', join(folder, '..data'));
    symlinkSync('..data/rules.yaml', join(folder, 'link'));
    renameSync(join(folder, 'link'), rules);
    await isTold('one');
    symlinkSync('two', join(folder, '..new'));
    renameSync(join(folder, '..new'), join(folder, '..data'));
    await isTold('two');
    // Written again without a change: nothing is to be loaded.
    writeFileSync(join(folder, 'two', 'rules.yaml'), ruleText(watched, 'two'));
    assert.equal(inPlace(agent.stderr), scene.generation);
  });

  test('what vanishes is not forgotten: rules, their folder, the configuration', async (context) => {
    const scene = await Scene.watch(context, ['watch_config_files=true']);
    const { agent, rules, watched, folder, config } = scene;
    const failures = (count: number) => {
      const enough = () =>
        agent.stderr.split('not loaded, what was loaded before goes on').length > count;
      return within(SOON_MS, () => enough() || undefined);
    };
    rmSync(rules);
    assert.ok(await failures(1), agent.stderr);
    // Nothing that is no file keeps it from being read later.
    symlinkSync('rules.yaml', rules);
    scene.open('n-still');
    assert.ok(await within(SOON_MS, () => scene.texts('n-still').has('text1') || undefined));
    rmSync(rules);
    writeFileSync(rules, ruleText(watched, 'back'));
    scene.generation++;
    await scene.isInPlace();
    const before = agent.stderr.length;
    renameSync(config, join(folder, 'aside'));
    agent.child.kill('SIGHUP');
    const isTold = () => /cannot read the configuration file/u.test(agent.stderr.slice(before));
    assert.ok(await within(SOON_MS, () => isTold() || undefined), agent.stderr);
    renameSync(join(folder, 'aside'), config);
    scene.open('n-back');
    assert.ok(await within(SOON_MS, () => scene.texts('n-back').has('back') || undefined));
    assert.doesNotMatch(agent.stderr, /cannot watch/u);
  });

  test('when it ends anyway: nothing hangs, and no signal cuts it off', async (context) => {
    const scene = await Scene.watch(context);
    const { agent } = scene;
    scene.open('n-last');
    for (let count = 0; count < 3; count++) agent.child.kill('SIGHUP');
    agent.child.kill('SIGTERM');
    agent.child.kill('SIGHUP');
    agent.child.kill('SIGUSR1');
    const { code, stderr } = await agent.stop('SIGHUP');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Events: \d+, lost: 0, alerts: \d+/u);
    assert.ok(scene.texts('n-last').has('text1'));
  });

  test('outputs of the configuration are replaced, and lose nothing', async (context) => {
    const scene = await Scene.watch(context);
    const { agent, folder, config } = scene;
    const written = (name: string): string => readFileSync(join(folder, name), 'utf8');
    for (let number = 0; number < MANY; number++) scene.open(`n-first${number}`);
    await within(SOON_MS, () => scene.texts(`n-first${MANY - 1}`).size > 0 || undefined);
    writeFileSync(config, sendingTo(join(folder, 'second.txt')));
    await scene.reload();
    scene.open('n-again');
    assert.ok(await within(SOON_MS, () => scene.texts('n-again').size > 0 || undefined));
    await agent.stop();
    for (let number = 0; number < MANY; number++) {
      assert.ok(written('first.txt').includes(`n-first${number} `), `n-first${number}`);
    }
    assert.ok(!written('first.txt').includes('n-again'));
    assert.ok(written('second.txt').includes('n-again'));
  });
});
