/** What rule files of older Falcos say, and Falco's readers of today partly refuse. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  diagnosticsOf,
  errorOf,
  lastFile,
  load,
  ruleOf,
  ruleText,
  warningsOf,
} from './loading.cases.ts';

const oldFields: readonly (readonly [condition: string, warning: RegExp])[] = [
  ['mesos.task.name = x', /'mesos.task.name' is of Falco before 0.41: .* has no value$/],
  ['marathon.app.label.a = x', /'marathon.app.label.a' is of Falco before 0.41/],
  ['syslog.severity < 3', /'syslog.severity' .* evt.is_syslog and evt.buffer replace it$/],
  ['k8s.pod.label.app = web', /'k8s.pod.label.app' .*: write k8s.pod.label\[app\]$/],
  ['k8s.ns.label.a.b = x', /: write k8s.ns.label\[a.b\]$/],
  ['evt.dir = <', /'evt.dir = <' always evaluates to true/],
  ['evt.latency > 1', /drop of enter events/],
];

test('old fields in conditions load with a warning', () => {
  for (const [condition, warning] of oldFields) {
    const result = load(ruleText('r', `evt.type = write and ${condition}`));
    assert.equal(errorOf(result), undefined, condition);
    const found = warningsOf(result);
    assert.equal(found.length, 1, condition);
    assert.match(found[0] ?? '', warning);
    assert.equal(result.ruleSet.rules.length, 1);
  }
});

const withoutWarning = [
  'container.image startswith nginx',
  'container.image.id = x',
  'fd.sip = 1.2.3.4',
  'proc.pcmdline contains x',
  'user.loginuid = -1',
  'evt.is_open_write = true',
  'k8s.rc.name = x',
  'k8s.deployment.name = x',
  'k8s.svc.label[app] = x',
  'fd.directory = /etc',
  'proc.loginshellid = 1',
  'thread.nametid = x',
  'evt.is_wait = true',
];

test('old fields that Falco still has load as there', () => {
  for (const condition of withoutWarning) {
    const result = load(ruleText('r', `evt.type = open and ${condition}`));
    assert.equal(errorOf(result), undefined, condition);
    assert.deepEqual(warningsOf(result), [], condition);
  }
});

const twice = ['a', 'b']
  .map(
    (name) => `- rule: ${name}
  desc: d
  condition: evt.type = write and mesos.task.name = ${name} and mesos.task.id = 1
  output: "%mesos.task.name and %k8s.pod.label.app"
  priority: INFO
`,
  )
  .join('');

test('each is named once in a file', () => {
  const result = load(twice);
  const fields = lastFile(result).warnings.map(({ deprecatedField }) => deprecatedField);
  assert.deepEqual(fields, ['mesos.task.name', 'k8s.pod.label.app', 'mesos.task.id']);
  assert.equal(load([twice, twice.replace(/rule: /g, 'rule: x')]).files[1]?.warnings.length, 3);
});

test('the container of an alert, as rules had it up to 0.40', () => {
  const text = ruleText('r', 'evt.type = open');
  const result = load(text.replace(/something happened/, '"%container.info shell=%proc.name"'));
  assert.equal(ruleOf(result).outputText, '%container.name (id=%container.id) shell=%proc.name');
  assert.match(diagnosticsOf(result).join(), /write %container.name \(id=%container.id\)/);
});

test('numbers of engine versions, short priorities and append', () => {
  const text = `- required_engine_version: 26
- rule: r
  desc: d
  condition: evt.type = execve and evt.dir=<
  output: o
  priority: INFO
- rule: r
  append: true
  condition: and user.name=root
`;
  const result = load(text);
  const rule = ruleOf(result);
  assert.equal(rule.priority, 6);
  assert.equal(rule.conditionText, 'evt.type = execve and evt.dir=< and user.name=root');
  assert.match(warningsOf(result).join('\n'), /'append' key is deprecated/);
  assert.match(errorOf(load('- required_engine_version: 64\n')) ?? '', /version/);
});
