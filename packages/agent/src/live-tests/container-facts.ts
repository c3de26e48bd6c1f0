/** For tests: what alerts from the containers of the fixture say of them. */

import { PLAIN_NAME, PRIVILEGED_NAME, podLabels } from './container-fixture.ts';

export const plain = {
  'container.id': /^[0-9a-f]{12}$/u,
  'container.name': PLAIN_NAME,
  'container.type': 'docker',
  'container.image.repository': 'saker-test/busybox',
  'container.image.tag': '1.0',
  'container.label[tier]': 'front',
  'container.privileged': false,
} as const;

export const privileged = {
  'container.name': PRIVILEGED_NAME,
  'container.privileged': true,
  'k8s.pod.name': podLabels['io.kubernetes.pod.name'],
  'k8s.ns.name': podLabels['io.kubernetes.pod.namespace'],
  'k8s.pod.uid': podLabels['io.kubernetes.pod.uid'],
} as const;
