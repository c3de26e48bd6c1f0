/**
 * Hot. read, write, send, receive and their relatives: a transfer shows that a socket is connected,
 * and datagrams tell who speaks with whom. Benchmark: state in bench/.
 */

import { PPM_AF_INET, PPM_AF_INET6 } from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { FdType, L4 } from '../../events/fd-type.ts';
import type { EventContext } from '../event-context.ts';
import { FdInfo } from '../fd-info.ts';
import { passedDescriptors } from '../passed-descriptors.ts';
import { fdOfEntry } from '../snapshot-fd.ts';
import { updateTuple } from '../socket-tuple.ts';
import type { Reducer, ReducerRows } from './reducer.ts';

/** The parameter of send* events that holds the tuple. */
const SEND_TUPLE = 4;

/**
 * Whether the call transferred something over a descriptor that is known, which then is connected
 * if it is a socket.
 */
function transfers(context: EventContext): boolean {
  const { event, fd } = context;
  if (fd === undefined || event.i64(0) < 0) return false;
  const isSocket = fd.type === FdType.IPV4_SOCK || fd.type === FdType.IPV6_SOCK;
  if (isSocket && !fd.connected) {
    const own = context.ownFd();
    if (own !== undefined) own.connected = true;
  }
  return true;
}

/** A TCP connection keeps the ends that it was made with. */
function mayChange({ event, fd }: EventContext, tuple: number): boolean {
  if (fd === undefined || event.paramLength(tuple) === 0) return false;
  return !(fd.type === FdType.IPV4_SOCK && fd.l4proto === L4.TCP && fd.isNamed);
}

function transfer(context: EventContext): void {
  transfers(context);
}

/** `tuple`: the parameter that holds it. */
function receive(tuple: number): Reducer {
  return (context) => {
    if (transfers(context) && mayChange(context, tuple)) updateTuple(context, tuple, true);
  };
}

/**
 * As `receive`; `control`: the parameter with the control message, in which descriptors may have
 * come.
 */
function receiveMessage(tuple: number, control: number): Reducer {
  const plain = receive(tuple);
  return (context) => {
    plain(context);
    if (context.state.probe !== undefined) addPassedDescriptors(context, control);
  };
}

/** Live only: what they are stands in /proc and nowhere else. */
function addPassedDescriptors({ event, fd, thread, state }: EventContext, control: number): void {
  const table = thread === undefined ? undefined : state.threads.fdsForAdding(thread);
  if (fd?.type !== FdType.UNIX_SOCK || thread === undefined || table === undefined) return;
  for (const number of passedDescriptors(event, control)) {
    const entry = state.probe?.readFd(thread.pid, number);
    const passed =
      entry === undefined ? undefined : fdOfEntry(entry, state.texts, state.interfaces);
    if (passed !== undefined) table.set(number, passed);
  }
}

function send(context: EventContext): void {
  if (context.fd === undefined) addDatagramSocket(context);
  sendMultiple(context);
}

function sendMultiple(context: EventContext): void {
  if (transfers(context) && mayChange(context, SEND_TUPLE)) updateTuple(context, SEND_TUPLE, false);
}

/** The socket call was missed. What names its peer on each send is most likely a UDP socket. */
function addDatagramSocket(context: EventContext): void {
  const { event } = context;
  if (event.i64(0) < 0 || context.fdNumber < 0 || event.paramLength(SEND_TUPLE) === 0) return;
  const family = event.bytes[event.paramStart(SEND_TUPLE)];
  if (family !== PPM_AF_INET && family !== PPM_AF_INET6) return;
  const fd = new FdInfo(family === PPM_AF_INET ? FdType.IPV4_SOCK : FdType.IPV6_SOCK);
  fd.l4proto = L4.UDP;
  context.addFd(context.fdNumber, fd);
}

export const sendReceiveReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_READ_X, transfer],
  [PPME.PPME_SYSCALL_READV_X, transfer],
  [PPME.PPME_SYSCALL_PREAD_X, transfer],
  [PPME.PPME_SYSCALL_PREADV_X, transfer],
  [PPME.PPME_SYSCALL_WRITE_X, transfer],
  [PPME.PPME_SYSCALL_WRITEV_X, transfer],
  [PPME.PPME_SYSCALL_PWRITE_X, transfer],
  [PPME.PPME_SYSCALL_PWRITEV_X, transfer],
  [PPME.PPME_SOCKET_RECV_X, receive(4)],
  [PPME.PPME_SOCKET_RECVFROM_X, receive(2)],
  [PPME.PPME_SOCKET_RECVMSG_X, receiveMessage(3, 4)],
  [PPME.PPME_SOCKET_RECVMMSG_X, receiveMessage(4, 5)],
  [PPME.PPME_SOCKET_SEND_X, send],
  [PPME.PPME_SOCKET_SENDTO_X, send],
  [PPME.PPME_SOCKET_SENDMSG_X, send],
  [PPME.PPME_SOCKET_SENDMMSG_X, sendMultiple],
];
