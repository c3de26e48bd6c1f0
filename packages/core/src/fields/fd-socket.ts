/**
 * Class fd: addresses, ports and protocols of sockets. An event sees a connection from one of three
 * sides: client and server (c, s), local and remote (l, r), or either end (fd.ip, fd.port, fd.net).
 * Source is the client's end, see FdInfo.
 */

import type { ByteString } from '../base/host.ts';
import { FdType, l4Name } from '../events/fd-type.ts';
import { PF, PT } from '../events/param-types.gen.ts';
import type { EventContext } from '../state/event-context.ts';
import { type FdInfo, Role } from '../state/fd-info.ts';
import { fdOf } from './event-fd.ts';
import { addressOf, isIpConnection, shownProtocol } from './fd-kinds.ts';
import type { Extractor, Field } from './field.ts';
import { isLocalAddress } from './local-address.ts';
import { BOOL, CHARBUF } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('fd');

type Side = 'client' | 'server' | 'local' | 'remote';
/** An end of the event's socket; undefined where the side has none. */
type End = 'source' | 'destination' | undefined;

function portOf(fd: FdInfo, end: 'source' | 'destination'): number {
  return end === 'source' ? fd.sourcePort : fd.destinationPort;
}

/**
 * Which end of the socket a side is. A listening socket has only a server; before its role is known
 * a socket has no sides.
 */
function endOf(context: EventContext, fd: FdInfo, side: Side): End {
  if (!isIpConnection(fd)) return side === 'server' && fd.isIpSocket ? 'source' : undefined;
  if (fd.role === Role.NONE) return undefined;
  switch (side) {
    case 'client':
      return 'source';
    case 'server':
      return 'destination';
    default:
      return isLocalAddress(context, addressOf(fd, 'source')) === (side === 'local')
        ? 'source'
        : 'destination';
  }
}

function sideAddress(side: Side): Extractor {
  return (context) => {
    const fd = fdOf(context);
    const end = fd === undefined ? undefined : endOf(context, fd, side);
    return fd === undefined || end === undefined ? undefined : addressOf(fd, end);
  };
}

function sidePort(side: Side): Extractor {
  return (context) => {
    const fd = fdOf(context);
    const end = fd === undefined ? undefined : endOf(context, fd, side);
    return fd === undefined || end === undefined ? undefined : portOf(fd, end);
  };
}

/** The port as text. Sockets that have a role but no ports have it too, as "". */
function sideProtocol(side: Side): Extractor {
  const port = sidePort(side);
  return (context) => {
    const fd = fdOf(context);
    if (fd === undefined) return undefined;
    if (side === 'client' && fd.role !== Role.NONE && !isIpConnection(fd)) return '';
    if (side === 'server' && fd.isIpSocket && !isIpConnection(fd)) return '';
    const value = port(context);
    return value === undefined ? undefined : String(value);
  };
}

/**
 * Both ends of a connection, the one end of a listening socket. The list is the field's own, reused
 * for the next event.
 */
function eitherEnd(
  value: (fd: FdInfo, end: 'source' | 'destination') => ByteString | number,
): Extractor {
  const one: [ByteString | number] = [0];
  const two: [ByteString | number, ByteString | number] = [0, 0];
  return (context) => {
    const fd = fdOf(context);
    if (fd === undefined || !fd.isIpSocket) return undefined;
    if (!isIpConnection(fd)) {
      one[0] = value(fd, 'source');
      return one;
    }
    two[0] = value(fd, 'source');
    two[1] = value(fd, 'destination');
    return two;
  };
}

const eitherAddress = eitherEnd(addressOf);
const eitherPort = eitherEnd(portOf);

const ADDRESS = { type: PT.PT_IPADDR, format: PF.PF_NA };
const NET = { type: PT.PT_IPNET, format: PF.PF_NA };
const PORT = { type: PT.PT_PORT, format: PF.PF_DEC };
const FILTER_ONLY = { filterOnly: true, noRhs: true, noTransformer: true };

const sideNames: Readonly<Record<Side, string>> = {
  client: 'the client',
  server: 'the server',
  local: 'this machine',
  remote: 'the other machine',
};

/** One field per side, in the order of the listing: fd.cip, fd.sip, fd.lip, fd.rip. */
function perSide(make: (side: Side, letter: string, end: string) => Field): readonly Field[] {
  const sides: readonly Side[] = ['client', 'server', 'local', 'remote'];
  return sides.map((side) => make(side, side.slice(0, 1), sideNames[side]));
}

export const fdAddressFields: readonly Field[] = [
  field({
    name: 'fd.ip',
    ...ADDRESS,
    ...FILTER_ONLY,
    description:
      'The address of either end of a socket: equal when one end is, unequal when both are.',
    candidates: () => eitherAddress,
    quantifier: 'any',
    extract: eitherAddress,
  }),
  ...perSide((side, letter, end) =>
    field({
      name: `fd.${letter}ip`,
      ...ADDRESS,
      description: `Address of ${end} on a connection.`,
      extract: sideAddress(side),
    }),
  ),
  field({
    name: 'fd.port',
    ...PORT,
    ...FILTER_ONLY,
    description:
      'The port of either end of a socket: equal when one end is, unequal when both are.',
    candidates: () => eitherPort,
    quantifier: 'any',
    extract: eitherPort,
  }),
  ...perSide((side, letter, end) =>
    field({
      name: `fd.${letter}port`,
      ...PORT,
      description: `Port of ${end} on a connection.`,
      extract: sidePort(side),
    }),
  ),
];

function isServer(context: EventContext): boolean | undefined {
  const fd = fdOf(context);
  if (fd === undefined) return undefined;
  if (!fd.isIpSocket) return false;
  return isIpConnection(fd) ? isLocalAddress(context, addressOf(fd, 'destination')) : true;
}

export const fdProtocolFields: readonly Field[] = [
  field({
    name: 'fd.l4proto',
    ...CHARBUF,
    description:
      'Transport protocol of an ip socket: tcp, udp, icmp or raw; "<NA>" for everything else.',
    extract(context) {
      const fd = fdOf(context);
      return fd === undefined ? undefined : l4Name(shownProtocol(fd));
    },
  }),
  field({
    name: 'fd.sockfamily',
    ...CHARBUF,
    description: 'Family of a socket: ip or unix.',
    extract(context) {
      const fd = fdOf(context);
      if (fd?.isIpSocket === true) return 'ip';
      return fd?.type === FdType.UNIX_SOCK ? 'unix' : undefined;
    },
  }),
  field({
    name: 'fd.is_server',
    ...BOOL,
    description: '"true" if this machine is the server of the connection, or the socket listens.',
    extract: isServer,
  }),
];

export const fdServiceFields: readonly Field[] = [
  field({
    name: 'fd.proto',
    type: PT.PT_PORT,
    format: PF.PF_NA,
    ...FILTER_ONLY,
    description: 'Like fd.port; conditions may name the service in place of its port.',
    candidates: () => eitherPort,
    quantifier: 'any',
    extract: eitherPort,
  }),
  ...perSide((side, letter, end) =>
    field({
      name: `fd.${letter}proto`,
      ...CHARBUF,
      description: `Port of ${end} on a connection, as text.`,
      extract: sideProtocol(side),
    }),
  ),
  field({
    name: 'fd.net',
    ...NET,
    ...FILTER_ONLY,
    description:
      'The network of either end of a socket: equal when one end is in it, unequal when both ' +
      'are not.',
    candidates: () => eitherAddress,
    quantifier: 'any',
    extract: eitherAddress,
  }),
  ...perSide((side, letter, end) =>
    field({
      name: `fd.${letter}net`,
      ...NET,
      ...FILTER_ONLY,
      description: `Network of ${end} on a connection.`,
      extract: sideAddress(side),
    }),
  ),
];

export const fdStatusFields: readonly Field[] = [
  field({
    name: 'fd.connected',
    ...BOOL,
    description: '"true" once a socket is connected.',
    extract: (context) => fdOf(context)?.connected,
  }),
  field({
    name: 'fd.name_changed',
    ...BOOL,
    description: '"true" if the event gave the descriptor its name, or another one.',
    extract: (context) => (fdOf(context) === undefined ? undefined : context.fdNameChanged),
  }),
];

/**
 * Nothing here asks a name server: no rule may wait for one, and a capture must read the same
 * everywhere.
 */
export const fdHostNameFields: readonly Field[] = perSide((_side, letter, end) =>
  field({
    name: `fd.${letter}ip.name`,
    ...CHARBUF,
    noRhs: true,
    noTransformer: true,
    description: `Host name of ${end} on a connection; absent where names are not looked up.`,
    extract: () => undefined,
  }),
);
