/** A plugin beside system calls: it sees those that no rule asks for, and answers them. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { inTurn } from '@saker/sensor/testing.ts';
import { LiveAgent, skipWithoutSensor, within } from './live-agent.ts';

const READY_MS = 20_000;
const COUNT = 5;

const { PPME_SYSCALL_FLOCK_X: FLOCK, PPME_SYSCALL_MKDIR_2_X: MKDIR } = PPME;
const { PPME_SYSCALL_MKDIRAT_X: MKDIRAT } = PPME;

/** Sends an event while it is handed one: that one must be whole for the rules behind it. */
const ANSWERING = `
  let sink;
  const names = new Map([[${FLOCK}, 'locked'], [${MKDIR}, 'made'], [${MKDIRAT}, 'made']]);
  export const plugin = { api: 1, name: 'answering', version: '1.0.0', description: 'd',
    contact: 'c', open: () => ({
      parsing: { sources: ['syscall'], eventCodes: [...names.keys()],
        parse({ code }) { sink?.event(names.get(code), Buffer.from('x')); } },
      asyncEvents: { sources: ['syscall'], names: ['locked', 'made'],
        start(given) { sink = given; }, stop() { sink = undefined; } },
    }) };`;

describe('a plugin that parses system calls', { skip: skipWithoutSensor }, () => {
  inTurn();

  test('sees what no rule asks for, and may send events meanwhile', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'saker-plugin-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const at = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const made = `evt.type in (mkdir, mkdirat) and evt.arg.path startswith ${folder}`;
    const rule = (name: string, condition: string, output: string): object => {
      return { rule: name, desc: 'd', condition, output, priority: 'INFO' };
    };
    const rules = [
      rule('Made', made, '%evt.arg.path'),
      rule('Locked', 'evt.type = locked', '%evt.asynctype'),
    ];
    const library = at('answering.mjs', ANSWERING);
    const config = {
      load_plugins: ['answering'],
      plugins: [{ name: 'answering', library_path: library }],
      webserver: { enabled: false },
    };
    const agent = new LiveAgent({
      rules: [at('rules.yaml', JSON.stringify(rules))],
      config: at('falco.yaml', JSON.stringify(config)),
    });
    context.after(() => agent.stop('SIGKILL'));
    let number = 0;
    const isReady = await within(READY_MS, () => {
      mkdirSync(join(folder, `ready-${number++}`));
      return agent.alerts.length > 0 || undefined;
    });
    assert.ok(isReady, agent.stderr);
    const toldOf = (what: string): string[] =>
      agent.alerts.flatMap(({ rule, output }) =>
        rule === what ? [/Informational (\S+)/.exec(output)?.[1] ?? output] : [],
      );

    const paths = Array.from({ length: COUNT }, (_, at) => join(folder, `made-${at}`));
    for (const path of paths) {
      mkdirSync(path);
      assert.equal(spawnSync('flock', [library, 'true']).status, 0);
    }
    await within(READY_MS, () => toldOf('Locked').length >= COUNT || undefined);
    assert.ok(toldOf('Locked').length >= COUNT, agent.stderr);
    assert.deepEqual(
      toldOf('Made').filter((path) => !path.includes('ready-')),
      paths,
    );
    const { code } = await agent.stop();
    assert.equal(code, 0, agent.stderr);
  });
});
