/** Connections of containers, in a network of the case's own. */

import { plain, privileged } from '../container-facts.ts';
import type { LiveCase } from '../live-case.ts';
import { connecting, HERE, listening, quoted, skipWithoutIp } from '../shell-text.ts';

/** Of clouds: who is asked for keys there. */
const METADATA = '169.254.169.254';

const connects = (port: number, address: string = HERE): string =>
  `networked; ip address add ${METADATA}/32 dev lo; perl -e ${quoted(
    listening(port, connecting(port, address), address),
  )}`;

const connected = { 'evt.type': 'connect', 'fd.l4proto': 'tcp', 'proc.name': 'perl' } as const;

const all: readonly LiveCase[] = [
  {
    name: 'in a container of the cloud',
    rule: 'Contact EC2 Instance Metadata Service From Container',
    place: 'privileged',
    run: connects(80, METADATA),
    fields: { ...privileged, ...connected, 'fd.sip': METADATA, 'fd.sport': 80 },
  },
  {
    name: 'in any container',
    rule: 'Contact cloud metadata service from container',
    place: 'privileged',
    run: connects(80, METADATA),
    fields: { ...connected, 'fd.name': /->169\.254\.169\.254:80$/u },
  },
  {
    name: 'on the host',
    rule: 'Contact cloud metadata service from container',
    quiet: true,
    run: connects(80, METADATA),
  },
  {
    name: 'to a port of a service',
    rule: 'Unexpected K8s NodePort Connection',
    place: 'privileged',
    run: connects(30_080),
    fields: { ...privileged, ...connected, 'fd.sport': 30_080 },
  },
  {
    name: 'to another port',
    rule: 'Unexpected K8s NodePort Connection',
    place: 'privileged',
    quiet: true,
    run: connects(8080),
  },
  {
    name: 'of a namespace that may not',
    rule: 'Network Connection outside Local Subnet',
    place: 'privileged',
    run: connects(8443),
    fields: { ...privileged, ...connected, 'fd.sip': HERE },
  },
  {
    name: 'of no namespace',
    rule: 'Network Connection outside Local Subnet',
    place: 'container',
    quiet: true,
    run: `perl -e ${quoted(`use IO::Socket::INET; IO::Socket::INET->new(PeerAddr => "${HERE}:8443")`)}`,
  },
  {
    name: 'a shell over loopback',
    rule: 'Redirect STDOUT/STDIN to Network Connection in Container',
    place: 'container',
    run: `perl -e ${quoted(reverseShell())}`,
    fields: {
      ...plain,
      'evt.type': /^dup[23]$/u,
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
];

/** Perl: waits for a shell that connects back, and tells it to end. */
function reverseShell(): string {
  const shell = 'exec bash -i >&/dev/tcp/127.0.0.1/4444 0>&1';
  const more = `
    fork or exec "bash", "-c", "${shell}";
    my $shell = $server->accept;
    $shell->print("exit\\n");
    1 while <$shell>;
    wait;`;
  return listening(4444, more, '127.0.0.1');
}

export const cases: readonly LiveCase[] = all.map((entry) => ({ ...entry, skip: skipWithoutIp }));
