/** Files that hold secrets, read by every way there is to name them. */

import type { LiveCase } from '../live-case.ts';
import { AT_FDCWD, call, words64 } from '../shell-text.ts';

const UNTRUSTED = 'Read sensitive file untrusted';
const shadow = { 'fd.name': '/etc/shadow' } as const;
const OPEN_HOW_BYTES = 24;

const untrusted: readonly LiveCase[] = [
  {
    name: 'by its path',
    rule: UNTRUSTED,
    run: 'cat /etc/shadow; :',
    fields: {
      ...shadow,
      'evt.type': /^open/u,
      'proc.name': 'cat',
      'proc.cmdline': 'cat /etc/shadow',
      'proc.exepath': /\/bin\/cat$/u,
      'proc.pname': 'bash',
      'proc.aname[2]': /./u,
      'proc.tty': 0,
      'user.name': 'root',
      'user.uid': 0,
      'container.id': 'host',
    },
  },
  { name: 'by a relative path', rule: UNTRUSTED, run: 'cd /etc; cat shadow', fields: shadow },
  {
    name: 'by a path with dots',
    rule: UNTRUSTED,
    run: 'cd /etc/pam.d; cat ./../../etc/./shadow',
    fields: shadow,
  },
  { name: 'by a path with slashes', rule: UNTRUSTED, run: 'cat //etc///shadow', fields: shadow },
  {
    name: 'through a symbolic link',
    rule: UNTRUSTED,
    run: 'ln -s /etc/shadow notes; cat notes',
    fields: { ...shadow, 'proc.cmdline': 'cat notes' },
  },
  {
    name: 'through a chain of links',
    rule: UNTRUSTED,
    run: 'ln -s /etc here; ln -s here/shadow notes; cat notes',
    fields: shadow,
  },
  {
    name: 'below a linked directory',
    rule: UNTRUSTED,
    run: 'ln -s /etc config; cat config/shadow',
    fields: shadow,
  },
  {
    name: 'below /proc/self/root',
    rule: UNTRUSTED,
    run: 'cat /proc/self/root/etc/shadow',
    fields: shadow,
  },
  {
    name: "below another process's root",
    rule: UNTRUSTED,
    run: 'cat /proc/$$/root/etc/shadow',
    fields: shadow,
  },
  {
    name: 'below /proc/self/cwd',
    rule: UNTRUSTED,
    run: 'cd /etc; cat /proc/self/cwd/shadow',
    fields: shadow,
  },
  {
    name: 'through a descriptor of a directory',
    rule: UNTRUSTED,
    run: `exec 5</etc; ${call('openat', 5, 'shadow', 0)}`,
    fields: { ...shadow, 'evt.type': 'openat', 'proc.name': 'perl' },
  },
  {
    name: 'through a descriptor in /proc',
    rule: UNTRUSTED,
    run: 'exec 5</etc/shadow; cat /proc/self/fd/5',
    fields: shadow,
  },
  {
    name: 'by openat2',
    rule: UNTRUSTED,
    run: call('openat2', AT_FDCWD, '/etc/shadow', words64(0, 0, 0), OPEN_HOW_BYTES),
    fields: { ...shadow, 'evt.type': 'openat2' },
  },
  {
    name: 'by openat2 below a descriptor that is taken for the root',
    rule: UNTRUSTED,
    run: `exec 5</etc; ${call('openat2', 5, '/shadow', words64(0, 0, 0x10), OPEN_HOW_BYTES)}`,
    fields: { ...shadow, 'evt.type': 'openat2' },
  },
  {
    name: 'by a program of an unknown name',
    rule: UNTRUSTED,
    run: 'cp "$(type -P cat)" reader; ./reader /etc/shadow',
    fields: { ...shadow, 'proc.name': 'reader', 'proc.exepath': '{folder}/reader' },
  },
  {
    name: 'by a process that only forked',
    rule: UNTRUSTED,
    run: `perl -e 'fork or do { open F, "</etc/shadow"; exit }; wait'`,
    fields: { ...shadow, 'proc.name': 'perl', 'proc.pname': 'perl' },
  },
  {
    name: 'for reading and writing',
    rule: UNTRUSTED,
    run: `perl -e 'open F, "+</etc/shadow"'`,
    fields: shadow,
  },
  {
    name: 'a file of the directory of PAM',
    rule: UNTRUSTED,
    run: 'cd /etc/pam.d; files=(*); cat "$files"',
    fields: { 'fd.name': /^\/etc\/pam\.d\/./u },
  },
  { name: 'another file', rule: UNTRUSTED, quiet: true, run: 'cat /etc/passwd' },
  { name: 'another shadow', rule: UNTRUSTED, quiet: true, run: 'echo >shadow; cat shadow' },
  { name: 'a trusted program', rule: UNTRUSTED, quiet: true, run: 'as login cat /etc/shadow' },
  { name: 'a shell', rule: UNTRUSTED, quiet: true, run: 'read -r line </etc/shadow' },
  {
    name: 'for writing',
    rule: UNTRUSTED,
    quiet: true,
    run: call('openat', AT_FDCWD, '/etc/shadow', 1),
  },
  {
    name: 'without permission',
    rule: UNTRUSTED,
    quiet: true,
    run: 'cd /; setpriv --reuid=65534 --clear-groups cat /etc/shadow',
  },
];

const others: readonly LiveCase[] = [
  {
    name: 'a server that has run for a while',
    rule: 'Read sensitive file trusted after startup',
    slow: true,
    run: `as nginx bash -c 'read -r -t 5.2 <> <(:); read -r line </etc/shadow'`,
    fields: { ...shadow, 'proc.name': 'nginx' },
  },
  {
    name: 'a server that has just been started',
    rule: 'Read sensitive file trusted after startup',
    quiet: true,
    run: `as nginx bash -c 'read -r line </etc/shadow'`,
  },
  {
    name: 'a path that climbs',
    rule: 'Directory traversal monitored file read',
    run: 'exec cat ../../../../../../etc/passwd',
    fields: { 'fd.name': '/etc/passwd', 'fd.nameraw': '../../../../../../etc/passwd' },
  },
  {
    name: 'a path that climbs to nothing',
    rule: 'Directory traversal monitored file read',
    run: 'exec cat ../../../../../../etc/nothing-of-saker',
    fields: { 'fd.name': '/etc/nothing-of-saker' },
  },
  {
    name: 'a path that climbs, for a shell',
    rule: 'Directory traversal monitored file read',
    quiet: true,
    run: 'cat ../../../../../../etc/passwd; :',
  },
  {
    name: 'a private key',
    rule: 'Read ssh information',
    run: 'private /root; mkdir /root/.ssh; echo >/root/.ssh/id_rsa; cat /root/.ssh/id_rsa',
    fields: { 'fd.name': '/root/.ssh/id_rsa', 'proc.cmdline': 'cat /root/.ssh/id_rsa' },
  },
  {
    name: 'the directory of keys',
    rule: 'Read ssh information',
    run: 'private /home; mkdir -p /home/saker/.ssh/keys; ls /home/saker/.ssh/keys',
    fields: { 'fd.name': '/home/saker/.ssh/keys', 'proc.name': 'ls' },
  },
  {
    name: 'a key, by ssh',
    rule: 'Read ssh information',
    quiet: true,
    run: 'private /root; mkdir /root/.ssh; as ssh true; echo >/root/.ssh/id_rsa; as ssh cat /root/.ssh/id_rsa',
  },
  {
    name: 'a configuration of a shell',
    rule: 'Read Shell Configuration File',
    run: 'echo >.bashrc; cat .bashrc',
    fields: { 'fd.name': '{folder}/.bashrc' },
  },
  {
    name: 'a library that carries a back door',
    rule: 'Backdoored library loaded into SSHD (CVE-2024-3094)',
    run: 'echo >liblzma.so.5.6.1; as sshd cat liblzma.so.5.6.1',
    fields: { 'fd.name': '{folder}/liblzma.so.5.6.1', 'proc.name': 'sshd' },
  },
  {
    name: 'the same library for another program',
    rule: 'Backdoored library loaded into SSHD (CVE-2024-3094)',
    quiet: true,
    run: 'echo >liblzma.so.5.6.1; cat liblzma.so.5.6.1',
  },
];

export const cases: readonly LiveCase[] = [...untrusted, ...others];
