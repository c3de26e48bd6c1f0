import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '@saker/core/engine/alert.ts';
import { internalAlert } from '@saker/core/engine/internal-alert.ts';
import { unknownContainer } from '@saker/core/state/container-info.ts';
import { FalcoEvents, podOf } from './falco-events.ts';

function alert(facts: Partial<Alert> = {}): Alert {
  return {
    rule: 'R',
    priority: 3,
    source: 'syscall',
    tags: ['a', 'b'],
    hostname: 'h',
    time: 0,
    timeText: '',
    timeUtc: '',
    message: '',
    outputFields: new Map(),
    ...facts,
  };
}

function seriesOf(events: FalcoEvents) {
  return events.families()[0]?.samples ?? [];
}

test('the labels are those of the exporter', () => {
  const events = new FalcoEvents();
  events.add(alert());
  assert.deepEqual(seriesOf(events), [
    {
      labels: {
        rule: 'R',
        priority: '3',
        hostname: 'h',
        source: 'syscall',
        k8s_ns_name: '',
        k8s_pod_name: '',
        tags: ',a,b,',
      },
      value: 1,
    },
  ]);
});

test('each pod has a series of its own, by what is known of it or by what the alert shows', () => {
  const events = new FalcoEvents();
  const shown = new Map([
    ['k8s.ns.name', 'ns'],
    ['k8s.pod.name', 'p1'],
  ]);
  events.add(alert({ outputFields: shown }));
  events.add(alert({ outputFields: shown }), { namespace: 'ns', name: 'p1' });
  events.add(alert(), { namespace: 'ns', name: 'p2' });
  events.add(alert({ outputFields: new Map([['k8s.pod.name', null]]) }));
  const counts = seriesOf(events).map(({ labels, value }) => [labels?.['k8s_pod_name'], value]);
  assert.deepEqual(counts, [
    ['p1', 2],
    ['p2', 1],
    ['', 1],
  ]);
});

test('alerts about the program itself are none of rules', () => {
  const events = new FalcoEvents();
  const message = { rule: 'Falco internal: x', priority: 6, text: 't', fields: {} } as const;
  events.add(internalAlert(message, 0, { hostname: 'h', iso8601: false }));
  assert.deepEqual(seriesOf(events), []);
});

test('what was counted least recently makes room', () => {
  const events = new FalcoEvents();
  const add = (pod: number) => events.add(alert(), { namespace: 'ns', name: String(pod) });
  for (let pod = 0; pod < 4000; pod++) add(pod);
  add(0);
  add(4000);
  const pods = seriesOf(events).map(({ labels }) => labels?.['k8s_pod_name']);
  assert.equal(pods.length, 4000);
  assert.ok(pods.includes('0'));
  assert.ok(!pods.includes('1'));
  assert.equal(events.evictions, 1);
});

test('the pod of a container is that of its labels', () => {
  const labels = new Map([
    ['io.kubernetes.pod.name', 'web-0'],
    ['io.kubernetes.pod.namespace', 'shop'],
  ]);
  assert.deepEqual(podOf({ ...unknownContainer, labels }), { namespace: 'shop', name: 'web-0' });
  assert.equal(podOf(unknownContainer), undefined);
  assert.equal(podOf(undefined), undefined);
});
