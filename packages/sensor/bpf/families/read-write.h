/* Calls that read and write data, and where in a file they do it. */
#pragma once

#include "../arguments.h"
#include "../message.h"

/* What was read: the first bytes of it. */
static __always_inline void put_read(struct record *record, const struct call *call) {
  s64 bytes = call->ret;
  if (bytes > 0) put_user_bytes(record, arg(call, 1), snap(bytes));
  else put_empty(record);
  put_fd(record, call, 0);
  put_u32(record, arg(call, 2));
}

/* What was written, or, of a call that failed, what was to be. */
static __always_inline void put_written(struct record *record, const struct call *call) {
  u64 size = arg(call, 2);
  put_user_bytes(record, arg(call, 1), snap_sent(call->ret, size));
  put_fd(record, call, 0);
  put_u32(record, size);
}

static __always_inline void put_buffers(struct record *record, const struct call *call, u32 bytes_max) {
  u32 bytes = write_buffers(record->at, arg(call, 1), arg(call, 2), bytes_max);
  put_length(record, bytes & 0xffff);
}

static __always_inline void put_read_buffers(struct record *record, const struct call *call) {
  s64 bytes = call->ret;
  put_u32(record, bytes > 0 ? bytes : 0);
  if (bytes > 0) put_buffers(record, call, snap(bytes));
  else put_empty(record);
  put_fd(record, call, 0);
}

static __always_inline void put_written_buffers(struct record *record, const struct call *call) {
  put_buffers(record, call, snap_sent(call->ret, ~0ULL));
  put_fd(record, call, 0);
  put_u32(record, buffers_bytes(record->scratch, arg(call, 2), call->ret));
}

SYSCALL_EXIT(read) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_READ_X))) return 0;
  put_s64(&record, call->ret);
  put_read(&record, call);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(write) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_WRITE_X))) return 0;
  put_s64(&record, call->ret);
  put_written(&record, call);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(pread64) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PREAD_X))) return 0;
  put_s64(&record, call->ret);
  put_read(&record, call);
  put_u64(&record, offset_arg(call, 3));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(pwrite64) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PWRITE_X))) return 0;
  put_s64(&record, call->ret);
  put_written(&record, call);
  put_u64(&record, offset_arg(call, 3));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(readv) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_READV_X))) return 0;
  put_s64(&record, call->ret);
  put_read_buffers(&record, call);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(writev) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_WRITEV_X))) return 0;
  put_s64(&record, call->ret);
  put_written_buffers(&record, call);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(preadv) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PREADV_X))) return 0;
  put_s64(&record, call->ret);
  put_read_buffers(&record, call);
  put_u64(&record, offset_arg(call, 3));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(pwritev) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PWRITEV_X))) return 0;
  put_s64(&record, call->ret);
  put_written_buffers(&record, call);
  put_u64(&record, offset_arg(call, 3));
  return submit(&record, LOST_OTHER);
}

enum { COMPAT_LLSEEK = 140 };

/* The 32-bit entry's call for large files: descriptor, high and low half, where the result goes, whence. */
static __always_inline int record_llseek(const struct call *call) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_LLSEEK_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u64(&record, arg(call, 1) << 32 | arg(call, 2));
  put_u8(&record, lseek_whence_to_scap(arg(call, 4)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(lseek) {
  if (is_compat_number(call, COMPAT_LLSEEK)) return record_llseek(call);
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_LSEEK_X))) return 0;
  u64 offset = arg(call, 1);
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u64(&record, call->compat ? (u64)(s32)offset : offset);
  put_u8(&record, lseek_whence_to_scap(arg(call, 2)));
  return submit(&record, LOST_OTHER);
}
