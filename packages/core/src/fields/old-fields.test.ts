import assert from 'node:assert/strict';
import test from 'node:test';
import { encodeNamed, viewRecord } from '../events/encode.ts';
import type { ParamInput } from '../events/encode-param.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { FdType } from '../events/fd-type.ts';
import type { EventContext } from '../state/event-context.ts';
import { FdInfo } from '../state/fd-info.ts';
import type { Value } from './field.ts';
import { FieldTable } from './field-catalogue.ts';
import { oldFields } from './old-fields.ts';
import { containerOf, Scene, valueOf } from './scene.cases.ts';

/** A write of `data` to the socket at `path`. */
function write(data: ParamInput, path = '/dev/log'): EventContext {
  const scene = new Scene();
  const thread = scene.process(7, {});
  const params = { res: 5, fd: 3, size: 80, data };
  const context = scene.on(
    thread,
    viewRecord(encodeNamed(PPME.PPME_SYSCALL_WRITE_X, { time: 1n, tid: 7 }, params)),
  );
  context.fd = new FdInfo(FdType.UNIX_SOCK, context.state.texts.internString(`->${path}`));
  context.fdNumber = 3;
  return context;
}

const names = ['facility', 'facility.str', 'severity', 'severity.str', 'message'];
const absent = names.map(() => undefined);

const messages: readonly (readonly [data: string, wanted: readonly (Value | undefined)[]])[] = [
  ['<13>May 1 me: x', [1, 'user', 5, 'notice', 'May 1 me: x']],
  ['<0>panic', [0, 'kern', 0, 'emerg', 'panic']],
  ['<191>', [23, 'local7', 7, 'debug', '']],
  ['<999>x', [124, '<NA>', 7, 'debug', 'x']],
  ['no number', absent],
  ['<>x', absent],
  ['<13', absent],
];

function syslogOf(context: EventContext): (Value | undefined)[] {
  return names.map((name) => valueOf(oldFields, `syslog.${name}`, context));
}

test('what a message to the system log says', () => {
  for (const [data, wanted] of messages) assert.deepEqual(syslogOf(write(data)), wanted, data);
  assert.deepEqual(syslogOf(write('<13>x', '/run/other')), absent);
  assert.deepEqual(syslogOf(write(undefined)), absent);
});

test('metadata of Mesos is absent', () => {
  assert.equal(valueOf(oldFields, 'mesos.task.name', write('x')), undefined);
  const table = new FieldTable();
  for (const name of ['mesos.task.label', 'marathon.app.label']) {
    assert.ok(table.bind({ name: `${name}.a.b`, argument: undefined }), name);
    assert.ok(table.bind({ name, argument: 'a.b' }), name);
  }
});

test('labels of pods behind a dot, which may have dots themselves', () => {
  const table = new FieldTable();
  const bound = table.bind({ name: 'k8s.pod.label.app.part', argument: undefined });
  const extract = bound?.field.bind(bound.argument);
  assert.ok(typeof extract === 'function');
  const scene = new Scene();
  const podSandboxLabels = new Map([['app.part', 'web']]);
  scene.contain(containerOf({ id: 'c0ffee', podSandboxLabels, cniJson: 'x' }));
  const thread = scene.process(7, { containerId: 'c0ffee' });
  assert.equal(extract(scene.on(thread)), 'web');
  assert.equal(table.longestField('k8s.pod.label.app x'), 'k8s.pod.label.app'.length);
});
