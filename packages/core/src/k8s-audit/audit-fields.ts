/**
 * The fields of Kubernetes audit events, ka.*: what each is called, where it lies in the event, how
 * its value is made of what lies there. Names and places are those of Falco's plugin k8saudit.
 */

import type { Field } from '../fields/field.ts';
import type { FieldClass } from '../fields/field-classes.ts';
import { type AuditRow, auditField, indexed, keyed, listOf, TEXT } from './audit-row.ts';
import {
  constant,
  each,
  flattened,
  isAnyKey,
  isAnyTrue,
  list,
  ofPod,
  otherKeys,
  repository,
  subjects,
} from './audit-shape.ts';
import { containerRow, ephemeralContainerRows, initContainerRows } from './container-fields.ts';
import { uriParam } from './query-param.ts';

/** The event source of Kubernetes audit events. */
export const K8S_AUDIT_SOURCE = 'k8s_audit';

const requestRows: readonly AuditRow[] = [
  ['ka.auditid', '/auditID', TEXT, 'Id of the audit event.'],
  ['ka.stage', '/stage', TEXT, 'How far the request was, such as ResponseComplete.'],
  [
    'ka.auth.decision',
    '/annotations/authorization.k8s.io~1decision',
    TEXT,
    'Whether the request was authorized: allow or forbid.',
  ],
  [
    'ka.auth.reason',
    '/annotations/authorization.k8s.io~1reason',
    TEXT,
    'Why it was authorized or not.',
  ],
  [
    'ka.auth.openshift.decision',
    '/annotations/authentication.openshift.io~1decision',
    TEXT,
    'OpenShift only: whether the login succeeded.',
  ],
  [
    'ka.validations.admission.policy.failure',
    '/annotations/validation.policy.admission.k8s.io~1validation_failure',
    TEXT,
    'What a validating admission policy had against the request.',
  ],
  [
    'ka.security.pod.violations',
    '/annotations/pod-security.kubernetes.io~1audit-violations',
    TEXT,
    'Which pod security standards the request violates.',
  ],
  [
    'ka.auth.openshift.username',
    '/annotations/authentication.openshift.io~1username',
    TEXT,
    'OpenShift only: who logs in.',
  ],
  ['ka.user.name', '/user/username', TEXT, 'Name of the user who makes the request.'],
  ['ka.user.groups', '/user/groups', listOf(list), 'Groups of the user who makes the request.'],
  [
    'ka.impuser.name',
    '/impersonatedUser/username',
    TEXT,
    'Name of the user in whose name the request is made.',
  ],
  ['ka.verb', '/verb', TEXT, 'What the request does: get, create, delete and others.'],
  ['ka.uri', '/requestURI', TEXT, 'URI of the request as the client sent it.'],
  [
    'ka.uri.param',
    '/requestURI',
    keyed(uriParam),
    'The first value of the query parameter of the URI whose name stands in brackets: ' +
      'ka.uri.param[command].',
  ],
];

const targetRows: readonly AuditRow[] = [
  ['ka.target.name', '/objectRef/name', TEXT, 'Name of the object that the request is about.'],
  ['ka.target.namespace', '/objectRef/namespace', TEXT, 'Namespace of that object.'],
  ['ka.target.resource', '/objectRef/resource', TEXT, 'Kind of that object, such as pods.'],
  [
    'ka.target.subresource',
    '/objectRef/subresource',
    TEXT,
    'Part of that object that the request is about, such as exec.',
  ],
  [
    'ka.target.pod.name',
    '/responseObject/metadata/name',
    { read: ofPod },
    'Name of the pod in the response; absent when the request is not about a pod itself.',
  ],
];

const SUBJECTS = '/requestObject/subjects';

const bindingRows: readonly AuditRow[] = [
  [
    'ka.req.binding.subjects',
    SUBJECTS,
    listOf(list),
    'Whom a role binding is for: users, groups and service accounts as JSON.',
  ],
  [
    'ka.req.binding.subjects.user_names',
    SUBJECTS,
    listOf(subjects('User')),
    'Names of the users that a role binding is for.',
  ],
  [
    'ka.req.binding.subjects.serviceaccount_names',
    SUBJECTS,
    listOf(subjects('ServiceAccount')),
    'Names of the service accounts that a role binding is for.',
  ],
  [
    'ka.req.binding.subjects.serviceaccount_ns_names',
    SUBJECTS,
    listOf(subjects('ServiceAccount', true)),
    'The service accounts that a role binding is for, as namespace:name.',
  ],
  [
    'ka.req.binding.subjects.group_names',
    SUBJECTS,
    listOf(subjects('Group')),
    'Names of the groups that a role binding is for.',
  ],
  [
    'ka.req.binding.role',
    '/requestObject/roleRef/name',
    TEXT,
    'Name of the role that a role binding gives.',
  ],
  [
    'ka.req.binding.subject.has_name',
    '',
    keyed(constant('true')),
    'Always "true", as in Falco. Use ka.req.binding.subjects.user_names and its like.',
    'deprecated',
  ],
  ['ka.req.configmap.name', '/objectRef/name', TEXT, 'Name of the config map.'],
  ['ka.req.configmap.obj', '/requestObject/data', TEXT, 'What the config map holds, as JSON.'],
];

const podRows: readonly AuditRow[] = [
  containerRow('containers', 'args'),
  containerRow('containers', 'command'),
  containerRow('containers', 'name'),
  containerRow('containers', 'image'),
  [
    'ka.req.container.image',
    '/requestObject/spec/containers/0/image',
    TEXT,
    'Image of the first container. Use ka.req.pod.containers.image.',
    'deprecated',
  ],
  containerRow('containers', 'image.repository'),
  [
    'ka.req.container.image.repository',
    '/requestObject/spec/containers/0/image',
    { read: repository },
    'Image of the first container without tag and digest. Use ' +
      'ka.req.pod.containers.image.repository.',
    'deprecated',
  ],
  [
    'ka.req.pod.host_ipc',
    '/requestObject/spec/hostIPC',
    TEXT,
    'Whether the pod uses the IPC namespace of the host: true or false.',
  ],
  [
    'ka.req.pod.host_network',
    '/requestObject/spec/hostNetwork',
    TEXT,
    'Whether the pod uses the network of the host: true or false.',
  ],
  [
    'ka.req.container.host_network',
    '/requestObject/spec/hostNetwork',
    TEXT,
    'The same as ka.req.pod.host_network.',
    'deprecated',
  ],
  [
    'ka.req.pod.host_pid',
    '/requestObject/spec/hostPID',
    TEXT,
    'Whether the pod sees the processes of the host: true or false.',
  ],
  containerRow('containers', 'host_port'),
  containerRow('containers', 'privileged'),
  [
    'ka.req.container.privileged',
    '/requestObject/spec/containers/*/securityContext/privileged',
    { read: isAnyTrue },
    'Whether any container is privileged: true or false. Use ' +
      'ka.req.pod.containers.privileged.',
    'deprecated',
  ],
  containerRow('containers', 'allow_privilege_escalation'),
  containerRow('containers', 'read_only_fs'),
  [
    'ka.req.pod.run_as_user',
    '/requestObject/spec/securityContext/runAsUser',
    TEXT,
    'User id that the pod asks for; its containers may ask for others.',
  ],
  containerRow('containers', 'run_as_user'),
  containerRow('containers', 'eff_run_as_user'),
  [
    'ka.req.pod.run_as_group',
    '/requestObject/spec/securityContext/runAsGroup',
    TEXT,
    'Group id that the pod asks for; its containers may ask for others.',
  ],
  containerRow('containers', 'run_as_group'),
  containerRow('containers', 'eff_run_as_group'),
  containerRow('containers', 'proc_mount'),
];

const roleRows: readonly AuditRow[] = [
  ['ka.req.role.rules', '/requestObject/rules', listOf(list), 'Rules of the role, as JSON.'],
  [
    'ka.req.role.rules.apiGroups',
    '/requestObject/rules/*/apiGroups',
    indexed(flattened),
    'API groups in the rules of the role.',
  ],
  [
    'ka.req.role.rules.nonResourceURLs',
    '/requestObject/rules/*/nonResourceURLs',
    indexed(flattened),
    'URLs of no resource in the rules of the role.',
  ],
  [
    'ka.req.role.rules.verbs',
    '/requestObject/rules/*/verbs',
    indexed(flattened),
    'Verbs in the rules of the role.',
  ],
  [
    'ka.req.role.rules.resources',
    '/requestObject/rules/*/resources',
    indexed(flattened),
    'Resources in the rules of the role.',
  ],
];

const morePodRows: readonly AuditRow[] = [
  [
    'ka.req.pod.fs_group',
    '/requestObject/spec/securityContext/fsGroup',
    TEXT,
    "Group id that owns the pod's volumes.",
  ],
  [
    'ka.req.pod.supplemental_groups',
    '/requestObject/spec/securityContext/supplementalGroups',
    listOf(list),
    'Further group ids of the pod.',
  ],
  containerRow('containers', 'add_capabilities'),
  [
    'ka.req.service.type',
    '/requestObject/spec/type',
    TEXT,
    'Type of the service, such as NodePort.',
  ],
  [
    'ka.req.service.ports',
    '/requestObject/spec/ports',
    indexed(list),
    'Ports of the service, as JSON.',
  ],
  [
    'ka.req.pod.volumes.hostpath',
    '/requestObject/spec/volumes/*/hostPath/path',
    indexed(each),
    'Paths of the host that the pod has as volumes.',
  ],
  [
    'ka.req.volume.hostpath',
    '/requestObject/spec/volumes/*/hostPath/path',
    keyed(isAnyKey),
    'Whether a volume is the path of the host in brackets, or, where that ends in *, below it: ' +
      'true or false. Use ka.req.pod.volumes.hostpath.',
    'deprecated',
  ],
  [
    'ka.req.pod.volumes.flexvolume_driver',
    '/requestObject/spec/volumes/*/flexVolume/driver',
    indexed(each),
    'Drivers of the flex volumes of the pod.',
  ],
  [
    'ka.req.pod.volumes.volume_type',
    '/requestObject/spec/volumes/*',
    indexed(otherKeys),
    'Types of the volumes of the pod, such as hostPath.',
  ],
];

const responseRows: readonly AuditRow[] = [
  ['ka.resp.name', '/responseObject/metadata/name', TEXT, 'Name of the object in the response.'],
  ['ka.response.code', '/responseStatus/code', TEXT, 'HTTP status of the response.'],
  [
    'ka.response.reason',
    '/responseStatus/reason',
    TEXT,
    'Why the request failed; most often absent when it did not.',
  ],
  ['ka.useragent', '/userAgent', TEXT, 'What the client says it is.'],
  [
    'ka.sourceips',
    '/sourceIPs',
    indexed(list),
    'Addresses that the request came from and through.',
  ],
  [
    'ka.cluster.name',
    '/annotations/cluster_name',
    TEXT,
    'Name of the cluster, where the provider gives it.',
  ],
];

/** In the order of the listing. */
export const auditFields: readonly Field[] = [
  ...requestRows,
  ...targetRows,
  ...bindingRows,
  ...podRows,
  ...roleRows,
  ...morePodRows,
  ...responseRows,
  ...initContainerRows,
  ...ephemeralContainerRows,
].map(auditField);

export const auditClass: FieldClass = {
  name: 'k8saudit (plugin)',
  qualifier: '',
  description: '',
  source: K8S_AUDIT_SOURCE,
  listsArgumentKinds: true,
  fields: auditFields,
};
