/* Sockets that are made, named, and closed on one side. */
#pragma once

#include "../socket.h"

SYSCALL_EXIT(socket) {
  u64 arguments[3];
  read_arguments(call, arguments, 3);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_SOCKET_X))) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, socket_family_to_scap((u32)arguments[0]));
  put_u32(&record, arguments[1]);
  put_u32(&record, arguments[2]);
  put_u32(&record, socket_flags_to_scap(arguments[1]));
  return submit(&record, LOST_OTHER);
}

/* The ends are sockets of one pair: the first one's own address in the kernel, and its peer's. */
SYSCALL_EXIT(socketpair) {
  u64 arguments[4];
  read_arguments(call, arguments, 4);
  s32 fds[2] = {-1, -1};
  u64 source = 0, peer = 0;
  if (call->ret == 0) {
    bpf_probe_read_user(fds, sizeof(fds), (void *)arguments[3]);
    struct sock *sock = sock_of_fd(fds[0]);
    source = (u64)sock;
    if (sock && DEREF(sock, __sk_common.skc_family) == AF_UNIX)
      peer = (u64)DEREF((struct unix_sock *)sock, peer);
  }
  struct record record;
  if (!begin(&record, EVENT(SOCKET_SOCKETPAIR_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, fds[0]);
  put_s64(&record, fds[1]);
  put_u64(&record, source);
  put_u64(&record, peer);
  put_u32(&record, socket_family_to_scap((u32)arguments[0]));
  put_u32(&record, arguments[1]);
  put_u32(&record, arguments[2]);
  return submit(&record, LOST_OTHER);
}

/* The address that the kernel has taken; where it has not, the one that was given. */
SYSCALL_EXIT(bind) {
  u64 arguments[3];
  read_arguments(call, arguments, 3);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_BIND_X))) return 0;
  put_s64(&record, call->ret);
  u32 bytes = call->ret == 0 ? write_bound_address(record.at, (s32)arguments[0]) & 0xff : 0;
  if (bytes > 0) put_length(&record, bytes);
  else put_address(&record, arguments[1], arguments[2]);
  put_s64(&record, (s32)arguments[0]);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(listen) {
  u64 arguments[2];
  read_arguments(call, arguments, 2);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_LISTEN_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arguments[0]);
  put_s32(&record, arguments[1]);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(shutdown) {
  u64 arguments[2];
  read_arguments(call, arguments, 2);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_SHUTDOWN_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arguments[0]);
  put_u8(&record, shutdown_how_to_scap((u32)arguments[1]));
  return submit(&record, LOST_OTHER);
}

/* Their events have no parameters. */
SYSCALL_EXIT(getsockname) {
  struct record record;
  if (!begin(&record, EVENT(SOCKET_GETSOCKNAME_X))) return 0;
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(getpeername) {
  struct record record;
  if (!begin(&record, EVENT(SOCKET_GETPEERNAME_X))) return 0;
  return submit(&record, LOST_OTHER);
}
