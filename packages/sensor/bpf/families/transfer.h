/* Calls that move data from one descriptor to another without showing it. */
#pragma once

#include "../arguments.h"

enum { COMPAT_SENDFILE = 187 };

/* The offset behind a pointer as the call left it; 0: it has none, the file's own position counts. */
static __always_inline u64 offset_behind(u64 pointer, u32 bytes) {
  u64 offset = 0;
  if (pointer) bpf_probe_read_user(&offset, bytes, (void *)pointer);
  return offset;
}

SYSCALL_EXIT(splice) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SPLICE_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_fd(&record, call, 2);
  put_u64(&record, arg(call, 4));
  put_u32(&record, splice_flags_to_scap(arg(call, 5)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(sendfile) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SENDFILE_X))) return 0;
  u32 offset_bytes = is_compat_number(call, COMPAT_SENDFILE) ? sizeof(u32) : sizeof(u64);
  put_s64(&record, call->ret);
  put_u64(&record, offset_behind(arg(call, 2), offset_bytes));
  put_fd(&record, call, 0);
  put_fd(&record, call, 1);
  put_u64(&record, arg(call, 3));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(copy_file_range) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_COPY_FILE_RANGE_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 2);
  put_u64(&record, offset_behind(arg(call, 3), sizeof(u64)));
  put_fd(&record, call, 0);
  put_u64(&record, offset_behind(arg(call, 1), sizeof(u64)));
  put_u64(&record, arg(call, 4));
  return submit(&record, LOST_OTHER);
}
