/* Connections that others began. */
#pragma once

#include "../socket.h"

/* How full the queue of connections is from which one was taken: percent, length, maximum. */
static __always_inline void put_queue(struct record *record, s64 accepted, s32 listening) {
  u32 length = 0, max = 0;
  struct sock *sock = accepted >= 0 ? sock_of_fd(listening) : NULL;
  if (sock) {
    length = DEREF(sock, sk_ack_backlog);
    max = DEREF(sock, sk_max_ack_backlog);
  }
  put_u8(record, max > 0 ? (u64)length * 100 / max : 0);
  put_u32(record, length);
  put_u32(record, max);
}

static __always_inline void put_accepted(struct record *record, s64 accepted, s32 listening) {
  put_s64(record, accepted);
  if (accepted >= 0) put_inbound_tuple(record, accepted, 0);
  else put_empty(record);
  put_queue(record, accepted, listening);
}

SYSCALL_EXIT(accept) {
  u64 arguments[1];
  read_arguments(call, arguments, 1);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_ACCEPT_5_X))) return 0;
  put_accepted(&record, call->ret, arguments[0]);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(accept4) {
  u64 arguments[4];
  read_arguments(call, arguments, 4);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_ACCEPT4_6_X))) return 0;
  put_accepted(&record, call->ret, arguments[0]);
  put_u32(&record, socket_flags_to_scap(arguments[3]));
  return submit(&record, LOST_OTHER);
}
