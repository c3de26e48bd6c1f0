/** The machine's addresses by interface, as snapshots name them. */

import { networkInterfaces } from 'node:os';

type Interfaces = ReturnType<typeof networkInterfaces>;

export function addressFields(
  interfaces: Interfaces = networkInterfaces(),
): readonly (readonly [name: string, value: string])[] {
  const fields: [string, string][] = [];
  for (const [family, protocol] of [
    ['IPv4', 'ipv4'],
    ['IPv6', 'ipv6'],
  ] as const) {
    for (const [name, entries = []] of Object.entries(interfaces)) {
      if (name === 'lo') continue;
      const addresses = entries.filter((entry) => entry.family === family);
      if (addresses.length === 0) continue;
      fields.push([
        `falco.host_netinfo.interfaces.${name}.protocols.${protocol}.addresses`,
        addresses.map(({ address }) => address).join(','),
      ]);
    }
  }
  return fields;
}
