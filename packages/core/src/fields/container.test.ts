import assert from 'node:assert/strict';
import test from 'node:test';
import { fromText } from '../base/byte-string.ts';
import { encodeEvent, encodeNamed } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { EventView } from '../events/event-view.ts';
import { SystemState } from '../state/system-state.ts';
import { ThreadInfo } from '../state/thread-info.ts';
import { containerFields } from './container.ts';
import type { Value } from './field.ts';
import { k8sFields } from './k8s.ts';
import { closeEvent, containerOf, find, makeEvent, Scene, valueOf } from './scene.cases.ts';
import { userFields } from './user.ts';

const fields = [...containerFields, ...k8sFields];

type Case = readonly [written: string, wanted: Value | undefined];

const web = containerOf({
  id: 'c0ffee000001',
  fullId: 'c0ffee000001'.padEnd(64, 'a'),
  type: 'docker',
  name: 'web',
  image: 'docker.io/library/nginx:1.25',
  imageId: 'sha256:11',
  imageRepository: 'docker.io/library/nginx',
  imageTag: '1.25',
  imageDigest: 'sha256:22',
  user: 'app',
  ip: '172.17.0.2',
  privileged: true,
  hostNetwork: true,
  mounts: [
    {
      source: '/srv/www',
      destination: '/usr/share/www',
      mode: 'ro',
      writable: false,
      propagation: 'rprivate',
    },
    {
      source: '/var/run/docker.sock',
      destination: '/docker.sock',
      mode: '',
      writable: true,
      propagation: '',
    },
    {
      source: '/etc\n/passwd',
      destination: '/1',
      mode: '',
      writable: true,
      propagation: 'rshared',
    },
  ],
  labels: new Map([
    ['zeta', 'last'],
    ['maintainer', 'a <b@c>'],
    ['flag', ''],
    ['annotation.x', 'hidden'],
    ['io.kubernetes.pod.name', 'web-0'],
    ['io.kubernetes.pod.namespace', 'shop'],
    ['io.kubernetes.pod.uid', '1-2-3'],
  ]),
});

function check(scene: Scene, containerId: string, cases: readonly Case[]): void {
  const context = scene.on(scene.process(7, { containerId }));
  for (const [written, wanted] of cases) {
    assert.equal(valueOf(fields, written, context), wanted, written);
  }
}

test('the host is a container called host', () => {
  check(new Scene(), '', [
    ['container.id', 'host'],
    ['container.full_id', 'host'],
    ['container.name', 'host'],
    ['container.type', 'host'],
    ['container.image', ''],
    ['container.image.id', ''],
    ['container.image.repository', ''],
    ['container.image.tag', ''],
    ['container.image.digest', ''],
    ['container.privileged', false],
    ['container.host_pid', false],
    ['container.host_network', false],
    ['container.host_ipc', false],
    ['container.mounts', ''],
    ['container.mount[0]', undefined],
    ['container.mount.source[.]', undefined],
    ['container.ip', ''],
    ['container.cni.json', ''],
    ['container.label[x]', undefined],
    ['container.labels', ''],
    ['container.start_ts', undefined],
    ['container.duration', undefined],
    ['k8s.pod.name', undefined],
    ['k8s.ns.name', undefined],
    ['k8s.pod.id', undefined],
    ['k8s.pod.sandbox_id', ''],
    ['k8s.pod.full_sandbox_id', ''],
    ['k8s.pod.label[x]', undefined],
    ['k8s.pod.labels', ''],
    ['k8s.pod.ip', ''],
    ['k8s.pod.cni.json', ''],
  ]);
});

test('metadata of a container', () => {
  const scene = new Scene();
  scene.contain(web);
  check(scene, web.id, [
    ['container.id', 'c0ffee000001'],
    ['container.full_id', web.fullId],
    ['container.name', 'web'],
    ['container.type', 'docker'],
    ['container.image', 'docker.io/library/nginx:1.25'],
    ['container.image.id', 'sha256:11'],
    ['container.image.repository', 'docker.io/library/nginx'],
    ['container.image.tag', '1.25'],
    ['container.image.digest', 'sha256:22'],
    ['container.privileged', true],
    ['container.host_pid', false],
    ['container.host_network', true],
    ['container.host_ipc', false],
    ['container.ip', '172.17.0.2'],
    ['container.cni.json', ''],
    ['container.label[maintainer]', 'a <b@c>'],
    ['container.label[flag]', ''],
    ['container.label[nothing]', undefined],
    ['container.label[annotation.x]', 'hidden'],
    ['container.labels', 'flag, maintainer:a <b@c>, zeta:last'],
    ['k8s.pod.name', 'web-0'],
    ['k8s.ns.name', 'shop'],
    ['k8s.pod.id', '1-2-3'],
    ['k8s.pod.uid', '1-2-3'],
  ]);
});

test('mounts by position and by pattern', () => {
  const scene = new Scene();
  scene.contain(web);
  const www = '/srv/www:/usr/share/www:ro:false:rprivate';
  const socket = '/var/run/docker.sock:/docker.sock::true:';
  check(scene, web.id, [
    ['container.mounts', `${www},${socket},/etc\n/passwd:/1::true:rshared`],
    ['container.mount[0]', www],
    ['container.mount[1]', socket],
    ['container.mount[3]', undefined],
    ['container.mount[srv]', www],
    ['container.mount[^/var/run/]', socket],
    ['container.mount[run$]', undefined],
    ['container.mount[^tmp]', undefined],
    ['container.mount[docker*\\.so[c-k]+$]', socket],
    ['container.mount[^/passwd$]', '/etc\n/passwd:/1::true:rshared'],
    // A leading zero makes it a pattern.
    ['container.mount[00]', undefined],
    ['container.mount.source[01]', undefined],
    ['container.mount.source[1]', '/var/run/docker.sock'],
    // The source is found by the destination, all others by the source.
    ['container.mount.source[/share]', '/srv/www'],
    ['container.mount.source[/srv]', undefined],
    ['container.mount.dest[/srv]', '/usr/share/www'],
    ['container.mount.dest[/share]', undefined],
    ['container.mount.mode[/srv]', 'ro'],
    ['container.mount.rdwr[/srv]', 'false'],
    ['container.mount.rdwr[1]', 'true'],
    ['container.mount.propagation[0]', 'rprivate'],
    ['container.mount.propagation[etc]', 'rshared'],
  ]);
});

test('a pattern is compiled once and refused when it is none', () => {
  const [field, argument] = find(fields, 'container.mount[(]');
  assert.match(String(field.bind(argument)), /^container\.mount\[\(\]: .*missing/);
});

test('a pattern looks again when the metadata is replaced', () => {
  const scene = new Scene();
  scene.contain(web);
  const context = scene.on(scene.process(7, { containerId: web.id }));
  const [field, argument] = find(fields, 'container.mount.dest[/srv]');
  const extract = field.bind(argument);
  assert.ok(typeof extract === 'function');
  assert.equal(extract(context), '/usr/share/www');
  scene.contain({ ...web, mounts: [] });
  assert.equal(extract(context), undefined);
});

test('without metadata only the id is known', () => {
  const scene = new Scene();
  const context = scene.on(scene.process(7, { containerId: 'deadbeef0001' }));
  for (const { name, argument } of fields) {
    const written = argument === undefined ? name : `${name}[0]`;
    const wanted = name === 'container.id' ? 'deadbeef0001' : undefined;
    assert.equal(valueOf(fields, written, context), wanted, written);
  }
});

test('start and age are those of the pid namespace, with or without metadata', () => {
  const start = 1_700_000_000_000_000_000n;
  const event = makeEvent(PPME.PPME_SYSCALL_CLOSE_X, [0], { num: 1, time: start + 9n });
  for (const containerId of ['', 'deadbeef0001']) {
    const scene = new Scene();
    const context = scene.on(scene.process(7, { containerId, pidnsInitStart: start }), event);
    assert.equal(valueOf(fields, 'container.start_ts', context), start);
    assert.equal(valueOf(fields, 'container.duration', context), 9);
  }
});

test('without a thread everything is absent, but on events about a container', () => {
  const scene = new Scene();
  const without = scene.on(undefined);
  for (const { name, argument } of fields) {
    const written = argument === undefined ? name : `${name}[0]`;
    assert.equal(valueOf(fields, written, without), undefined, written);
  }
  scene.announce(web, 5);
  const announcing = scene.on(undefined, closeEvent(5));
  assert.equal(valueOf(fields, 'container.id', announcing), web.id);
  assert.equal(valueOf(fields, 'container.name', announcing), 'web');
  assert.equal(valueOf(fields, 'container.start_ts', announcing), undefined);
  const after = scene.on(undefined, closeEvent(6));
  assert.equal(valueOf(fields, 'container.id', after), undefined);
});

test('a pod: address, CNI result and labels are those of its sandbox', () => {
  const sandbox = containerOf({
    id: '5a5a5a5a5a5a',
    ip: '10.0.0.9',
    cniJson: '{"cni":1}',
    podSandboxLabels: new Map([
      ['app', 'shop'],
      ['annotation.y', ''],
      ['tier', ''],
    ]),
  });
  const fullSandboxId = '5a5a5a5a5a5a'.padEnd(64, '0');
  const inPod = {
    ...web,
    ip: '10.0.0.1',
    podSandboxId: fullSandboxId,
    podSandboxLabels: new Map([['own', 'yes']]),
  };
  const scene = new Scene();
  scene.contain(sandbox);
  scene.contain(inPod);
  check(scene, inPod.id, [
    ['k8s.pod.sandbox_id', '5a5a5a5a5a5a'],
    ['k8s.pod.full_sandbox_id', fullSandboxId],
    ['k8s.pod.ip', '10.0.0.9'],
    ['k8s.pod.cni.json', '{"cni":1}'],
    ['k8s.pod.labels', 'app:shop, tier'],
    ['k8s.pod.label[app]', 'shop'],
    ['k8s.pod.label[own]', 'yes'],
    ['k8s.pod.label[none]', undefined],
    ['container.ip', '10.0.0.1'],
  ]);
  const alone = new Scene();
  alone.contain(inPod);
  check(alone, inPod.id, [
    ['k8s.pod.ip', undefined],
    ['k8s.pod.cni.json', undefined],
    ['k8s.pod.labels', 'own:yes'],
    ['k8s.pod.label[own]', 'yes'],
  ]);
  const selfContained = new Scene();
  selfContained.contain(sandbox);
  selfContained.contain({ ...inPod, cniJson: '{}' });
  check(selfContained, inPod.id, [
    ['k8s.pod.ip', '10.0.0.1'],
    ['k8s.pod.cni.json', '{}'],
    ['k8s.pod.labels', 'own:yes'],
    ['k8s.pod.label[app]', undefined],
  ]);
});

test('retired fields never have a value, and say so in advance', () => {
  const scene = new Scene();
  scene.contain(web);
  const context = scene.on(scene.process(7, { containerId: web.id }));
  const retired = fields.filter((field) => field.deprecated === true);
  assert.equal(retired.length, 25);
  for (const field of retired) {
    const written = field.argument === undefined ? field.name : `${field.name}[app]`;
    assert.equal(valueOf(fields, written, context), undefined, written);
    assert.equal(field.known?.(0, undefined), 'absent', written);
  }
});

test('metadata that events bring, and take away again', () => {
  const id = 'c0ffee000001';
  const container = {
    id,
    full_id: id.padEnd(64, 'a'),
    type: 0,
    name: 'wéb',
    image: 'nginx:1',
    User: 'app',
    labels: { app: 'shop', 'io.kubernetes.pod.name': 'web-0' },
    privileged: true,
    ip: 7,
    Mounts: [{ Source: '/s', Destination: '/d', Mode: 'ro', RW: false, Propagation: 'p' }],
  };
  const about = (name: string) =>
    encodeNamed(
      PPME.PPME_ASYNCEVENT_E,
      { time: 0, tid: 1 },
      {
        name,
        data: fromText(`${JSON.stringify({ container })}\0`),
      },
    );
  const event = new EventView();
  const state = new SystemState(event);
  state.finishSnapshot();
  const thread = Object.assign(new ThreadInfo(1), { pid: 1, ptid: 0, containerId: id });
  state.threads.add(thread);
  const apply = (record: Uint8Array<ArrayBuffer>): void => {
    event.attach(record, new DataView(record.buffer));
    assert.ok(event.place(0, record.length));
    event.num++;
    state.apply();
  };
  const values = () =>
    ['container.id', 'container.name', 'container.type', 'user.name'].map((name) =>
      valueOf([...fields, ...userFields], name, state.context),
    );
  const close = encodeEvent(PPME.PPME_SYSCALL_CLOSE_X, { time: 0, tid: 1 }, [0, 3]);
  apply(close);
  assert.deepEqual(values(), [id, undefined, undefined, '<NA>']);
  apply(about('container'));
  assert.equal(state.context.thread, undefined, 'whatever thread the header names');
  assert.deepEqual(values(), [id, 'w\xc3\xa9b', 'docker', 'app']);
  apply(close);
  assert.deepEqual(values(), [id, 'w\xc3\xa9b', 'docker', '<NA>']);
  const wanted: readonly Case[] = [
    ['container.image', 'nginx:1'],
    ['container.privileged', true],
    ['container.ip', ''],
    ['container.label[app]', 'shop'],
    ['container.labels', 'app:shop'],
    ['container.mounts', '/s:/d:ro:false:p'],
    ['k8s.pod.name', 'web-0'],
  ];
  for (const [written, value] of wanted) {
    assert.equal(valueOf(fields, written, state.context), value, written);
  }
  apply(about('container_removed'));
  assert.deepEqual(values(), [id, 'w\xc3\xa9b', 'docker', 'app']);
  apply(close);
  assert.deepEqual(values(), [id, undefined, undefined, '<NA>']);
});
