/* Data that comes in through sockets. */
#pragma once

#include "send.h"

enum {
  /*
   * Control data that is recorded. The kernel hands over at most 253 descriptors (SCM_MAX_FD), which take
   * 1,028 bytes; credentials, labels and times take the rest.
   */
  CONTROL_BYTES_MAX = 4096,
};

/* Nothing where nothing came: the buffer then holds what it held before. */
static __always_inline void put_received_data(struct record *record, s64 result, u64 pointer) {
  put_user_bytes(record, pointer, result > 0 ? snap(result) : 0);
}

/* Arguments: descriptor, data, size. */
SYSCALL_EXIT(recv) {
  if (!is_socketcall(call)) return 0;
  u64 arguments[3];
  read_arguments(call, arguments, 3);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_RECV_X))) return 0;
  put_s64(&record, call->ret);
  put_received_data(&record, call->ret, arguments[1]);
  put_s64(&record, (s32)arguments[0]);
  put_u32(&record, arguments[2]);
  if (call->ret >= 0) put_inbound_tuple(&record, arguments[0], 0);
  else put_empty(&record);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(recvfrom) {
  u64 arguments[5];
  read_arguments(call, arguments, 5);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_RECVFROM_X))) return 0;
  put_s64(&record, call->ret);
  put_received_data(&record, call->ret, arguments[1]);
  if (call->ret >= 0) put_inbound_tuple(&record, arguments[0], arguments[4]);
  else put_empty(&record);
  put_s64(&record, (s32)arguments[0]);
  put_u32(&record, arguments[2]);
  return submit(&record, LOST_OTHER);
}

/* The size of the control data is what the kernel has written: all of it came with the message. */
static __always_inline void put_control(struct record *record, const struct message *message) {
  u64 bytes = message->control_bytes;
  put_user_bytes(record, message->control, bytes < CONTROL_BYTES_MAX ? bytes : CONTROL_BYTES_MAX);
}

SYSCALL_EXIT(recvmsg) {
  u64 arguments[2];
  read_arguments(call, arguments, 2);
  struct message message = {};
  bool came = call->ret >= 0 && read_message(&message, arguments[1], call->compat);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_RECVMSG_X))) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, call->ret > 0 ? call->ret : 0);
  u32 wanted = came ? snap(call->ret) : 0;
  put_length(&record, write_buffers(record.at, message.buffers, message.buffers_count, wanted) & 0xffff);
  if (call->ret >= 0) put_inbound_tuple(&record, arguments[0], message.name);
  else put_empty(&record);
  put_control(&record, &message);
  put_s64(&record, (s32)arguments[0]);
  return submit(&record, LOST_OTHER);
}

/* The record of one of many messages; the kernel has written its bytes behind it. */
__attribute__((noinline)) int record_received_message(s32 fd, u64 pointer) {
  bool compat = is_compat();
  struct message message;
  u32 received = 0;
  if (!read_message(&message, pointer, compat)) {
    count_lost_messages(1);
    return 0;
  }
  bpf_probe_read_user(&received, sizeof(received), (void *)pointer + msghdr_bytes(compat));
  struct record record;
  if (!begin(&record, EVENT(SOCKET_RECVMMSG_X))) return 0;
  put_s64(&record, received);
  put_s64(&record, fd);
  put_u32(&record, received);
  u32 bytes = write_buffers(record.at, message.buffers, message.buffers_count, snap(received));
  put_length(&record, bytes & 0xffff);
  put_inbound_tuple(&record, fd, message.name);
  put_control(&record, &message);
  return submit(&record, LOST_OTHER);
}

/* Those of one turn. */
__attribute__((noinline)) int record_received_messages(s32 fd, u64 headers, u32 from, u32 to) {
  u32 step = mmsghdr_bytes(is_compat());
  for (u32 i = 0; i < MESSAGES_OF_A_TURN; i++) {
    if (from + i >= to) break;
    record_received_message(fd, headers + (u64)(from + i) * step);
  }
  return 0;
}

/* One record for each message that came; one, without data, where none did. */
SYSCALL_EXIT(recvmmsg) {
  u64 arguments[2];
  read_arguments(call, arguments, 2);
  if (call->ret > 0) {
    for (u32 i = 0; i < MESSAGES_MAX / MESSAGES_OF_A_TURN; i++) {
      if (i * MESSAGES_OF_A_TURN >= call->ret) break;
      record_received_messages(arguments[0], arguments[1], i * MESSAGES_OF_A_TURN, call->ret);
    }
    count_lost_messages(call->ret - MESSAGES_MAX);
    return 0;
  }
  struct record record;
  if (!begin(&record, EVENT(SOCKET_RECVMMSG_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arguments[0]);
  put_u32(&record, 0);
  put_empty(&record);
  put_empty(&record);
  put_empty(&record);
  return submit(&record, LOST_OTHER);
}
