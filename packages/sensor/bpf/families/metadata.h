/* Calls that look at and change what is written about a file: type, times, mode, owner. */
#pragma once

#include "../arguments.h"

#define RECORDS_PATH(name, event)                                    \
  SYSCALL_EXIT(name) {                                               \
    struct record record;                                            \
    if (!begin(&record, EVENT(event))) return 0;                     \
    put_s64(&record, call->ret);                                     \
    put_path(&record, call, 0);                                      \
    return submit(&record, LOST_OTHER);                              \
  }
RECORDS_PATH(stat, SYSCALL_STAT_X)
RECORDS_PATH(lstat, SYSCALL_LSTAT_X)
#undef RECORDS_PATH

SYSCALL_EXIT(fstat) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_FSTAT_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(newfstatat) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_NEWFSTATAT_X))) return 0;
  put_s64(&record, call->ret);
  put_path_at(&record, call, 0);
  put_u32(&record, newfstatat_flags_to_scap(arg(call, 3)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(access) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_ACCESS_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  put_u32(&record, access_flags_to_scap(arg(call, 1)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(chmod) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_CHMOD_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  put_u32(&record, chmod_mode_to_scap(arg(call, 1)));
  return submit(&record, LOST_DIR_FILE);
}

SYSCALL_EXIT(fchmod) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_FCHMOD_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u32(&record, chmod_mode_to_scap(arg(call, 1)));
  return submit(&record, LOST_DIR_FILE);
}

SYSCALL_EXIT(fchmodat) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_FCHMODAT_X))) return 0;
  put_s64(&record, call->ret);
  put_path_at(&record, call, 0);
  put_u32(&record, chmod_mode_to_scap(arg(call, 2)));
  return submit(&record, LOST_DIR_FILE);
}

enum { COMPAT_LCHOWN = 16, COMPAT_FCHOWN = 95, COMPAT_CHOWN = 182 };

/* Three calls of the 32-bit entry have ids of 16 bits, the highest of which is -1: unchanged. */
static __always_inline void put_id(struct record *record, u32 id, bool is_short) {
  u32 short_id = (u16)id == 0xffff ? ~0u : (u16)id;
  put_u32(record, is_short ? short_id : id);
}

static __always_inline void put_owner(struct record *record, const struct call *call, int index) {
  bool is_short = is_compat_number(call, COMPAT_CHOWN) || is_compat_number(call, COMPAT_FCHOWN) ||
                  is_compat_number(call, COMPAT_LCHOWN);
  put_id(record, arg(call, index), is_short);
  put_id(record, arg(call, index + 1), is_short);
}

#define RECORDS_CHOWN(name, event)                                   \
  SYSCALL_EXIT(name) {                                               \
    struct record record;                                            \
    if (!begin(&record, EVENT(event))) return 0;                     \
    put_s64(&record, call->ret);                                     \
    put_path(&record, call, 0);                                      \
    put_owner(&record, call, 1);                                     \
    return submit(&record, LOST_DIR_FILE);                           \
  }
RECORDS_CHOWN(chown, SYSCALL_CHOWN_X)
RECORDS_CHOWN(lchown, SYSCALL_LCHOWN_X)
#undef RECORDS_CHOWN

SYSCALL_EXIT(fchown) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_FCHOWN_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_owner(&record, call, 1);
  return submit(&record, LOST_DIR_FILE);
}

/* AT_SYMLINK_NOFOLLOW is what the call is mostly given, and what the specification's conversion forgets. */
SYSCALL_EXIT(fchownat) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_FCHOWNAT_X))) return 0;
  put_s64(&record, call->ret);
  put_path_at(&record, call, 0);
  put_u32(&record, arg(call, 2));
  put_u32(&record, arg(call, 3));
  u32 flags = arg(call, 4);
  put_u32(&record, fchownat_flags_to_scap(flags) | (flags & PPM_AT_SYMLINK_NOFOLLOW));
  return submit(&record, LOST_DIR_FILE);
}
