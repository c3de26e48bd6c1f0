/**
 * Whether an address belongs to this machine: it decides which end of a connection is the local
 * one.
 */

import type { ByteString } from '../base/host.ts';
import { formatAddress } from '../events/address.ts';
import type { EventContext } from '../state/event-context.ts';

/** The part of an IPv6 address that names the network. */
const V6_NETWORK_BYTES = 8;

/**
 * IPv4: the address of an interface; for a thread in a container that of its container, or of any
 * one while its own is not known. IPv6: in the network of an interface, so that :: and ::1 count as
 * loopback; never in a container.
 */
export function isLocalAddress(context: EventContext, address: ByteString): boolean {
  const containerId = context.thread?.containerId ?? '';
  if (containerId === '') return isOfInterface(context, address);
  if (address.length !== 4) return false;
  const { containers } = context.state;
  const text = formatAddress(address);
  const own = containers.get(containerId)?.ip ?? '';
  if (own !== '') return own === text || isOfInterface(context, address);
  for (const { ip } of containers.values()) {
    if (ip === text) return true;
  }
  return false;
}

function isOfInterface({ state }: EventContext, address: ByteString): boolean {
  if (address.length === 4) return state.interfaces.some((entry) => entry.address === address);
  const network = address.slice(0, V6_NETWORK_BYTES);
  return state.interfaces.some(
    (entry) => entry.address.length === address.length && entry.address.startsWith(network),
  );
}
