/** SIGHUP, to a process that watches this machine. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inTurn } from '@saker/sensor/testing.ts';
import { skipWithoutSensor, within } from '../../live-tests/live-agent.ts';
import { WatchedFolder } from '../../live-tests/watched-folder.ts';

const SOON_MS = 20_000;

/** So many times, or as often as it was when time was over. */
function said(folder: WatchedFolder, what: string, times: number): Promise<true | undefined> {
  return within(SOON_MS, () => folder.agent.stderr.split(what).length > times || undefined);
}

describe('SIGHUP', { skip: skipWithoutSensor }, () => {
  inTurn();

  test('rules that are valid are taken, in the same process', async (context) => {
    const folder = await WatchedFolder.watch(context);
    const { agent, path } = folder;
    const rules = join(path, 'rules.yaml');
    const text = readFileSync(rules, 'utf8');
    writeFileSync(rules, text.replaceAll('by %proc.name', 'by %proc.name again'));
    agent.child.kill('SIGHUP');
    assert.ok(await said(folder, "Opening 'syscall' source", 2), agent.stderr);
    const isAgain = await within(SOON_MS, () => {
      folder.write('after');
      return (
        agent.alerts.some(({ output }) => output.includes('/after by bash again')) || undefined
      );
    });
    assert.ok(isAgain, agent.stderr);
    assert.equal(agent.child.exitCode, null);
    const { code, stderr } = await agent.stop();
    assert.equal(code, 0);
    assert.match(stderr, /SIGHUP received, restarting/);
    assert.match(stderr, /SIGTERM received, exiting/);
  });

  test('with rules that are not, it goes on with those that it has', async (context) => {
    const folder = await WatchedFolder.watch(context);
    const { agent, path } = folder;
    writeFileSync(join(path, 'rules.yaml'), '- rule: Broken\n  condition: evt.type = open and\n');
    agent.child.kill('SIGHUP');
    assert.ok(await said(folder, 'not restarted: ', 1), agent.stderr);
    const alert = await agent.alert(
      ({ rule }) => rule === 'Falco internal: hot restart failure',
      SOON_MS,
    );
    assert.match(alert?.output ?? '', /rules\.yaml/);
    folder.write('after');
    assert.ok(await within(SOON_MS, () => folder.count('after') > 0 || undefined), agent.stderr);
    assert.equal((await agent.stop()).code, 0);
  });

  test('whoever stops it does not wait for a trial', async (context) => {
    const folder = await WatchedFolder.watch(context);
    const { agent } = folder;
    agent.child.kill('SIGHUP');
    assert.ok(await said(folder, 'SIGHUP received', 1), agent.stderr);
    const { code, stderr } = await agent.stop('SIGINT');
    assert.equal(code, 0);
    assert.doesNotMatch(stderr, /not restarted/);
  });
});
