/** Files that attackers leave behind, change or remove. */

import type { LiveCase } from '../live-case.ts';
import { AT_FDCWD, call, skipWithoutCall, words64 } from '../shell-text.ts';

/** struct open_how: O_RDWR and O_CREAT, a mode, nothing of how the path is resolved. */
const writing = words64(0o102, 0o600, 0);

const below: readonly LiveCase[] = [
  {
    name: 'a new file',
    rule: 'Write below etc',
    run: 'trap "rm -f /etc/saker-live" EXIT; : >/etc/saker-live',
    fields: {
      'fd.name': '/etc/saker-live',
      'proc.name': 'bash',
      'proc.pcmdline': /./u,
      'evt.type': 'openat',
    },
  },
  {
    name: 'below a linked directory',
    rule: 'Write below etc',
    run: 'private /etc/apt; ln -s /etc/apt here; : >here/file',
    fields: { 'fd.name': '/etc/apt/file' },
  },
  {
    name: 'by openat2, for reading as well',
    rule: 'Write below etc',
    run: `private /etc/apt; ${call('openat2', AT_FDCWD, '/etc/apt/file', writing, 24)}`,
    fields: { 'fd.name': '/etc/apt/file', 'proc.name': 'perl' },
  },
  {
    name: 'a package manager',
    rule: 'Write below etc',
    quiet: true,
    run: 'private /etc/apt; as dpkg bash -c ">/etc/apt/file"',
  },
  { name: 'for reading', rule: 'Write below etc', quiet: true, run: 'cat /etc/passwd' },
  {
    name: 'a new program',
    rule: 'Write below binary dir',
    run: 'private /usr/sbin; : >/usr/sbin/tool',
    fields: { 'fd.name': '/usr/sbin/tool', 'proc.name': 'bash' },
  },
  {
    name: 'a new program below the old path',
    rule: 'Write below binary dir',
    run: 'private /usr/sbin; : >/sbin/tool',
    fields: { 'fd.name': /^(?:\/usr)?\/sbin\/tool$/u },
  },
  {
    name: 'a new library',
    rule: 'Write below monitored dir',
    run: 'private /usr/local/bin; : >/usr/local/bin/tool',
    fields: { 'fd.name': '/usr/local/bin/tool' },
  },
  {
    name: 'a file',
    rule: 'Write below root',
    run: 'private /root; : >/root/notes',
    fields: { 'fd.name': '/root/notes' },
  },
  {
    name: 'a file that shells keep there',
    rule: 'Write below root',
    quiet: true,
    run: 'private /root; : >/root/.bash_history',
  },
  {
    name: 'another program than rpm',
    rule: 'Write below rpm database',
    run: 'private /var/lib; mkdir /var/lib/rpm; : >/var/lib/rpm/Packages',
    fields: { 'fd.name': '/var/lib/rpm/Packages' },
  },
  {
    name: 'a program that gets another name',
    rule: 'Modify binary dirs',
    run: 'private /usr/sbin; : >/usr/sbin/a; mv /usr/sbin/a /usr/sbin/b',
    fields: { 'evt.type': 'renameat2', 'proc.cmdline': 'mv /usr/sbin/a /usr/sbin/b' },
  },
  {
    name: 'a program that comes from elsewhere',
    rule: 'Modify binary dirs',
    skip: skipWithoutCall('rename'),
    run: `: >tool; ${call('rename', 'tool', '/bin/saker-live')}; rm -f /bin/saker-live`,
    fields: { 'evt.type': 'rename', 'evt.args': /newpath=\/bin\/saker-live/u },
  },
  {
    name: 'a program that goes away',
    rule: 'Modify binary dirs',
    run: 'private /usr/sbin; : >/usr/sbin/a; rm /usr/sbin/a',
    fields: { 'evt.type': 'unlinkat', 'proc.cmdline': 'rm /usr/sbin/a' },
  },
  {
    name: 'a file of another directory',
    rule: 'Modify binary dirs',
    quiet: true,
    run: ': >a; mv a b; rm b',
  },
  {
    name: 'a directory',
    rule: 'Mkdir binary dirs',
    run: 'private /usr/sbin; mkdir /usr/sbin/tools',
    fields: { 'evt.arg.path': '/usr/sbin/tools', 'proc.name': 'mkdir' },
  },
  {
    name: 'a file',
    rule: 'Create files below dev',
    run: 'private /dev; >/dev/saker-live',
    fields: { 'fd.name': '/dev/saker-live' },
  },
  { name: 'a null device', rule: 'Create files below dev', quiet: true, run: 'echo >/dev/null' },
];

const traces: readonly LiveCase[] = [
  {
    name: 'of a user',
    rule: 'Modify Shell Configuration File',
    run: 'touch .bashrc',
    fields: { 'fd.name': '{folder}/.bashrc', 'proc.name': 'touch' },
  },
  {
    name: 'of the machine',
    rule: 'Modify Shell Configuration File',
    run: 'private /etc; touch /etc/profile',
    fields: { 'fd.name': '/etc/profile' },
  },
  {
    name: 'by a shell',
    rule: 'Modify Shell Configuration File',
    quiet: true,
    run: '>.bashrc',
  },
  {
    name: 'a file of cron',
    rule: 'Schedule Cron Jobs',
    run: 'private /etc; mkdir /etc/cron.d; echo >/etc/cron.d/job',
    fields: { 'fd.name': '/etc/cron.d/job' },
  },
  {
    name: 'by the command',
    rule: 'Schedule Cron Jobs',
    run: 'as crontab true -e',
    fields: { 'proc.name': 'crontab', 'proc.cmdline': 'crontab -e' },
  },
  {
    name: 'a new source',
    rule: 'Update Package Repository',
    run: 'private /etc/apt; mkdir /etc/apt/sources.list.d; touch /etc/apt/sources.list.d/x.list',
    fields: { 'fd.name': '/etc/apt/sources.list.d/x.list', 'proc.name': 'touch' },
  },
  {
    name: 'by a package manager',
    rule: 'Update Package Repository',
    quiet: true,
    run: 'private /etc/apt; as apt touch /etc/apt/sources.list',
  },
  {
    name: 'a log that is emptied',
    rule: 'Clear Log Activities',
    run: ': >syslog',
    fields: { 'fd.name': '{folder}/syslog', 'proc.name': 'bash' },
  },
  {
    name: 'a log that is added to',
    rule: 'Clear Log Activities',
    quiet: true,
    run: ': >>syslog',
  },
  {
    name: 'by its removal',
    rule: 'Delete or rename shell history',
    run: 'touch .bash_history; rm .bash_history',
    fields: { 'proc.cmdline': 'rm .bash_history', 'evt.type': 'unlinkat' },
  },
  {
    name: 'by another name',
    rule: 'Delete or rename shell history',
    run: 'touch .bash_history; mv .bash_history x',
    fields: { 'evt.type': /^rename/u, 'evt.arg.oldpath': /\.bash_history$/u },
  },
  {
    name: 'by emptying it',
    rule: 'Delete or rename shell history',
    run: ': >.zsh_history',
    fields: { 'fd.name': '{folder}/.zsh_history' },
  },
  {
    name: 'a directory',
    rule: 'Create Hidden Files or Directories',
    run: 'mkdir "$FOLDER/.hidden"',
    fields: { 'proc.name': 'mkdir', 'evt.type': /^mkdir/u },
  },
  {
    name: 'a file',
    rule: 'Create Hidden Files or Directories',
    run: ': >.hidden',
    fields: { 'fd.name': '{folder}/.hidden' },
  },
  {
    name: 'of a user',
    rule: 'Adding ssh keys to authorized_keys',
    run: 'private /home; mkdir -p /home/saker/.ssh; echo >>/home/saker/.ssh/authorized_keys',
    fields: { 'fd.name': '/home/saker/.ssh/authorized_keys' },
  },
  {
    name: 'of root, by a relative path',
    rule: 'Adding ssh keys to authorized_keys',
    run: 'private /root; mkdir /root/.ssh; cd /root; echo >>.ssh/authorized_keys',
    fields: { 'fd.name': '/root/.ssh/authorized_keys' },
  },
  {
    name: 'a symbolic link to it',
    rule: 'Create Symlink Over Sensitive Files',
    run: 'ln -s /etc/shadow notes',
    fields: {
      'evt.arg.target': '/etc/shadow',
      'evt.arg.linkpath': /notes$/u,
      'proc.cmdline': 'ln -s /etc/shadow notes',
    },
  },
  {
    name: 'a symbolic link to its directory',
    rule: 'Create Symlink Over Sensitive Files',
    skip: skipWithoutCall('symlink'),
    run: call('symlink', '/etc', 'config'),
    fields: {
      'evt.arg.target': '/etc',
      'evt.arg.linkpath': '{folder}/config',
      'evt.type': 'symlink',
    },
  },
  {
    name: 'a symbolic link to something else',
    rule: 'Create Symlink Over Sensitive Files',
    quiet: true,
    run: 'ln -s /etc/passwd notes',
  },
  {
    name: 'a hard link to it',
    rule: 'Create Hardlink Over Sensitive Files',
    run: 'ln /etc/shadow notes',
    fields: { 'evt.arg.oldpath': '/etc/shadow', 'evt.arg.newpath': '{folder}/notes' },
  },
  {
    name: 'a hard link to something else',
    rule: 'Create Hardlink Over Sensitive Files',
    quiet: true,
    run: 'touch a; ln a b',
  },
];

export const cases: readonly LiveCase[] = [...below, ...traces];
