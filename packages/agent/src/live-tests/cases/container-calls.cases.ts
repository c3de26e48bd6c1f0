/** What processes of a container do to files, sockets, namespaces and the kernel. */

import { plain, privileged } from '../container-facts.ts';
import type { LiveCase } from '../live-case.ts';
import { call, skipWithoutCall } from '../shell-text.ts';

/** A file system with two layers, as containers have; a program of the lower one may be given. */
const overlay = `
mkdir -p layers
private "$FOLDER/layers"
cd layers
mkdir lower upper work both
cp $given lower 2>/dev/null
mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay both`;

const AF_PACKET = 17;
const SOCK_RAW = 3;

const calls: readonly LiveCase[] = [
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
    skip: skipWithoutCall('open'),
    run: call('open', 'tool', 0o101, 0o755),
    fields: { ...plain, 'proc.name': 'perl' },
  },
  {
    name: 'a file that may not be run',
    rule: 'Container Drift Detected (open+create)',
    place: 'container',
    quiet: true,
    skip: skipWithoutCall('open'),
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
    run: `${overlay}; cp /usr/bin/true both/dropped; both/dropped; :`,
    fields: {
      ...privileged,
      'proc.exe': 'both/dropped',
      'proc.exepath': '{folder}/layers/both/dropped',
      'evt.arg.flags': /EXE_UPPER_LAYER/u,
      'proc.pname': 'bash',
    },
  },
  {
    name: 'a program of a lower layer',
    rule: 'Drop and execute new binary in container',
    place: 'privileged',
    quiet: true,
    run: `given=/usr/bin/true; ${overlay}; both/true; :`,
  },
];

export const cases: readonly LiveCase[] = [...calls, ...files];
