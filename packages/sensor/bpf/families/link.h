/* Calls that give names to files and take them away. */
#pragma once

#include "../arguments.h"

#define RECORDS_TWO_PATHS(name, event)                               \
  SYSCALL_EXIT(name) {                                               \
    struct record record;                                            \
    if (!begin(&record, EVENT(event))) return 0;                     \
    put_s64(&record, call->ret);                                     \
    put_path(&record, call, 0);                                      \
    put_path(&record, call, 1);                                      \
    return submit(&record, LOST_DIR_FILE);                           \
  }
RECORDS_TWO_PATHS(rename, SYSCALL_RENAME_X)
RECORDS_TWO_PATHS(link, SYSCALL_LINK_2_X)
RECORDS_TWO_PATHS(symlink, SYSCALL_SYMLINK_X)
#undef RECORDS_TWO_PATHS

SYSCALL_EXIT(renameat) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_RENAMEAT_X))) return 0;
  put_s64(&record, call->ret);
  put_path_at(&record, call, 0);
  put_path_at(&record, call, 2);
  return submit(&record, LOST_DIR_FILE);
}

/* PPM_RENAME_ constants are the kernel's own. */
SYSCALL_EXIT(renameat2) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_RENAMEAT2_X))) return 0;
  put_s64(&record, call->ret);
  put_path_at(&record, call, 0);
  put_path_at(&record, call, 2);
  put_u32(&record, arg(call, 4));
  return submit(&record, LOST_DIR_FILE);
}

SYSCALL_EXIT(linkat) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_LINKAT_2_X))) return 0;
  put_s64(&record, call->ret);
  put_path_at(&record, call, 0);
  put_path_at(&record, call, 2);
  put_u32(&record, linkat_flags_to_scap(arg(call, 4)));
  return submit(&record, LOST_DIR_FILE);
}

SYSCALL_EXIT(symlinkat) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SYMLINKAT_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  put_path_at(&record, call, 1);
  return submit(&record, LOST_DIR_FILE);
}

SYSCALL_EXIT(unlink) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_UNLINK_2_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  return submit(&record, LOST_DIR_FILE);
}

SYSCALL_EXIT(unlinkat) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_UNLINKAT_2_X))) return 0;
  put_s64(&record, call->ret);
  put_path_at(&record, call, 0);
  put_u32(&record, unlinkat_flags_to_scap(arg(call, 2)));
  return submit(&record, LOST_DIR_FILE);
}
