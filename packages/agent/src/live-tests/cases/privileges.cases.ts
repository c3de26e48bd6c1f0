/** Ways to more rights, into other processes, and around what watches files. */

import { syscallNumber } from '@saker/sensor/syscall-numbers.ts';
import type { LiveCase } from '../live-case.ts';
import { call, quoted, skipWithoutCall } from '../shell-text.ts';

const PTRACE_TRACEME = 0;
const PTRACE_PEEKUSR = 3;
const PTRACE_ATTACH = 16;
const PTRACE_SEIZE = 0x4206;
const BPF_PROG_LOAD = 5;
const BPF_MAP_GET_NEXT_ID = 12;
const CLONE_NEWUTS = 0x0400_0000;
const NOBODY = 65534;

/** Perl: copies a program into memory that no file system has, and starts it there. */
const memfd = `
my $fd = syscall(${syscallNumber('memfd_create', process.arch)}, my $name = "nothing", 0);
open my $from, "<", $ARGV[0] or die; binmode $from;
open my $to, ">&=", $fd or die; binmode $to;
local $/; print {$to} <$from>; $to->flush;
exec {"/proc/self/fd/$fd"} "hidden", "argument" or die $!;
`;

const bits: readonly LiveCase[] = [
  {
    name: 'chmod u+s',
    rule: 'Set Setuid or Setgid bit',
    run: ': >tool; chmod u+s tool',
    fields: {
      'evt.type': 'fchmodat',
      'evt.arg.filename': '{folder}/tool',
      'evt.arg.mode': /S_ISUID/u,
      'proc.cmdline': 'chmod u+s tool',
    },
  },
  {
    name: 'chmod as a call',
    rule: 'Set Setuid or Setgid bit',
    skip: skipWithoutCall('chmod'),
    run: `: >tool; ${call('chmod', 'tool', 0o2755)}`,
    fields: { 'evt.type': 'chmod', 'evt.arg.mode': /S_ISGID/u },
  },
  {
    name: 'fchmod',
    rule: 'Set Setuid or Setgid bit',
    run: `exec 5>tool; ${call('fchmod', 5, 0o4755)}`,
    fields: { 'evt.type': 'fchmod', 'evt.arg.fd': /\/tool$/u },
  },
  {
    name: 'chmod +x',
    rule: 'Set Setuid or Setgid bit',
    quiet: true,
    run: ': >tool; chmod +x tool',
  },
  {
    name: 'back to what one is not',
    rule: 'Non sudo setuid',
    run: `cd /; setpriv --reuid=daemon --clear-groups ${call('setuid', 2)}; :`,
    fields: { 'evt.arg.uid': /./u, 'user.name': 'daemon', 'proc.name': 'perl' },
  },
  {
    name: 'root that stays root',
    rule: 'Non sudo setuid',
    quiet: true,
    run: call('setuid', 0),
  },
  {
    name: 'nobody that becomes nobody',
    rule: 'Non sudo setuid',
    quiet: true,
    run: `cd /; setpriv --reuid=${NOBODY} --clear-groups ${call('setuid', NOBODY)}`,
  },
];

const processes: readonly LiveCase[] = [
  {
    name: 'PTRACE_ATTACH',
    rule: 'PTRACE attached to process',
    run: `sleep 5 & ${call('ptrace', PTRACE_ATTACH)} $! 0 0; kill -9 $!`,
    fields: { 'evt.type': 'ptrace', 'proc.name': 'perl', 'proc.pcmdline': /^bash/u },
  },
  {
    name: 'PTRACE_SEIZE of nobody',
    rule: 'PTRACE attached to process',
    run: call('ptrace', PTRACE_SEIZE, -1, 0, 0),
    fields: { 'proc.name': 'perl' },
  },
  {
    name: 'a look at registers',
    rule: 'PTRACE attached to process',
    quiet: true,
    run: call('ptrace', PTRACE_PEEKUSR, 1, 0, 0),
  },
  {
    name: 'PTRACE_TRACEME',
    rule: 'PTRACE anti-debug attempt',
    run: call('ptrace', PTRACE_TRACEME, 0, 0, 0),
    fields: { 'evt.type': 'ptrace', 'proc.name': 'perl' },
  },
  {
    name: 'of the memory of a file',
    rule: 'Fileless execution via memfd_create',
    run: `perl -e ${quoted(memfd)} "$(type -P true)"; :`,
    fields: {
      'proc.exepath': /^memfd:nothing/u,
      'proc.cmdline': /argument$/u,
      'evt.arg.flags': /EXE_FROM_MEMFD/u,
      'proc.pname': 'bash',
    },
  },
  {
    name: 'of an ordinary file through a descriptor',
    rule: 'Fileless execution via memfd_create',
    quiet: true,
    run: 'exec 5<"$(type -P true)"; /proc/self/fd/5',
  },
  {
    name: 'of another process',
    rule: 'Change thread namespace',
    run: `exec 5</proc/self/ns/uts; ${call('setns', 5, CLONE_NEWUTS)}`,
    fields: { 'evt.type': 'setns', 'proc.name': 'perl' },
  },
  {
    name: 'by a program that is there for it',
    rule: 'Change thread namespace',
    quiet: true,
    run: 'nsenter --uts=/proc/self/ns/uts true',
  },
  {
    name: 'a program',
    rule: 'BPF Program Not Profiled',
    run: call('bpf', BPF_PROG_LOAD, new Uint8Array(128), 128),
    fields: { 'evt.arg.cmd': 'BPF_PROG_LOAD', 'proc.name': 'perl' },
  },
  {
    name: 'a question',
    rule: 'BPF Program Not Profiled',
    quiet: true,
    run: call('bpf', BPF_MAP_GET_NEXT_ID, new Uint8Array(128), 128),
  },
  {
    name: 'by nobody',
    rule: 'Unprivileged Delegation of Page Faults Handling to a Userspace Process',
    run: `cd /; setpriv --reuid=${NOBODY} --clear-groups ${call('userfaultfd', 1)}`,
    fields: { 'user.uid': NOBODY, 'user.name': 'nobody', 'evt.type': 'userfaultfd' },
  },
  {
    name: 'by root',
    rule: 'Unprivileged Delegation of Page Faults Handling to a Userspace Process',
    quiet: true,
    run: call('userfaultfd', 1),
  },
];

export const cases: readonly LiveCase[] = [...bits, ...processes];
