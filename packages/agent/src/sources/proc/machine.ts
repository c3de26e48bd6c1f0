/** The machine and its network interfaces. */

import { networkInterfaces, totalmem } from 'node:os';
import { parseIpv4, parseIpv6 } from '@saker/core/base/address-text.ts';
import type { ByteString } from '@saker/core/base/host.ts';
import { type Int64, normalise64 } from '@saker/core/base/int64.ts';
import type { MachineInfo, NetworkInterface } from '@saker/core/events/snapshot.ts';
import type { LinuxFiles } from './linux-files.ts';

const NS_PER_SECOND = 1_000_000_000n;

/** `proc` is the open /proc of the host. */
export function readMachine(files: LinuxFiles, proc: number, hostname: ByteString): MachineInfo {
  let cpuCount = 0;
  let bootTime: Int64 = 0;
  files.eachLine(proc, 'stat', (line) => {
    if (/^cpu\d/.test(line)) cpuCount++;
    const seconds = /^btime (\d+)$/.exec(line)?.[1];
    if (seconds !== undefined) bootTime = normalise64(BigInt(seconds) * NS_PER_SECOND);
    return bootTime === 0;
  });
  const pidMax = Number.parseInt(files.text(proc, 'sys/kernel/pid_max') ?? '', 10) || 0;
  return { cpuCount, memoryBytes: totalmem(), pidMax, hostname, bootTime };
}

/** Those of the network namespace that this process is in, as Falco lists them. */
export function readInterfaces(): NetworkInterface[] {
  const found: NetworkInterface[] = [];
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    for (const { family, address, netmask, internal } of addresses ?? []) {
      const parse = family === 'IPv4' ? parseIpv4 : parseIpv6;
      const bytes = parse(address);
      const mask = parse(netmask);
      if (bytes === undefined || mask === undefined) continue;
      const broadcast =
        family === 'IPv4' && !internal ? broadcastOf(bytes, mask) : '\0'.repeat(bytes.length);
      found.push({ name, address: bytes, netmask: mask, broadcast, linkSpeed: 0 });
    }
  }
  return found;
}

/** The last address of the net, which is what it is unless somebody chose another. */
function broadcastOf(address: ByteString, netmask: ByteString): ByteString {
  return Array.from(address, (char, at) =>
    String.fromCharCode(char.charCodeAt(0) | (~netmask.charCodeAt(at) & 0xff)),
  ).join('');
}
