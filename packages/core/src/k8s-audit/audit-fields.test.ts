/** Every field on a document made for it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fromText, toText } from '../base/byte-string.ts';
import { PPME } from '../events/event-codes.gen.ts';
import type { Value } from '../fields/field.ts';
import { closeEvent, find, makeEvent, Scene, valueOf } from '../fields/scene.cases.ts';
import { jsonFields } from '../json/json-fields.ts';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { auditFields } from './audit-fields.ts';

const scene = new Scene();
let number = 0;

function contextOf(document: unknown) {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const header = { num: ++number, time: 0 };
  const event = makeEvent(PPME.PPME_PLUGINEVENT_E, [1, fromText(text)], header);
  return scene.on(undefined, event);
}

function unicode(value: Value | undefined): unknown {
  if (typeof value !== 'object') return value === undefined ? undefined : toText(String(value));
  return value.map((item) => toText(String(item)));
}

/** Of an audit event with these members. */
function shown(members: object, field: string): unknown {
  return unicode(valueOf(auditFields, field, contextOf({ auditID: 'id', ...members })));
}

const annotations = {
  'authorization.k8s.io/decision': 'allow',
  'authorization.k8s.io/reason': 'RBAC',
  'authentication.openshift.io/decision': 'deny',
  'authentication.openshift.io/username': 'kubeadmin',
  'validation.policy.admission.k8s.io/validation_failure': '[{"message":"no"}]',
  'pod-security.kubernetes.io/audit-violations': 'would violate "restricted"',
  cluster_name: 'blue',
};

const request = {
  stage: 'ResponseComplete',
  annotations,
  user: { username: 'zoë', groups: ['g1', 'g2'] },
  impersonatedUser: { username: 'root' },
  verb: 'create',
  requestURI: '/api/v1/pods/p/exec?command=sh&command=-c&container=a%20b&x=1%2B1&y=a+b&empty=&none',
  objectRef: { name: 'web', namespace: 'ns', resource: 'pods', subresource: '' },
  responseObject: { metadata: { name: 'web-1' } },
  responseStatus: { code: 201, reason: 'Created' },
  userAgent: 'kubectl/v1.30',
  sourceIPs: ['10.0.0.1', '::1'],
};

const binding = {
  requestObject: {
    roleRef: { name: 'cluster-admin' },
    subjects: [
      { kind: 'User', name: 'ann' },
      { kind: 'ServiceAccount', name: 'builder', namespace: 'ci' },
      { kind: 'Group', name: 'dev' },
      { kind: 'ServiceAccount', name: 'lost' },
      { kind: 'User' },
      { kind: 'User', name: 'bob' },
    ],
  },
};

const configMap = {
  objectRef: { name: 'settings' },
  requestObject: { data: { password: 'x', n: 1 } },
};

const containers = [
  {
    name: 'a',
    image: 'registry:5000/nginx:1.25',
    command: ['sh', '-c'],
    args: ['echo', 'a b'],
    ports: [{ hostPort: 80, containerPort: 8080 }, { containerPort: 9090 }, {}],
    securityContext: {
      privileged: true,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsUser: 1000,
      procMount: 'Default',
      capabilities: { add: ['NET_ADMIN', 'SYS_TIME'] },
    },
  },
  { name: 'b', image: 'falcosecurity/falco@sha256:abc', securityContext: { runAsGroup: 7 } },
  { name: 'c', image: 'busybox', securityContext: null },
];

const pod = {
  requestObject: {
    spec: {
      containers,
      initContainers: containers.toReversed(),
      ephemeralContainers: containers.slice(1),
      hostIPC: true,
      hostNetwork: true,
      hostPID: false,
      securityContext: { runAsUser: 42, runAsGroup: 43, fsGroup: 44, supplementalGroups: [1, 2] },
      volumes: [
        { name: 'v1', hostPath: { path: '/var/run/docker.sock', type: '' } },
        { name: 'v2', emptyDir: {} },
        { name: 'v3', flexVolume: { driver: 'd/e' } },
        { name: 'v4', hostPath: { path: '/etc' } },
      ],
    },
  },
};

const role = {
  requestObject: {
    rules: [
      { apiGroups: ['', 'apps'], resources: ['pods', 'pods/exec'], verbs: ['*'] },
      { nonResourceURLs: ['/metrics'], verbs: ['get', 'list'] },
    ],
  },
};

const service = {
  requestObject: {
    spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }, { port: 81 }] },
  },
};

const cases: readonly (readonly [document: object, field: string, value: unknown])[] = [
  [{}, 'ka.auditid', 'id'],
  [request, 'ka.stage', 'ResponseComplete'],
  [request, 'ka.auth.decision', 'allow'],
  [request, 'ka.auth.reason', 'RBAC'],
  [request, 'ka.auth.openshift.decision', 'deny'],
  [request, 'ka.auth.openshift.username', 'kubeadmin'],
  [request, 'ka.validations.admission.policy.failure', '[{"message":"no"}]'],
  [request, 'ka.security.pod.violations', 'would violate "restricted"'],
  [request, 'ka.user.name', 'zoë'],
  [request, 'ka.user.groups', ['g1', 'g2']],
  [{ user: { groups: 'g1' } }, 'ka.user.groups', undefined],
  [{ user: { groups: [] } }, 'ka.user.groups', undefined],
  [{ user: { groups: [null, 1, ['x']] } }, 'ka.user.groups', ['1', '["x"]']],
  [request, 'ka.impuser.name', 'root'],
  [request, 'ka.verb', 'create'],
  [request, 'ka.uri', request.requestURI],
  [request, 'ka.uri.param[command]', 'sh'],
  [request, 'ka.uri.param[container]', 'a b'],
  [request, 'ka.uri.param[x]', '1+1'],
  [request, 'ka.uri.param[y]', 'a b'],
  [request, 'ka.uri.param[empty]', ''],
  [request, 'ka.uri.param[none]', ''],
  [request, 'ka.uri.param[missing]', undefined],
  [{ requestURI: '/x?a=%zz&a=1;2&a=%c3%a9#b=1' }, 'ka.uri.param[a]', 'é'],
  [{ requestURI: '/x?a=1#b=1?b=2' }, 'ka.uri.param[b]', undefined],
  [{ requestURI: '/x' }, 'ka.uri.param[x]', undefined],
  [request, 'ka.target.name', 'web'],
  [request, 'ka.target.namespace', 'ns'],
  [request, 'ka.target.resource', 'pods'],
  [request, 'ka.target.subresource', ''],
  [{ objectRef: { resource: 'pods' } }, 'ka.target.subresource', undefined],
  [request, 'ka.target.pod.name', 'web-1'],
  [
    { ...request, objectRef: { resource: 'pods', subresource: 'exec' } },
    'ka.target.pod.name',
    undefined,
  ],
  [{ ...request, objectRef: { resource: 'services' } }, 'ka.target.pod.name', undefined],
  [binding, 'ka.req.binding.role', 'cluster-admin'],
  [
    binding,
    'ka.req.binding.subjects',
    binding.requestObject.subjects.map((each) => JSON.stringify(each)),
  ],
  [binding, 'ka.req.binding.subjects.user_names', ['ann', 'bob']],
  [binding, 'ka.req.binding.subjects.serviceaccount_names', ['builder', 'lost']],
  [binding, 'ka.req.binding.subjects.serviceaccount_ns_names', ['ci:builder']],
  [binding, 'ka.req.binding.subjects.group_names', ['dev']],
  [pod, 'ka.req.binding.subjects.group_names', undefined],
  [binding, 'ka.req.binding.subject.has_name[ann]', 'true'],
  [configMap, 'ka.req.configmap.name', 'settings'],
  [configMap, 'ka.req.configmap.obj', '{"password":"x","n":1}'],
  [pod, 'ka.req.pod.containers.args', ['echo a b']],
  [pod, 'ka.req.pod.containers.args[0]', ['echo a b']],
  [pod, 'ka.req.pod.containers.args[1]', undefined],
  [pod, 'ka.req.pod.containers.command', ['sh -c']],
  [
    { requestObject: { spec: { containers: [{ command: 'sh' }] } } },
    'ka.req.pod.containers.command',
    undefined,
  ],
  [
    { requestObject: { spec: { containers: [{ command: ['sh', 1] }] } } },
    'ka.req.pod.containers.command',
    undefined,
  ],
  [pod, 'ka.req.pod.containers.name', ['a', 'b', 'c']],
  [pod, 'ka.req.pod.containers.name[1]', ['b']],
  [pod, 'ka.req.pod.containers.name[3]', undefined],
  [pod, 'ka.req.pod.containers.image', containers.map(({ image }) => image)],
  [
    { requestObject: { spec: { containers: [{ image: 'a' }, {}] } } },
    'ka.req.pod.containers.image',
    undefined,
  ],
  [pod, 'ka.req.container.image', 'registry:5000/nginx:1.25'],
  [pod, 'ka.req.pod.containers.image.repository', ['registry', 'falcosecurity/falco', 'busybox']],
  [pod, 'ka.req.pod.containers.image.repository[1]', ['falcosecurity/falco']],
  [pod, 'ka.req.container.image.repository', 'registry'],
  [pod, 'ka.req.pod.host_ipc', 'true'],
  [pod, 'ka.req.pod.host_network', 'true'],
  [pod, 'ka.req.container.host_network', 'true'],
  [pod, 'ka.req.pod.host_pid', 'false'],
  [pod, 'ka.req.pod.containers.host_port', ['80', '9090']],
  [pod, 'ka.req.pod.containers.host_port[2]', undefined],
  [pod, 'ka.req.pod.containers.privileged', ['true']],
  [pod, 'ka.req.pod.containers.privileged[0]', ['true']],
  [pod, 'ka.req.pod.containers.privileged[1]', undefined],
  [pod, 'ka.req.container.privileged', 'true'],
  [{ requestObject: { spec: { containers: [{}] } } }, 'ka.req.container.privileged', 'false'],
  [{}, 'ka.req.container.privileged', undefined],
  [pod, 'ka.req.pod.containers.allow_privilege_escalation', ['false']],
  [pod, 'ka.req.pod.containers.read_only_fs', ['true']],
  [pod, 'ka.req.pod.run_as_user', '42'],
  [pod, 'ka.req.pod.containers.run_as_user', ['1000']],
  [pod, 'ka.req.pod.containers.eff_run_as_user', ['1000', '42', '42']],
  [pod, 'ka.req.pod.containers.eff_run_as_user[2]', ['42']],
  [
    { requestObject: { spec: { containers: [{}] } } },
    'ka.req.pod.containers.eff_run_as_user',
    ['0'],
  ],
  [pod, 'ka.req.pod.run_as_group', '43'],
  [pod, 'ka.req.pod.containers.run_as_group', ['7']],
  [pod, 'ka.req.pod.containers.eff_run_as_group', ['43', '7', '43']],
  [pod, 'ka.req.pod.containers.proc_mount', ['Default']],
  [role, 'ka.req.role.rules', role.requestObject.rules.map((each) => JSON.stringify(each))],
  [role, 'ka.req.role.rules.apiGroups', ['', 'apps']],
  [role, 'ka.req.role.rules.nonResourceURLs', ['/metrics']],
  [role, 'ka.req.role.rules.verbs', ['*', 'get', 'list']],
  [role, 'ka.req.role.rules.verbs[1]', ['get', 'list']],
  [role, 'ka.req.role.rules.resources', ['pods', 'pods/exec']],
  [role, 'ka.req.role.rules.resources[1]', undefined],
  [pod, 'ka.req.pod.fs_group', '44'],
  [pod, 'ka.req.pod.supplemental_groups', ['1', '2']],
  [pod, 'ka.req.pod.containers.add_capabilities', ['["NET_ADMIN","SYS_TIME"]']],
  [service, 'ka.req.service.type', 'NodePort'],
  [service, 'ka.req.service.ports', ['{"port":80,"nodePort":30080}', '{"port":81}']],
  [service, 'ka.req.service.ports[1]', ['{"port":81}']],
  [pod, 'ka.req.pod.volumes.hostpath', ['/var/run/docker.sock', '/etc']],
  [pod, 'ka.req.pod.volumes.hostpath[3]', ['/etc']],
  [pod, 'ka.req.volume.hostpath[/etc]', 'true'],
  [pod, 'ka.req.volume.hostpath[/var/*]', 'true'],
  [pod, 'ka.req.volume.hostpath[/var]', 'false'],
  [service, 'ka.req.volume.hostpath[/etc]', undefined],
  [pod, 'ka.req.pod.volumes.flexvolume_driver', ['d/e']],
  [pod, 'ka.req.pod.volumes.volume_type', ['hostPath', 'emptyDir', 'flexVolume', 'hostPath']],
  [request, 'ka.resp.name', 'web-1'],
  [request, 'ka.response.code', '201'],
  [request, 'ka.response.reason', 'Created'],
  [request, 'ka.useragent', 'kubectl/v1.30'],
  [request, 'ka.sourceips', ['10.0.0.1', '::1']],
  [request, 'ka.sourceips[1]', ['::1']],
  [request, 'ka.cluster.name', 'blue'],
  [pod, 'ka.req.pod.initContainers.name', ['c', 'b', 'a']],
  [pod, 'ka.req.pod.initContainers.image', containers.map(({ image }) => image).toReversed()],
  [pod, 'ka.req.pod.initContainers.image.repository[1]', ['falcosecurity/falco']],
  [pod, 'ka.req.pod.initContainers.command', ['sh -c']],
  [pod, 'ka.req.pod.initContainers.args', ['echo a b']],
  [pod, 'ka.req.pod.initContainers.privileged', ['true']],
  [pod, 'ka.req.pod.initContainers.allow_privilege_escalation', ['false']],
  [pod, 'ka.req.pod.initContainers.read_only_fs', ['true']],
  [pod, 'ka.req.pod.initContainers.run_as_user', ['1000']],
  [pod, 'ka.req.pod.initContainers.eff_run_as_user', ['42', '42', '1000']],
  [pod, 'ka.req.pod.initContainers.run_as_group', ['7']],
  [pod, 'ka.req.pod.initContainers.eff_run_as_group', ['43', '7', '43']],
  [pod, 'ka.req.pod.initContainers.proc_mount', ['Default']],
  [pod, 'ka.req.pod.initContainers.add_capabilities', ['["NET_ADMIN","SYS_TIME"]']],
  [pod, 'ka.req.pod.initContainers.host_port', ['80', '9090']],
  [pod, 'ka.req.pod.ephemeralContainers.name', ['b', 'c']],
  [pod, 'ka.req.pod.ephemeralContainers.image', ['falcosecurity/falco@sha256:abc', 'busybox']],
  [pod, 'ka.req.pod.ephemeralContainers.image.repository', ['falcosecurity/falco', 'busybox']],
  [pod, 'ka.req.pod.ephemeralContainers.command', undefined],
  [pod, 'ka.req.pod.ephemeralContainers.args', undefined],
  [pod, 'ka.req.pod.ephemeralContainers.privileged', undefined],
  [pod, 'ka.req.pod.ephemeralContainers.allow_privilege_escalation', undefined],
  [pod, 'ka.req.pod.ephemeralContainers.read_only_fs', undefined],
  [pod, 'ka.req.pod.ephemeralContainers.run_as_user', undefined],
  [pod, 'ka.req.pod.ephemeralContainers.eff_run_as_user', ['42', '42']],
  [pod, 'ka.req.pod.ephemeralContainers.run_as_group', ['7']],
  [pod, 'ka.req.pod.ephemeralContainers.eff_run_as_group', ['7', '43']],
  [pod, 'ka.req.pod.ephemeralContainers.proc_mount', undefined],
  [pod, 'ka.req.pod.ephemeralContainers.add_capabilities', undefined],
];

for (const [document, field, value] of cases) {
  test(`${field} is ${JSON.stringify(value)}`, () =>
    assert.deepEqual(shown(document, field), value));
}

test('every field has a case', () => {
  const covered = new Set(cases.map(([, field]) => field.replace(/\[.*/, '')));
  assert.deepEqual(
    auditFields.map(({ name }) => name).filter((name) => !covered.has(name)),
    [],
  );
});

test('what has no audit id has no values', () => {
  const context = contextOf({ ...request, ...pod });
  for (const field of auditFields) {
    const written = field.argument?.required === true ? `${field.name}[x]` : field.name;
    assert.equal(valueOf(auditFields, written, context), undefined, written);
  }
});

test('other events have no values', () => {
  const context = scene.on(scene.process(3), closeEvent());
  assert.equal(valueOf(auditFields, 'ka.auditid', context), undefined);
});

test('arguments that are no numbers are refused', () => {
  for (const argument of ['x', '-1', '', '1.5']) {
    const [field] = find(auditFields, 'ka.req.pod.containers.name');
    assert.equal(typeof field.bind({ text: argument, bracketed: true }), 'string');
  }
});

interface ListedField {
  readonly name: string;
  readonly index: number;
  readonly list: boolean;
  readonly deprecated: boolean;
  readonly arg: string;
  readonly argKinds?: readonly string[];
}

test('names, order, arguments and lists are those of the plugins', {
  skip: skipWithoutShared,
}, () => {
  const text = readFileSync(sharedPath('spec/fields.json'), 'utf8');
  const { fields } = JSON.parse(text) as { fields: readonly ListedField[] };
  for (const [own, prefix] of [
    [auditFields, /^ka\./],
    [jsonFields, /^j(son|evt)\./],
  ] as const) {
    const wanted = fields
      .filter(({ name }) => prefix.test(name))
      .toSorted((left, right) => left.index - right.index);
    assert.ok(wanted.length > 0);
    const facts = own.map((field) => [
      field.name,
      field.list === true,
      field.argument === undefined ? 'none' : field.argument.required ? 'required' : 'optional',
      field.argument?.kind ?? [],
    ]);
    assert.deepEqual(
      facts,
      wanted.map(({ name, list, arg, argKinds = [] }) => [name, list, arg, argKinds]),
    );
    assert.deepEqual(
      own.filter(({ deprecated }) => deprecated === true).map(({ name }) => name),
      wanted.filter(({ deprecated }) => deprecated).map(({ name }) => name),
    );
  }
});

test('no document makes a field throw', () => {
  const keys = fc.constantFrom(
    ...'requestObject spec containers securityContext volumes hostPath path rules verbs'.split(' '),
    ...'subjects kind name user groups username objectRef resource ports args image'.split(' '),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom<unknown>(null, true, 0, '', 'pods', 'User', '\0%zz'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(keys, tie('tree'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const members =
        typeof value === 'object' && value !== null ? value : { requestObject: value };
      const context = contextOf({ auditID: 1, ...members });
      for (const field of auditFields) {
        const written = field.argument?.required === true ? `${field.name}[x*]` : field.name;
        const found = valueOf(auditFields, written, context);
        const isText = typeof found === 'string';
        const isList = Array.isArray(found) && found.length > 0;
        assert.ok(found === undefined || (field.list === true ? isList : isText), written);
      }
    }),
  );
});
