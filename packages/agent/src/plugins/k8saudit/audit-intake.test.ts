/** What the intake does when the thread that splits payloads ends over one of them. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { readAuditConfig } from './audit-config.ts';
import { AuditCounters } from './audit-counters.ts';
import { AuditIntake } from './audit-intake.ts';
import { auditEvent, TestSink, until } from './audit-source.cases.ts';
import { ProblemLog } from './problem-log.ts';

/** No content type: looking at it is a mistake that ends the thread. */
const NO_TYPE = 7 as unknown as string;

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function openIntake(context: TestContext) {
  const sink = new TestSink();
  const counters = new AuditCounters();
  const told: string[] = [];
  const problems = new ProblemLog((message) => told.push(message));
  const intake = new AuditIntake({ config: readAuditConfig({}), sink, counters, problems });
  context.after(() => intake.close());
  return { intake, sink, counters, told };
}

test('a payload that ends the thread is lost and told of, and the next one is not', async (context) => {
  const { intake, sink, counters, told } = openIntake(context);
  const answer = await intake.takeBody(NO_TYPE, bytesOf('{}'));
  assert.equal(answer.status, 503);
  assert.equal(counters.payloadsLost, 1);
  assert.match(told[0] ?? '', /^a webhook request: 2 bytes are lost: /);
  const next = await intake.takeBody('application/json', bytesOf(auditEvent('a')));
  assert.equal(next.status, 200);
  await until('the event', () => sink.texts.length === 1);
  await intake.done();
  assert.deepEqual([sink.ids, counters.payloadsLost], [['a'], 1]);
});

test('a closed intake takes nothing, and keeps nobody waiting', async (context) => {
  const { intake, sink, told } = openIntake(context);
  sink.isFull = true;
  await intake.takeLines({ bytes: bytesOf(auditEvent('a')), firstLine: 1 }, 'a file');
  const done = intake.done();
  const answer = intake.takeBody('application/json', bytesOf(auditEvent('b')));
  await intake.close();
  await done;
  assert.equal((await answer).status, 503);
  assert.equal((await intake.takeBody('application/json', bytesOf('{}'))).status, 503);
  await intake.takeLines({ bytes: bytesOf('{}'), firstLine: 1 }, 'a file');
  assert.deepEqual([sink.texts, told], [[], []]);
});
