/** Alerts and messages of the program as a real rsyslogd gets them, on a socket of its own. */

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { Logger } from '../host/logger.ts';
import { SyslogLog } from '../host/syslog-log.ts';
import { formatMessage } from '../host/syslog-socket.ts';
import { rsyslogIn, skipWithoutRsyslog } from '../testing/rsyslog.ts';
import { outgoing, SeenOutcome, until } from './outgoing.cases.ts';
import { SyslogOutput } from './syslog-output.ts';

test('messages have the form of syslog(3)', () => {
  const time = new Date(2026, 2, 7, 9, 5, 3);
  assert.equal(formatMessage(4, 'falco', 'text', time), '<12>Mar  7 09:05:03 falco: text');
  assert.equal(
    formatMessage(0, 'x', 'y', new Date(2026, 10, 21, 23, 59, 59)),
    '<8>Nov 21 23:59:59 x: y',
  );
});

test('alerts arrive with their priority', { skip: skipWithoutRsyslog }, async (context) => {
  const rsyslog = rsyslogIn(context);
  const daemon = await rsyslog.start();
  context.after(() => daemon.stop());
  const outcome = new SeenOutcome();
  const output = new SyslogOutput({ ident: 'falco', path: rsyslog.socket }, outcome);
  output.write(outgoing('12:00:00.000000000: Notice ünï "x"', 5));
  output.write(outgoing('second', 0));
  output.write(outgoing('third', 7));
  output.flush();
  await until('three messages', () => rsyslog.lines().length === 3);
  assert.deepEqual(rsyslog.lines(), [
    'user.notice falco: 12:00:00.000000000: Notice ünï "x"',
    'user.emerg falco: second',
    'user.debug falco: third',
  ]);
  assert.equal(outcome.deliveredCount, 3);
  await output.close();
});

test('a daemon that is started anew gets what comes then; one that is gone is told', {
  skip: skipWithoutRsyslog,
}, async (context) => {
  const rsyslog = rsyslogIn(context);
  const outcome = new SeenOutcome();
  const output = new SyslogOutput({ ident: 'falco', path: rsyslog.socket }, outcome);
  const write = async (line: string): Promise<void> => {
    const before = outcome.settled;
    output.write(outgoing(line));
    output.flush();
    await until('the alert is settled', () => outcome.settled > before);
  };
  await write('too early');
  assert.match(outcome.problems[0] ?? '', /^cannot send to syslog at .*no such file or directory$/);
  const first = await rsyslog.start();
  await write('one');
  await first.kill();
  await write('nobody there');
  assert.match(outcome.problems[1] ?? '', /connection refused$/);
  rmSync(rsyslog.socket);
  const second = await rsyslog.start();
  context.after(() => second.stop());
  await write('two');
  await until('two messages', () => rsyslog.lines().length === 2);
  assert.deepEqual(rsyslog.lines(), ['user.notice falco: one', 'user.notice falco: two']);
  assert.deepEqual([outcome.deliveredCount, outcome.failedCount], [2, 2]);
  await output.close();
});

test('one that hangs holds alerts up and gets all of them later', {
  skip: skipWithoutRsyslog,
}, async (context) => {
  const rsyslog = rsyslogIn(context);
  const daemon = await rsyslog.start();
  context.after(() => daemon.stop());
  const outcome = new SeenOutcome();
  const output = new SyslogOutput({ ident: 'falco', path: rsyslog.socket }, outcome);
  process.kill(daemon.pid, 'SIGSTOP');
  const count = 5000;
  for (let number = 0; number < count; number++) output.write(outgoing(`n${number}`));
  output.flush();
  assert.ok(outcome.settled < count, `${outcome.settled} alerts went nowhere`);
  process.kill(daemon.pid, 'SIGCONT');
  await until('all messages', () => rsyslog.lines().length === count);
  assert.equal(rsyslog.lines().at(-1), `user.notice falco: n${count - 1}`);
  assert.deepEqual([outcome.deliveredCount, outcome.failedCount], [count, 0]);
  await output.close();
});

test('what is behind when it is closed has failed', {
  skip: skipWithoutRsyslog,
}, async (context) => {
  const rsyslog = rsyslogIn(context);
  const daemon = await rsyslog.start();
  context.after(() => daemon.kill());
  const outcome = new SeenOutcome();
  const output = new SyslogOutput({ ident: 'falco', path: rsyslog.socket }, outcome);
  process.kill(daemon.pid, 'SIGSTOP');
  for (let number = 0; number < 5000; number++) output.write(outgoing(`n${number}`));
  output.flush();
  await output.close();
  await until('every alert is settled', () => outcome.settled === 5000);
  assert.ok(outcome.failedCount > 0);
});

test('log_syslog: messages of the program, as far as log_level lets them', {
  skip: skipWithoutRsyslog,
}, async (context) => {
  const rsyslog = rsyslogIn(context);
  const daemon = await rsyslog.start();
  context.after(() => daemon.stop());
  const syslog = new SyslogLog('falco', rsyslog.socket);
  let errors = '';
  const streams = {
    out: () => true,
    err: (text: string) => {
      errors += text;
      return true;
    },
  };
  for (const enabled of [false, true]) {
    const log = new Logger(streams, { level: 'info', enabled, iso8601: false, syslog });
    log.error(`wrong ${enabled}`);
    log.debug('too much');
    await syslog.flush();
    log.info(`well ${enabled}`);
  }
  await until('four messages', () => rsyslog.lines().length === 4);
  assert.deepEqual(rsyslog.lines(), [
    'user.err falco: wrong false',
    'user.info falco: well false',
    'user.err falco: wrong true',
    'user.info falco: well true',
  ]);
  assert.match(errors, /^[^\n]*: wrong true\n[^\n]*: well true\n$/);
  assert.equal(syslog.lost, 0);
  syslog.close();
});
