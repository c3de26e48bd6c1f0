/** Alerts that wait: what is taken from the event, and what may come later. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeNamed } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { EventView } from '../events/event-view.ts';
import { FieldTable } from '../fields/field-catalogue.ts';
import { load, ruleOf } from '../rules/loading.cases.ts';
import { unknownContainer } from '../state/container-info.ts';
import { EventContext } from '../state/event-context.ts';
import { TestMachine, threadEntry } from '../state/machine.cases.ts';
import { AlertMaker } from './alert-maker.ts';

const ID = 'd'.repeat(12);
const RULES = `
- rule: Waits
  desc: d
  condition: evt.type = open
  output: "%proc.name in %container.name|%toupper(container.name) at %evt.num"
  priority: NOTICE
`;

/** A thread of a container that nobody knows has opened something. */
function opened() {
  const cgroups = `cpu=/docker/${'d'.repeat(64)}`;
  const m = new TestMachine().starts(threadEntry(7, { comm: 'sh', cgroups }));
  m.on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: '/x' });
  const maker = new AlertMaker({ fields: new FieldTable(), hostname: 'h', iso8601: true });
  return { m, maker, rule: ruleOf(load(RULES), 'Waits') };
}

function later(m: TestMachine): EventContext {
  const context = new EventContext(new EventView(), m.state);
  context.setThread(m.thread(7));
  return context;
}

test('what is told of the container since is filled in, all else is of the event', () => {
  const { m, maker, rule } = opened();
  const finish = maker.begin(rule, m.context);
  m.state.containers.add({ ...unknownContainer, id: ID, name: 'web' });
  m.thread(7).comm = 'renamed';
  m.on(7, PPME.PPME_SYSCALL_CLOSE_X, {});
  const alert = finish(later(m));
  assert.equal(alert.message, 'sh in web|WEB at 1');
  assert.equal(alert.outputFields.get('container.name'), 'web');
  assert.equal(alert.outputFields.get('proc.name'), 'sh');
});

test('what is not told stays unknown', () => {
  const { m, maker, rule } = opened();
  const finish = maker.begin(rule, m.context);
  assert.equal(finish(later(m)).message, 'sh in <NA>|<NA> at 1');
  assert.equal(finish().outputFields.get('container.name'), null);
});

test('what the event knew does not change', () => {
  const { m, maker, rule } = opened();
  m.state.containers.add({ ...unknownContainer, id: ID, name: 'before' });
  const finish = maker.begin(rule, m.context);
  m.state.containers.add({ ...unknownContainer, id: ID, name: 'after' });
  assert.equal(finish(later(m)).message, 'sh in before|BEFORE at 1');
});

test('of a text with several fields each is taken at its time', () => {
  const { m, maker, rule } = opened();
  const extra = load(
    '- rule: A\n  desc: d\n  condition: evt.type = open\n  priority: NOTICE\n' +
      '  output: "%proc.name in %container.name"\n',
  );
  const { output: template } = ruleOf(extra, 'A');
  const extended = {
    ...rule,
    extraFields: [{ key: 'who', templateText: '', template, raw: false }],
  };
  const finish = maker.begin(extended, m.context);
  m.state.containers.add({ ...unknownContainer, id: ID, name: 'web' });
  m.thread(7).comm = 'renamed';
  assert.equal(finish(later(m)).outputFields.get('who'), 'sh in web');
});

test('fields are about the event that tells of a container only while it is that one', () => {
  const { m, maker, rule } = opened();
  const finish = maker.begin(rule, m.context);
  const json = JSON.stringify({ container: { id: 'e'.repeat(12), name: 'other' } });
  const header = { time: m.time, tid: 0 };
  const params = { plugin_id: 0, name: 'container', data: `${json}\0` };
  m.apply(encodeNamed(PPME.PPME_ASYNCEVENT_E, header, params));
  assert.equal(finish(later(m)).message, 'sh in <NA>|<NA> at 1');
});
