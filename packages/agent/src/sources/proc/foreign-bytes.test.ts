/** Whatever stands in the files, the readers of their lines throw nothing. */

import { suite, test } from 'node:test';
import { L4 } from '@saker/core/events/fd-type.ts';
import * as fc from 'fast-check';
import { parseGroup, parseUser } from './accounts.ts';
import { CgroupLists } from './cgroup-list.ts';
import { kindOfLink, pipeInode, socketInode } from './descriptor-kinds.ts';
import { mapHolds } from './executable.ts';
import { parseMount } from './mount-table.ts';
import { parsePidStat } from './pid-stat.ts';
import { parsePidStatus } from './pid-status.ts';
import { parseIpSocket, parseNetlinkSocket, parseUnixSocket } from './socket-lines.ts';

const cgroups = new CgroupLists('/a/b');
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  parsePidStat,
  parsePidStatus,
  parseMount,
  parseUser,
  parseGroup,
  parseIpSocket: (text) => parseIpSocket(text, L4.TCP),
  parseUnixSocket,
  parseNetlinkSocket,
  cgroups: (text) => cgroups.list(text),
  kindOfLink,
  socketInode,
  pipeInode,
  mapHolds: (text) => mapHolds(text, 0),
};

/** True lines, from which most others are not far. */
const lines = [
  '42 (cat) S 7 41 40 34816 -1 4194560 120 9 3 0 5 6 0 0 20 0 4 0 8123 1064960 256',
  'Name:\tcat\nTgid:\t42\nUid:\t0\t0\t0\t0\nNSpid:\t42\t1\nVmRSS:\t 1 kB\nCapEff:\t01ff\n',
  '36 35 98:0 /r /p rw,noatime shared:1 - overlay x rw,upperdir=/u\\054v',
  '1: 0100007F:0277 020200C0:D431 01 00000000:00000000 00:00000000 00000000 0 0 1812 1',
  '000000006b823eef: 00000003 00000000 00000000 0001 03  1057 /run/a.sock',
  '00000000f8c7283f 4   1234 00000000 0 0 0 2 0 565',
  'root:x:0:0:root:/root:/bin/bash',
  '3:cpu,cpuacct:/a\n0::/../../b\n',
  'anon_inode:[eventfd]',
  'socket:[91]',
  '0 100000 65536',
];
const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const bytes = fc.string({ unit: byte, maxLength: 40 });
/** A line with some bytes in place of others. */
const mutated = fc
  .tuple(fc.constantFrom(...lines), fc.nat(), fc.nat({ max: 20 }), bytes)
  .map(([line, at, length, bytes]) => {
    const start = at % (line.length + 1);
    return line.slice(0, start) + bytes + line.slice(start + length);
  });

suite('foreign bytes', () => {
  for (const [name, read] of Object.entries(readers)) {
    test(name, () => {
      fc.assert(
        fc.property(fc.oneof(bytes, mutated), (text) => void read(text)),
        { numRuns: 2000 },
      );
    });
  }
});
