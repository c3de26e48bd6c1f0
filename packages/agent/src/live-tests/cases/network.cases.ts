/**
 * Connections that programs should not make or take, in a network of the case's own,
 * where this machine has an address that rules take for one of the outside.
 */

import type { LiveCase } from '../live-case.ts';
import { connecting, HERE, listening, quoted, skipWithoutIp } from '../shell-text.ts';

/** A program of that name connects to the port. */
const connects = (name: string, port: number): string =>
  `networked; as ${name} perl -e ${quoted(listening(port, connecting(port)))}`;

const connected = { 'fd.type': 'ipv4', 'fd.l4proto': 'tcp', 'fd.sip': HERE } as const;

const all: readonly LiveCase[] = [
  {
    name: 'at the port of web servers',
    rule: 'Disallowed SSH Connection Non Standard Port',
    run: connects('ssh', 443),
    fields: {
      ...connected,
      'evt.type': 'connect',
      'fd.sport': 443,
      'fd.cport': { above: 1023 },
      'fd.name': /^203\.0\.113\.7:\d+->203\.0\.113\.7:443$/u,
      'proc.name': 'ssh',
    },
  },
  {
    name: 'at its own port',
    rule: 'Disallowed SSH Connection Non Standard Port',
    quiet: true,
    run: connects('ssh', 22),
  },
  {
    name: 'a shell that connects',
    rule: 'System procs network activity',
    run: `networked; perl -e ${quoted(
      listening(4444, 'system("bash", "-c", "exec 3<>/dev/tcp/203.0.113.7/4444")'),
    )}`,
    fields: { ...connected, 'fd.sport': 4444, 'proc.name': 'bash' },
  },
  {
    name: 'a shell that connects to its own machine',
    rule: 'System procs network activity',
    quiet: true,
    run: 'exec 3<>/dev/tcp/127.0.0.1/1',
  },
  {
    name: 'of a system program',
    rule: 'System procs network activity',
    run: connects('sleep', 8080),
    fields: { ...connected, 'evt.type': 'connect', 'proc.name': 'sleep', 'fd.sport': 8080 },
  },
  {
    name: 'to an unusual port',
    rule: 'Unexpected UDP Traffic',
    run: `networked; perl -e ${quoted(
      'use IO::Socket::INET; IO::Socket::INET->new(Proto => "udp", PeerAddr => "203.0.113.7:5353")',
    )}`,
    fields: {
      'fd.l4proto': 'udp',
      'fd.sip': HERE,
      'fd.sport': 5353,
      'fd.name': /->203\.0\.113\.7:5353$/u,
    },
  },
  {
    name: 'to a name server',
    rule: 'Unexpected UDP Traffic',
    quiet: true,
    run: `networked; perl -e ${quoted(
      'use IO::Socket::INET; IO::Socket::INET->new(Proto => "udp", PeerAddr => "203.0.113.7:53")',
    )}`,
  },
  {
    name: 'that is taken',
    rule: 'Unexpected inbound connection source',
    run: `networked; perl -e ${quoted(listening(8443, `${connecting(8443)} $server->accept`))}`,
    fields: {
      ...connected,
      'evt.type': 'accept4',
      'fd.sport': 8443,
      'fd.name': /^203\.0\.113\.7:\d+->203\.0\.113\.7:8443$/u,
    },
  },
  {
    name: 'from this machine',
    rule: 'Unexpected inbound connection source',
    quiet: true,
    run: `perl -e ${quoted(
      'use IO::Socket::INET; my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1");' +
        'my $client = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport);' +
        '$server->accept',
    )}`,
  },
  {
    name: 'listening',
    rule: 'Interpreted procs inbound network activity',
    run: `networked; perl -e ${quoted(listening(9000, ''))}`,
    fields: { 'evt.type': 'listen', 'fd.name': '203.0.113.7:9000', 'proc.name': 'perl' },
  },
  {
    name: 'connecting',
    rule: 'Interpreted procs outbound network activity',
    run: connects('python3', 8443),
    fields: { ...connected, 'evt.type': 'connect', 'proc.name': 'python3' },
  },
  {
    name: 'a program of another kind',
    rule: 'Interpreted procs outbound network activity',
    quiet: true,
    run: connects('tool', 8443),
  },
  {
    name: 'a class that comes over the network',
    rule: 'Java Process Class File Download',
    run: `networked; as java perl -e ${quoted(
      listening(
        8389,
        `${connecting(8389)} my $peer = $server->accept; $peer->syswrite("\\xca\\xfe\\xba\\xbe");` +
          'recv($client, my $class, 100, 0)',
      ),
    )}`,
    fields: {
      'proc.name': 'java',
      'fd.sip': HERE,
      'fd.sport': 8389,
      'evt.type': 'recvfrom',
    },
  },
  {
    name: 'something else that comes over the network',
    rule: 'Java Process Class File Download',
    quiet: true,
    run: `networked; as java perl -e ${quoted(
      listening(
        8389,
        `${connecting(8389)} my $peer = $server->accept; $peer->syswrite("hello");` +
          'recv($client, my $class, 100, 0)',
      ),
    )}`,
  },
];

export const cases: readonly LiveCase[] = all.map((entry) => ({ ...entry, skip: skipWithoutIp }));
