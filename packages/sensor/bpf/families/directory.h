/* Calls that make directories and nodes, list directories, and move a process among them. */
#pragma once

#include "../arguments.h"

SYSCALL_EXIT(mkdir) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MKDIR_2_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  put_u32(&record, arg(call, 1));
  return submit(&record, LOST_DIR_FILE);
}

SYSCALL_EXIT(mkdirat) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MKDIRAT_X))) return 0;
  put_s64(&record, call->ret);
  put_path_at(&record, call, 0);
  put_u32(&record, arg(call, 2));
  return submit(&record, LOST_DIR_FILE);
}

SYSCALL_EXIT(rmdir) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_RMDIR_2_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  return submit(&record, LOST_DIR_FILE);
}

/* The device is as user space writes it already, and so are those of records. */
static __always_inline void put_node(struct record *record, u64 mode, u64 dev) {
  put_u32(record, mknod_mode_to_scap(mode) | chmod_mode_to_scap(mode));
  put_u32(record, dev);
}

SYSCALL_EXIT(mknod) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MKNOD_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  put_node(&record, arg(call, 1), arg(call, 2));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(mknodat) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MKNODAT_X))) return 0;
  put_s64(&record, call->ret);
  put_path_at(&record, call, 0);
  put_node(&record, arg(call, 2), arg(call, 3));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(chdir) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_CHDIR_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(chroot) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_CHROOT_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  return submit(&record, LOST_OTHER);
}

/* Where it failed, nothing was written to its buffer. */
SYSCALL_EXIT(getcwd) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_GETCWD_X))) return 0;
  put_s64(&record, call->ret);
  if (call->ret >= 0) put_path(&record, call, 0);
  else put_empty(&record);
  return submit(&record, LOST_OTHER);
}

#define RECORDS_FD(name, event)                                      \
  SYSCALL_EXIT(name) {                                               \
    struct record record;                                            \
    if (!begin(&record, EVENT(event))) return 0;                     \
    put_s64(&record, call->ret);                                     \
    put_fd(&record, call, 0);                                        \
    return submit(&record, LOST_OTHER);                              \
  }
RECORDS_FD(fchdir, SYSCALL_FCHDIR_X)
RECORDS_FD(getdents, SYSCALL_GETDENTS_X)
RECORDS_FD(getdents64, SYSCALL_GETDENTS64_X)
#undef RECORDS_FD
