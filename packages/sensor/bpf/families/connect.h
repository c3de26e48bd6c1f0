/* Connections that this end begins. */
#pragma once

#include "../socket.h"

/*
 * The tuple is the socket's own, also while the connection is being made. The address is what the process
 * gave, and may have been changed since.
 */
SYSCALL_EXIT(connect) {
  u64 arguments[3];
  read_arguments(call, arguments, 3);
  s32 fd = arguments[0];
  struct record record;
  if (!begin(&record, EVENT(SOCKET_CONNECT_X))) return 0;
  put_s64(&record, call->ret);
  if (call->ret == 0 || call->ret == -EINPROGRESS) put_outbound_tuple(&record, fd, 0, 0);
  else put_empty(&record);
  put_s64(&record, fd);
  put_address(&record, arguments[1], arguments[2]);
  return submit(&record, LOST_CONNECT);
}
