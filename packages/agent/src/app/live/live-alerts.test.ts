/** Alerts that wait for the name of a container show that one's name, or none: never another's. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { load, ruleOf } from '@saker/core/rules/loading.cases.ts';
import { TestMachine, threadEntry } from '@saker/core/state/machine.cases.ts';
import { loadConfig } from '../../config/load-config.ts';
import { encodeContainerEvent } from '../../enrich/container-event.ts';
import { LiveAlerts } from './live-alerts.ts';

const IDS = { web: 'a'.repeat(12), db: 'b'.repeat(12) };
const RULE = `
- rule: Opened
  desc: d
  condition: evt.type = open
  output: "%proc.name in %container.name"
  priority: NOTICE
`;

/** Two containers that nobody knows, with a process each: 1 and 2. */
function alerts(waitMs: number) {
  const entry = (tid: number, id: string) =>
    threadEntry(tid, { cgroups: `cpu=/docker/${id.padEnd(64, id)}` });
  const m = new TestMachine().starts(entry(1, IDS.web), entry(2, IDS.db));
  const written: string[] = [];
  const { config } = loadConfig({ file: undefined, options: [], environment: {} });
  const maker = new AlertMaker({ fields: new FieldTable(), hostname: 'h', iso8601: true });
  const live = new LiveAlerts({
    lines: () => config.lines,
    state: m.state,
    waitMs,
    write: ({ line }) => written.push(/p\d in \S+/.exec(line)?.[0] ?? line),
    onAlert: () => undefined,
    isAwaited: (id) => m.state.containers.get(id) === undefined,
  });
  const rule = ruleOf(load(RULE), 'Opened');
  const open = (tid: number): void => {
    m.on(tid, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: '/x' });
    live.onMatch(rule, m.context, maker);
  };
  const tell = (id: string, name: string): void => {
    m.apply(encodeContainerEvent(JSON.stringify({ container: { id, name } }), m.time));
    live.onContainer(id);
  };
  return { m, live, written, open, tell };
}

test('each gets the name of its own container, of processes that are gone as well', () => {
  const { m, written, open, tell } = alerts(60_000);
  open(1);
  open(2);
  m.state.threads.remove(1);
  tell(IDS.web, 'web');
  assert.deepEqual(written, ['p1 in web']);
  tell(IDS.db, 'db');
  assert.deepEqual(written, ['p1 in web', 'p2 in db']);
});

test('time is over just when another container was told of', () => {
  const { live, written, open, tell } = alerts(0);
  open(1);
  tell(IDS.db, 'db');
  live.tick();
  assert.deepEqual(written, ['p1 in <NA>']);
  assert.equal(live.unnamed, 1);
});
