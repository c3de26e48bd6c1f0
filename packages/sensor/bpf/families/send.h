/* Data that leaves through sockets. */
#pragma once

#include "../message.h"
#include "../socket.h"

/* Arguments: descriptor, data, size, flags, and, of sendto, the address and its size. */
static __always_inline void put_sent(struct record *record, s64 result, const u64 *arguments) {
  u32 size = arguments[2];
  put_s64(record, result);
  put_user_bytes(record, arguments[1], snap_sent(result, size));
  put_s64(record, (s32)arguments[0]);
  put_u32(record, size);
}

SYSCALL_EXIT(send) {
  if (!is_socketcall(call)) return 0;
  u64 arguments[3];
  read_arguments(call, arguments, 3);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_SEND_X))) return 0;
  put_sent(&record, call->ret, arguments);
  if (call->ret >= 0) put_outbound_tuple(&record, arguments[0], 0, 0);
  else put_empty(&record);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(sendto) {
  u64 arguments[6];
  read_arguments(call, arguments, 6);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_SENDTO_X))) return 0;
  put_sent(&record, call->ret, arguments);
  if (call->ret >= 0) put_outbound_tuple(&record, arguments[0], arguments[4], arguments[5]);
  else put_empty(&record);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(sendmsg) {
  u64 arguments[2];
  read_arguments(call, arguments, 2);
  struct message message;
  bool is_read = read_message(&message, arguments[1], call->compat);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_SENDMSG_X))) return 0;
  put_s64(&record, call->ret);
  if (!is_read) {
    put_empty(&record);
    put_s64(&record, (s32)arguments[0]);
    put_empty(&record);
    put_empty(&record);
    return submit(&record, LOST_OTHER);
  }
  u32 bytes = write_buffers(record.at, message.buffers, message.buffers_count, snap_sent(call->ret, ~0ULL));
  put_length(&record, bytes & 0xffff);
  put_s64(&record, (s32)arguments[0]);
  put_u32(&record, buffers_bytes(record.scratch, message.buffers_count, call->ret));
  if (call->ret >= 0) put_outbound_tuple(&record, arguments[0], message.name, message.name_bytes);
  else put_empty(&record);
  return submit(&record, LOST_OTHER);
}

/* The record of one of many messages, behind which the kernel has written its result, the bytes sent. */
__attribute__((noinline)) int record_sent_message(s32 fd, u64 pointer) {
  bool compat = is_compat();
  struct message message;
  u32 sent = 0;
  if (!read_message(&message, pointer, compat)) {
    count_lost_messages(1);
    return 0;
  }
  bpf_probe_read_user(&sent, sizeof(sent), (void *)pointer + msghdr_bytes(compat));
  struct record record;
  if (!begin(&record, EVENT(SOCKET_SENDMMSG_X))) return 0;
  put_s64(&record, sent);
  put_s64(&record, fd);
  /* The data follows the size, which is known when the data has been gone through. */
  u32 data_at = record.at + sizeof(u32);
  u32 bytes = write_buffers(data_at, message.buffers, message.buffers_count, snap_sent(sent, ~0ULL));
  put_u32(&record, buffers_bytes(record.scratch, message.buffers_count, sent));
  put_length(&record, bytes & 0xffff);
  put_outbound_tuple(&record, fd, message.name, message.name_bytes);
  return submit(&record, LOST_OTHER);
}

/* Those of one turn. */
__attribute__((noinline)) int record_sent_messages(s32 fd, u64 headers, u32 from, u32 to) {
  u32 step = mmsghdr_bytes(is_compat());
  for (u32 i = 0; i < MESSAGES_OF_A_TURN; i++) {
    if (from + i >= to) break;
    record_sent_message(fd, headers + (u64)(from + i) * step);
  }
  return 0;
}

/* One record for each message that went out; one, without data, where none did. */
SYSCALL_EXIT(sendmmsg) {
  u64 arguments[2];
  read_arguments(call, arguments, 2);
  if (call->ret > 0) {
    for (u32 i = 0; i < MESSAGES_MAX / MESSAGES_OF_A_TURN; i++) {
      if (i * MESSAGES_OF_A_TURN >= call->ret) break;
      record_sent_messages(arguments[0], arguments[1], i * MESSAGES_OF_A_TURN, call->ret);
    }
    count_lost_messages(call->ret - MESSAGES_MAX);
    return 0;
  }
  struct record record;
  if (!begin(&record, EVENT(SOCKET_SENDMMSG_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arguments[0]);
  put_u32(&record, 0);
  put_empty(&record);
  put_empty(&record);
  return submit(&record, LOST_OTHER);
}
