/** connect: a socket learns where it leads. */

import { toBytes } from '../../base/byte-string.ts';
import { isMappedV4 } from '../../events/address.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { EventView } from '../../events/event-view.ts';
import { FdType, L4 } from '../../events/fd-type.ts';
import {
  decodeSocketAddress,
  decodeSocketTuple,
  type SocketAddress,
  type SocketTuple,
  socketAddressAt,
} from '../../events/socket-address.ts';
import type { EventContext } from '../event-context.ts';
import { type FdInfo, Role } from '../fd-info.ts';
import { setIpTuple, setUnixTuple } from '../socket-ends.ts';
import type { ReducerRows } from './reducer.ts';

const EINPROGRESS = 115;
const TUPLE = 1;
const ADDRESS = 3;

function connect(context: EventContext): void {
  const { event } = context;
  const result = event.i64(0);
  if (result < 0 && result !== -EINPROGRESS) return;
  const fd = context.ownFd();
  if (fd === undefined) return;
  fd.connected = true;
  const before = fd.name;
  const asked = enterAddress(context);
  if (event.paramLength(TUPLE) === 0) {
    // TCP fast open: the kernel has no tuple yet.
    if (asked !== undefined) setDestination(fd, asked);
  } else {
    const tuple = decodeSocketTuple(event, TUPLE);
    if (tuple !== undefined) setTuple(fd, trustedTuple(context, tuple, asked));
  }
  context.fdNameChanged = fd.name !== before;
}

/** The address as it was when the call began. */
function enterAddress({ enter }: EventContext): SocketAddress | undefined {
  if (enter === undefined || enter.address === '') return undefined;
  const bytes = toBytes(enter.address);
  const view = new EventView();
  view.attach(bytes, new DataView(bytes.buffer));
  return socketAddressAt(view, 0, bytes.length);
}

/**
 * A destination that equals the call's argument was read from there, after another thread may have
 * changed it: then the argument as it was at the beginning counts. One that differs is the kernel's
 * own.
 */
function trustedTuple(
  { event }: EventContext,
  tuple: SocketTuple,
  asked: SocketAddress | undefined,
): SocketTuple {
  const read = decodeSocketAddress(event, ADDRESS);
  if (asked === undefined || read === undefined) return tuple;
  if (tuple.kind === 'ip' && read.kind === 'ip' && asked.kind === 'ip') {
    const isArgument =
      tuple.destinationAddress === read.address && tuple.destinationPort === read.port;
    if (!isArgument || asked.address.length !== read.address.length) return tuple;
    return { ...tuple, destinationAddress: asked.address, destinationPort: asked.port };
  }
  const isPath = tuple.kind === 'unix' && read.kind === 'unix' && asked.kind === 'unix';
  return isPath && tuple.path === read.path ? { ...tuple, path: asked.path } : tuple;
}

function setTuple(fd: FdInfo, tuple: SocketTuple): void {
  if (tuple.kind === 'ip') {
    const isServer = fd.role === Role.SERVER && fd.l4proto === L4.UDP;
    const isChanged = setIpTuple(fd, tuple);
    // A UDP server that connects to a client.
    if (isChanged && isServer && fd.type === FdType.IPV4_SOCK) fd.swapEnds();
    fd.tupleChanged();
  } else {
    if (fd.type !== FdType.UNIX_SOCK || tuple.kind !== 'unix') return;
    setUnixTuple(fd, tuple, tuple.path);
  }
  if (fd.role === Role.NONE) fd.role = Role.CLIENT;
}

/** Only the destination is known. An ip socket keeps its name and has no role yet. */
function setDestination(fd: FdInfo, asked: SocketAddress): void {
  if (asked.kind === 'unix') fd.setName(asked.path);
  if (asked.kind !== 'ip') return;
  fd.setName(fd.name);
  const isV4 = asked.address.length === 4 || isMappedV4(asked.address);
  fd.type = isV4 ? FdType.IPV4_SOCK : FdType.IPV6_SOCK;
  fd.destinationAddress = isV4 ? asked.address.slice(-4) : asked.address;
  fd.destinationPort = asked.port;
}

export const connectReducers: ReducerRows = [[PPME.PPME_SOCKET_CONNECT_X, connect]];
