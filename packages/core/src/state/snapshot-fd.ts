/** One row of a descriptor list as an entry of a descriptor table. */

import type { TextTable } from '../base/text-table.ts';
import { isMappedV4, mappedV4 } from '../events/address.ts';
import { PPM_O_CLOEXEC } from '../events/constants.gen.ts';
import { FdType, isIpSocket, L4 } from '../events/fd-type.ts';
import type { FdEntry, NetworkInterface, Transport } from '../events/snapshot.ts';
import { FdInfo, NO_NAME, Role } from './fd-info.ts';
import { guessZeroEnd } from './local-addresses.ts';
import { pointerBytes } from './socket-ends.ts';
import { addressPairText } from './tuple.ts';

const knownTypes: ReadonlySet<number> = new Set(Object.values(FdType));

/** Undefined for kinds that nobody knows: such rows are dropped. */
export function fdOfEntry(
  entry: FdEntry,
  texts: TextTable,
  interfaces: readonly NetworkInterface[],
): FdInfo | undefined {
  if (!knownTypes.has(entry.type) || entry.type <= FdType.UNKNOWN) return undefined;
  const fd = new FdInfo(entry.type as FdType);
  fd.ino = entry.ino;
  if (isIpSocket(fd.type) && entry.transport !== undefined) {
    setTransport(fd, entry.transport);
    if (fd.type === FdType.IPV4_SOCK) guessZeroEnd(fd, interfaces);
    nameByAddresses(fd);
    return fd;
  }
  fd.setPath(entry.name === '' ? NO_NAME : texts.internString(entry.name));
  if (fd.type === FdType.UNIX_SOCK) {
    fd.unixEnds = pointerBytes(entry.unixSource ?? 0) + pointerBytes(entry.unixDestination ?? 0);
    fd.role = entry.name === '' ? Role.CLIENT : Role.SERVER;
  }
  fd.openFlags = entry.openFlags ?? 0;
  fd.closeOnExec = (fd.openFlags & PPM_O_CLOEXEC) !== 0;
  fd.dev = entry.dev ?? 0;
  return fd;
}

function setTransport(fd: FdInfo, transport: Transport): void {
  const { sourceAddress, destinationAddress } = transport;
  const isMapped =
    fd.type === FdType.IPV6_SOCK && isMappedV4(sourceAddress) && isMappedV4(destinationAddress);
  if (isMapped) fd.type = FdType.IPV4_SOCK;
  fd.sourceAddress = isMapped ? mappedV4(sourceAddress) : sourceAddress;
  fd.destinationAddress = isMapped ? mappedV4(destinationAddress) : destinationAddress;
  fd.sourcePort = transport.sourcePort;
  fd.destinationPort = transport.destinationPort;
  fd.l4proto = transport.l4proto as L4;
  // A listening socket had its role from a bind that nobody saw: it has none, as in Falco.
  fd.connected = !fd.isListening && fd.l4proto === L4.TCP;
}

function nameByAddresses(fd: FdInfo): void {
  if (fd.isListening) fd.tupleChanged();
  else fd.setName(addressPairText(fd));
}

/**
 * Gives an IPv4 connection its direction: the end whose port this machine listens on is the server.
 * To be called once all descriptors and interfaces are known. IPv6 connections keep no role.
 */
export function orientConnection(
  fd: FdInfo,
  listeningPorts: ReadonlySet<number>,
  interfaces: readonly NetworkInterface[],
): void {
  if (fd.type !== FdType.IPV4_SOCK) return;
  guessZeroEnd(fd, interfaces);
  const isServer = listeningPorts.has(fd.sourcePort);
  fd.role = isServer ? Role.SERVER : Role.CLIENT;
  if (isServer) fd.swapEnds();
  nameByAddresses(fd);
}
