/** Containers that are started, and what is started in them from outside. */

import { plain, privileged } from '../container-facts.ts';
import { PLAIN_NAME, POD_CONTAINER_NAME, POD_NAME } from '../container-fixture.ts';
import type { LiveCase } from '../live-case.ts';

const inside: readonly LiveCase[] = [
  {
    name: 'of a pod',
    rule: 'Read environment variable from /proc files',
    place: 'runtime',
    run:
      'ctr --namespace k8s.io tasks exec --exec-id $SAKER_CASE $POD_CONTAINER ' +
      'env SAKER_CASE=$SAKER_CASE cat /proc/1/environ',
    fields: {
      'container.name': POD_CONTAINER_NAME,
      'container.image.repository': 'docker.io/saker-test/busybox',
      'container.label[tier]': 'middle',
      'k8s.pod.name': POD_NAME,
      'k8s.ns.name': 'test-namespace',
      'k8s.pod.uid': `uid-of-${POD_NAME}`,
      'k8s.pod.label[tier]': 'pods',
      'fd.name': '/proc/1/environ',
      'proc.cmdline': /^\w+ \/proc\/1\/environ$/u,
    },
  },
  {
    name: 'by a user of the container',
    rule: 'Read environment variable from /proc files',
    place: 'runtime',
    run: `docker exec --user app --env SAKER_CASE ${PLAIN_NAME} cat /proc/self/environ`,
    fields: { ...plain, 'user.uid': 1000, 'user.name': 'app' },
  },
  {
    name: 'by docker exec',
    rule: 'Terminal shell in container',
    place: 'runtime',
    run: `docker exec --tty --env SAKER_CASE ${PLAIN_NAME} sh -c :`,
    fields: { ...plain, 'proc.name': 'sh', 'proc.tty': { above: 0 }, 'proc.cmdline': 'sh -c :' },
  },
  {
    name: 'without a terminal',
    rule: 'Terminal shell in container',
    place: 'runtime',
    quiet: true,
    run: `docker exec --env SAKER_CASE ${PLAIN_NAME} sh -c :`,
  },
  {
    name: 'by kubectl cp',
    rule: 'Exfiltrating Artifacts via Kubernetes Control Plane',
    place: 'runtime',
    run: `docker exec --env SAKER_CASE ${PLAIN_NAME} tar cf - "$FOLDER"/..`,
    fields: { ...plain, 'proc.name': 'tar', 'fd.name': /prelude\.bash$/u },
  },
  {
    name: 'debugfs',
    rule: 'Debugfs Launched in Privileged Container',
    place: 'privileged',
    run: 'as debugfs true /dev/sda1',
    fields: { ...privileged, 'proc.cmdline': 'debugfs /dev/sda1' },
  },
  {
    name: 'debugfs in another container',
    rule: 'Debugfs Launched in Privileged Container',
    place: 'container',
    quiet: true,
    run: 'as debugfs true /dev/sda1',
  },
  {
    name: 'mount',
    rule: 'Mount Launched in Privileged Container',
    place: 'privileged',
    run: 'as mount true /dev/sda1 /mnt',
    fields: { ...privileged, 'proc.cmdline': 'mount /dev/sda1 /mnt' },
  },
  {
    name: 'mount that lists',
    rule: 'Mount Launched in Privileged Container',
    place: 'privileged',
    quiet: true,
    run: 'as mount true -l',
  },
];

/**
 * A container that ends at once; its first process has the key of the case. What rules ask of its
 * metadata has to be known by then: dockerd, which we ask, does not answer while it starts one.
 */
const starts = (...options: readonly string[]): string =>
  `id=$(docker create --rm --network none --env SAKER_CASE ${options.join(' ')} "$IMAGE" true);` +
  'read -r -t 1 <> <(:); docker start --attach "$id"';

const beginnings: readonly LiveCase[] = [
  {
    name: 'with all rights',
    rule: 'Launch Privileged Container',
    place: 'runtime',
    slow: true,
    run: starts('--name', 'saker-all-rights', '--privileged'),
    fields: { 'container.name': 'saker-all-rights', 'proc.name': 'true', 'proc.vpid': 1 },
  },
  {
    name: 'with one right more',
    rule: 'Launch Excessively Capable Container',
    place: 'runtime',
    slow: true,
    run: starts('--name', 'saker-one-right', '--cap-add', 'SYS_PTRACE'),
    fields: {
      'container.name': 'saker-one-right',
      'thread.cap_permitted': /CAP_SYS_PTRACE/u,
    },
  },
  {
    name: 'with the rights of the default',
    rule: 'Launch Excessively Capable Container',
    place: 'runtime',
    slow: true,
    quiet: true,
    run: starts(),
  },
  {
    name: 'with a directory of the host',
    rule: 'Launch Sensitive Mount Container',
    place: 'runtime',
    slow: true,
    run: starts('--name', 'saker-mount', '--volume', '/etc:/config:ro'),
    fields: { 'container.name': 'saker-mount', 'container.mounts': /\/etc:\/config:ro:false/u },
  },
  {
    name: 'that is not on the list',
    rule: 'Launch Disallowed Container',
    place: 'runtime',
    slow: true,
    run: starts('--name', 'saker-unlisted'),
    fields: { 'container.name': 'saker-unlisted', 'proc.vpid': 1 },
  },
  {
    name: 'that is on the list',
    rule: 'Launch Disallowed Container',
    place: 'runtime',
    slow: true,
    quiet: true,
    run: starts('--name', 'saker-listed'),
  },
  {
    name: 'as root',
    rule: 'Container Run as Root User',
    place: 'runtime',
    slow: true,
    run: starts('--name', 'saker-root'),
    fields: { 'container.name': 'saker-root', 'user.uid': 0 },
  },
  {
    name: 'as somebody',
    rule: 'Container Run as Root User',
    place: 'runtime',
    slow: true,
    quiet: true,
    run: starts('--user', '1000'),
  },
  {
    name: 'by ctr, with an alert that waits for the name',
    rule: 'Container Run as Root User',
    place: 'runtime',
    slow: true,
    run:
      'ctr run --rm --snapshotter native --runc-binary "$RUNC" --env SAKER_CASE=$SAKER_CASE ' +
      '--label tier=back docker.io/"$IMAGE" saker-ctr /bin/sleep 1',
    fields: {
      'container.id': 'saker-ctr',
      'container.name': 'saker-ctr',
      'container.type': 'containerd',
      'container.image.repository': 'docker.io/saker-test/busybox',
      'container.label[tier]': 'back',
    },
  },
];

export const cases: readonly LiveCase[] = [...inside, ...beginnings];
