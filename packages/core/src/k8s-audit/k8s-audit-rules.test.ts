/**
 * The public rules for audit events against recorded requests. What each request must raise was
 * worked out from the texts of the rules, not from what this engine says; the reasons stand beside.
 *
 * Nearly every rule begins with `kevt`: stage is ResponseComplete. `response_successful`: the code
 * begins with 2. Rules that `allowed_k8s_containers`, `allowed_full_admin_users`,
 * `allow_all_k8s_nodes` or `consider_all_events` hold back never match as they are shipped.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEFAULT_LINE_OPTIONS, formatAlert } from '../engine/alert-line.ts';
import { loadRules } from '../rules/load-rules.ts';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import {
  AuditEngine,
  auditEvents,
  auditLoadOptions,
  auditPlugins,
  loadAuditRules,
} from './audit-engine.cases.ts';

/** What the edits touch of a request. */
interface Request {
  stage: string;
  verb: string;
  user: { username: string };
  objectRef: { name?: string; namespace?: string; resource: string; subresource?: string };
  responseStatus: { code: number };
  annotations: Record<string, string>;
  requestObject: {
    data?: Record<string, string>;
    rules?: { resources?: string[]; verbs: string[] }[];
    roleRef?: { name: string };
    spec?: {
      hostNetwork?: boolean;
      type?: string;
      containers: { image: string; securityContext?: { privileged: boolean } }[];
      volumes: { hostPath?: { path: string } }[];
    };
  };
}

interface AuditCase {
  readonly file: string;
  /** All rules that match, in order of definition. */
  readonly rules: readonly string[];
  readonly because: string;
  /** Makes a request that raises nothing. */
  readonly quiet: (request: Request) => void;
  readonly quietBecause: string;
}

const cases: readonly AuditCase[] = [
  {
    file: 'anonymous_creates_namespace_foo.json',
    rules: ['Anonymous Request Allowed', 'Create Disallowed Namespace', 'K8s Namespace Created'],
    because:
      'user system:anonymous, decision allow, no health URI; namespace foo is not in ' +
      'allowed_namespaces; 201. A user with system: is never "disallowed".',
    quiet: (request) => {
      request.annotations['authorization.k8s.io/decision'] = 'forbid';
      request.responseStatus.code = 403;
      request.objectRef.name = 'default';
    },
    quietBecause: 'forbidden: not allowed and not successful; default is an allowed namespace',
  },
  {
    file: 'attach_pod.json',
    rules: ['Attach/Exec Pod'],
    because: 'stage ResponseStarted, so no kevt rule; pods/attach by create',
    quiet: (request) => (request.objectRef.subresource = 'log'),
    quietBecause: 'log is neither exec nor attach, and the stage is not that of the other rules',
  },
  {
    file: 'create_cluster_role_wildcard_resources.json',
    rules: ['ClusterRole With Wildcard Created', 'K8s ClusterRole Created'],
    because: 'resources of the first rule are *; verbs get and list write nothing; 201',
    quiet: (request) => {
      for (const rule of request.requestObject.rules ?? [])
        if (rule.resources) rule.resources = ['pods'];
      request.responseStatus.code = 409;
    },
    quietBecause: 'no wildcard left; a conflict creates nothing',
  },
  {
    file: 'create_cluster_role_write_privileges.json',
    rules: ['ClusterRole With Write Privileges Created', 'K8s ClusterRole Created'],
    because:
      'verbs of the second rule are delete; resources are pods, so no wildcard and no exec; 201',
    quiet: (request) => {
      for (const rule of request.requestObject.rules ?? []) rule.verbs = ['get'];
      request.responseStatus.code = 409;
    },
    quietBecause: 'get writes nothing; a conflict creates nothing',
  },
  {
    file: 'create_clusterrolebinding.json',
    rules: ['K8s ClusterRoleBinding Created'],
    because: 'the role is system:basic-user and not cluster-admin; 201',
    quiet: (request) => (request.responseStatus.code = 403),
    quietBecause: 'forbidden: nothing is created',
  },
  {
    file: 'create_configmap_no_sensitive_values.json',
    rules: ['K8s ConfigMap Created'],
    because: 'the data names no key and no password; 201',
    quiet: (request) => (request.verb = 'update'),
    quietBecause: 'kmodify, but still without credentials; an update is no creation',
  },
  {
    file: 'create_deployment.json',
    rules: ['K8s Deployment Created'],
    because: 'deployments by create; 201. Rules about pods want the resource pods.',
    quiet: (request) => (request.verb = 'patch'),
    quietBecause: 'a patch is no creation',
  },
  {
    file: 'create_nginx_pod_hostnetwork.json',
    rules: ['Create HostNetwork Pod'],
    because: 'hostNetwork is true and nginx is not in the list; pods have no activity rule',
    quiet: (request) => {
      if (request.requestObject.spec) request.requestObject.spec.hostNetwork = false;
    },
    quietBecause: 'hostNetwork is false',
  },
  {
    file: 'create_nginx_pod_nohostnetwork.json',
    rules: [],
    because: 'no hostNetwork, no hostPath, not privileged, namespace default',
    quiet: (request) => {
      if (request.requestObject.spec) request.requestObject.spec.hostNetwork = false;
    },
    quietBecause: 'hostNetwork is false where it was absent',
  },
  {
    file: 'create_nginx_pod_privileged_2nd_container.json',
    rules: ['Create Privileged Pod'],
    because:
      'privileged is (false, true), which intersects true; nginx and mysql are not in the list',
    quiet: (request) => {
      for (const each of request.requestObject.spec?.containers ?? []) {
        each.securityContext = { privileged: false };
      }
    },
    quietBecause: 'privileged is (false, false)',
  },
  {
    file: 'create_nginx_pod_sensitive_mount_2nd_container.json',
    rules: ['Create Sensitive Mount Pod'],
    because: 'the volume is /etc of the host; nginx and mysql are not in the list',
    quiet: (request) => {
      for (const { hostPath } of request.requestObject.spec?.volumes ?? []) {
        if (hostPath) hostPath.path = '/etc/nginx';
      }
    },
    quietBecause: 'the list names /etc itself and not what is below it',
  },
  {
    file: 'create_nginx_pod_unsensitive_mount.json',
    rules: [],
    because: 'the verb is get, and only secrets have a rule about that',
    quiet: (request) => (request.verb = 'list'),
    quietBecause: 'no rule is about lists of pods',
  },
  {
    file: 'create_nginx_service_nonodeport.json',
    rules: ['K8s Service Created'],
    because: 'the type is ClusterIP; 201',
    quiet: (request) => (request.responseStatus.code = 422),
    quietBecause: 'the service is refused',
  },
  {
    file: 'create_pod_kube_system_namespace.json',
    rules: ['Pod Created in Kube Namespace'],
    because: 'namespace kube-system; nginx is in neither list of images',
    quiet: (request) => (request.objectRef.namespace = 'default'),
    quietBecause: 'an ordinary pod in an ordinary namespace',
  },
  {
    file: 'create_service.json',
    rules: ['K8s Service Created'],
    because: 'the type is ClusterIP; 201',
    quiet: (request) => (request.verb = 'update'),
    quietBecause: 'an update is no creation',
  },
  {
    file: 'create_serviceaccount.json',
    rules: ['K8s Serviceaccount Created'],
    because: 'namespace default; 201',
    quiet: (request) => (request.responseStatus.code = 409),
    quietBecause: 'a conflict creates nothing',
  },
  {
    file: 'create_serviceaccount_kube_system_namespace.json',
    rules: ['Service Account Created in Kube Namespace', 'K8s Serviceaccount Created'],
    because: 'namespace kube-system; myacct is not in known_sa_list; 201',
    quiet: (request) => (request.responseStatus.code = 403),
    quietBecause: 'both rules want success',
  },
  {
    file: 'delete_clusterrole.json',
    rules: ['K8s ClusterRole Deleted'],
    because: 'some-reader does not begin with system:; 200',
    quiet: (request) => (request.responseStatus.code = 404),
    quietBecause: 'there was nothing to delete',
  },
  {
    file: 'delete_configmap.json',
    rules: ['K8s ConfigMap Deleted'],
    because: 'configmaps by delete; 200',
    quiet: (request) => (request.stage = 'RequestReceived'),
    quietBecause: 'the response is not there yet',
  },
  {
    file: 'delete_namespace_foo.json',
    rules: ['K8s Namespace Deleted'],
    because: 'namespaces by delete by minikube-user, who is no system: user; 200',
    quiet: (request) => (request.user.username = 'system:admin'),
    quietBecause: 'this rule alone of the activity rules leaves system: users out',
  },
  {
    file: 'delete_service.json',
    rules: ['K8s Service Deleted'],
    because: 'services by delete; 200',
    quiet: (request) => (request.objectRef.resource = 'endpoints'),
    quietBecause: 'no rule is about endpoints',
  },
  {
    file: 'exec_pod.json',
    rules: ['Attach/Exec Pod'],
    because: 'stage ResponseStarted; pods/exec by create',
    quiet: (request) => (request.stage = 'RequestReceived'),
    quietBecause: 'the connection is not up yet',
  },
  {
    file: 'minikube_creates_namespace_foo.json',
    rules: ['Create Disallowed Namespace', 'K8s Namespace Created'],
    because: 'minikube-user is an allowed user; foo is no allowed namespace; 201',
    quiet: (request) => {
      request.objectRef.name = 'default';
      request.responseStatus.code = 409;
    },
    quietBecause: 'default is allowed, and a conflict creates nothing',
  },
  {
    file: 'some-user_creates_namespace_foo.json',
    rules: ['Disallowed K8s User', 'Create Disallowed Namespace', 'K8s Namespace Created'],
    because: 'some-user is in neither list of users; the rest as for minikube-user',
    quiet: (request) => {
      request.user.username = 'admin';
      request.objectRef.name = 'default';
      request.responseStatus.code = 409;
    },
    quietBecause: 'admin is an allowed user; the rest as for minikube-user',
  },
];

/** Changes that make a request raise a rule which none of the recorded ones does. */
const changed: readonly (readonly [
  file: string,
  change: (request: Request) => void,
  rules: readonly string[],
])[] = [
  [
    'create_nginx_pod_nohostnetwork.json',
    ({ requestObject: { spec } }) => spec && (spec.hostNetwork = true),
    ['Create HostNetwork Pod'],
  ],
  [
    'create_nginx_pod_nohostnetwork.json',
    ({ requestObject }) =>
      Object.assign(requestObject.spec ?? {}, { hostPID: true, hostIPC: true }),
    ['Create HostPid Pod', 'Create HostIPC Pod'],
  ],
  [
    'create_nginx_pod_nohostnetwork.json',
    ({ requestObject: { spec } }) =>
      Object.assign(spec ?? {}, {
        initContainers: [{ name: 'i', image: 'x', securityContext: { privileged: true } }],
      }),
    ['Create Privileged Pod'],
  ],
  [
    'create_service.json',
    ({ requestObject: { spec } }) => spec && (spec.type = 'NodePort'),
    ['Create NodePort Service', 'K8s Service Created'],
  ],
  [
    'create_configmap_no_sensitive_values.json',
    ({ requestObject }) => (requestObject.data = { 'db.password': 'x' }),
    ['Create/Modify Configmap With Private Credentials', 'K8s ConfigMap Created'],
  ],
  ['exec_pod.json', ({ objectRef }) => (objectRef.subresource = 'portforward'), ['port-forward']],
  [
    'create_clusterrolebinding.json',
    ({ requestObject: { roleRef } }) => roleRef && (roleRef.name = 'cluster-admin'),
    ['Attach to cluster-admin Role', 'K8s ClusterRoleBinding Created'],
  ],
  [
    'delete_clusterrole.json',
    ({ objectRef }) => (objectRef.name = 'system:node'),
    ['System ClusterRole Modified/Deleted', 'K8s ClusterRole Deleted'],
  ],
  [
    'delete_clusterrole.json',
    ({ objectRef }) => (objectRef.name = 'system:coredns'),
    ['K8s ClusterRole Deleted'],
  ],
  [
    'create_cluster_role_write_privileges.json',
    ({ requestObject: { rules } }) => rules?.[0] && (rules[0].resources = ['pods/exec']),
    [
      'ClusterRole With Write Privileges Created',
      'ClusterRole With Pod Exec Created',
      'K8s ClusterRole Created',
    ],
  ],
  [
    'create_nginx_pod_unsensitive_mount.json',
    ({ objectRef }) => (objectRef.resource = 'secrets'),
    ['K8s Secret Get Successfully'],
  ],
  [
    'create_nginx_pod_unsensitive_mount.json',
    ({ objectRef, responseStatus }) => {
      objectRef.resource = 'secrets';
      responseStatus.code = 404;
    },
    ['K8s Secret Get Unsuccessfully Tried'],
  ],
  [
    'create_service.json',
    ({ objectRef }) => (objectRef.resource = 'ingresses'),
    ['Ingress Object without TLS Certificate Created'],
  ],
];

function read(file: string): Request {
  return JSON.parse(readFileSync(sharedPath(`compat/k8s_audit/${file}`), 'utf8')) as Request;
}

const skip = { skip: skipWithoutShared };
const rules = skipWithoutShared
  ? undefined
  : loadAuditRules(readFileSync(sharedPath('rules/k8s_audit_rules.yaml'), 'utf8'));

function engine(evaluator: 'fast' | 'plain', matching: 'first' | 'all' = 'all'): AuditEngine {
  assert.ok(rules);
  return new AuditEngine(rules, evaluator, matching);
}

test('every recorded request has a case', skip, () => {
  const files = readdirSync(sharedPath('compat/k8s_audit')).toSorted();
  assert.deepEqual(
    cases.map(({ file }) => file),
    files,
  );
});

test('the rules load without a warning, all of them', skip, () => {
  assert.ok(rules);
  assert.equal(rules.ruleSet.rules.length, 48);
  assert.deepEqual(
    rules.files.flatMap(({ warnings }) => warnings),
    [],
  );
});

for (const evaluator of ['fast', 'plain'] as const) {
  for (const { file, rules: want, because, quiet, quietBecause } of cases) {
    test(`${evaluator}: ${file} raises ${want.join(', ') || 'nothing'}`, skip, () => {
      const [event] = auditEvents(read(file));
      assert.ok(event);
      assert.deepEqual(engine(evaluator).rules(event), want, because);
      assert.deepEqual(engine(evaluator, 'first').rules(event), want.slice(0, 1));
    });
    test(`${evaluator}: ${file} raises nothing once ${quietBecause}`, skip, () => {
      const request = read(file);
      const before = JSON.stringify(request);
      quiet(request);
      assert.notEqual(JSON.stringify(request), before);
      const [event] = auditEvents(request);
      assert.ok(event);
      assert.deepEqual(engine(evaluator).rules(event), []);
    });
  }

  test(`${evaluator}: changed requests raise other rules`, skip, () => {
    for (const [file, change, want] of changed) {
      const request = read(file);
      change(request);
      const [event] = auditEvents(request);
      assert.ok(event);
      assert.deepEqual(engine(evaluator).rules(event), want, file);
    }
  });

  test(`${evaluator}: one engine over all requests in a list`, skip, () => {
    const items = cases.map(({ file }) => read(file));
    const shared = engine(evaluator);
    const found = auditEvents({ kind: 'EventList', items }).map((event) => shared.rules(event));
    assert.deepEqual(
      found,
      cases.map(({ rules: want }) => want),
    );
  });
}

test('an alert as text and as JSON', skip, () => {
  const [event] = auditEvents(read('create_nginx_pod_sensitive_mount_2nd_container.json'));
  assert.ok(event);
  const [alert] = engine('fast').alerts(event);
  assert.ok(alert);
  const message =
    'Pod started with sensitive mount' +
    ' (user=system:serviceaccount:kube-system:replicaset-controller pod=NAME ns=default' +
    ' resource=pods images=(nginx,mysql:latest)' +
    ' volumes=[{"hostPath":{"path":"/etc","type":""},"name":"etc"}])';
  const podName = alert.outputFields.get('ka.resp.name');
  assert.ok(typeof podName === 'string');
  assert.equal(alert.message, message.replace('NAME', podName));
  const line = JSON.parse(formatAlert(alert, { ...DEFAULT_LINE_OPTIONS, json: true })) as Record<
    string,
    unknown
  >;
  assert.deepEqual(
    { ...line, output: undefined, output_fields: undefined },
    {
      hostname: 'node',
      output: undefined,
      output_fields: undefined,
      priority: 'Warning',
      rule: 'Create Sensitive Mount Pod',
      source: 'k8s_audit',
      tags: ['k8s'],
      time: alert.timeUtc,
    },
  );
  assert.deepEqual(line['output_fields'], {
    'evt.time': Number(event.timeNs),
    'jevt.value[/requestObject/spec/volumes]':
      '[{"hostPath":{"path":"/etc","type":""},"name":"etc"}]',
    'ka.req.pod.containers.image': ['nginx', 'mysql:latest'],
    'ka.resp.name': podName,
    'ka.target.namespace': 'default',
    'ka.target.resource': 'pods',
    'ka.user.name': 'system:serviceaccount:kube-system:replicaset-controller',
  });
});

test('values that a request does not have read <NA>, and null in JSON', skip, () => {
  const [event] = auditEvents(read('attach_pod.json'));
  assert.ok(event);
  const [alert] = engine('fast').alerts(event);
  assert.equal(
    alert?.message,
    'Attach/Exec to pod (user=minikube-user pod=nginx-deployment-7998647bdf-phvq7 resource=pods' +
      ' ns=default action=attach command=<NA>)',
  );
  assert.equal(alert.outputFields.get('ka.uri.param[command]'), null);
});

test('fields of every event work on audit events', skip, () => {
  const own = loadAuditRules(`
- rule: generic
  desc: d
  condition: >
    evt.num = 1 and evt.source = k8s_audit and evt.pluginname = k8saudit and not evt.is_async = true
    and evt.plugininfo contains auditID and evt.rawtime > 0 and jevt.rawtime exists
  output: "%evt.num %evt.source %evt.pluginname %evt.rawtime %json.rawtime"
  priority: INFO
  source: k8s_audit
`);
  const [event] = auditEvents(read('exec_pod.json'));
  assert.ok(event);
  for (const evaluator of ['fast', 'plain'] as const) {
    const [alert] = new AuditEngine(own, evaluator).alerts(event);
    const time: string = String(event.timeNs);
    assert.equal(alert?.message, `1 k8s_audit k8saudit ${time} ${time}`);
    assert.equal(alert.time, event.timeNs);
  }
});

test('the rules want both plugins, not older than those that they name', skip, () => {
  const file = {
    name: 'k8s_audit_rules.yaml',
    text: readFileSync(sharedPath('rules/k8s_audit_rules.yaml'), 'utf8'),
  };
  const problemWith = (plugins: readonly { readonly name: string; readonly version: string }[]) =>
    loadRules([file], { ...auditLoadOptions, plugins }).pluginProblem;
  assert.equal(problemWith(auditPlugins), undefined);
  assert.match(problemWith([]) ?? '', /must load one of: k8saudit \(>= 0\.18\.0\), k8saudit-aks/);
  const old = [{ name: 'k8saudit', version: '0.17.0' }, ...auditPlugins.slice(1)];
  assert.match(problemWith(old) ?? '', /'k8saudit' version '0\.17\.0' is not compatible/);
  assert.match(
    problemWith(auditPlugins.slice(0, 1)) ?? '',
    /must load one of: json \(>= 0\.7\.0\)/,
  );
});
