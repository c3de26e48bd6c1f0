/* Calls that put file systems into the tree, take them out, and configure them. */
#pragma once

#include "../arguments.h"

enum {
  /* Linux 2.2 wanted this in the upper half of the flags; it is still given, and means nothing. */
  MS_MGC_VAL = 0xc0ed0000,
  MS_MGC_MSK = 0xffff0000,
  COMPAT_OLDUMOUNT = 22,
  /* strndup_user of fs/fsopen.c. */
  FSCONFIG_KEY_BYTES = 256,
};

SYSCALL_EXIT(mount) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MOUNT_X))) return 0;
  u32 flags = arg(call, 3);
  if ((flags & MS_MGC_MSK) == MS_MGC_VAL) flags &= ~MS_MGC_MSK;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  put_path(&record, call, 1);
  put_path(&record, call, 2);
  put_u32(&record, flags);
  return submit(&record, LOST_DIR_FILE);
}

/* The 32-bit entry's umount has no flags. */
static __always_inline int record_oldumount(const struct call *call) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_UMOUNT_1_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  return submit(&record, LOST_DIR_FILE);
}

SYSCALL_EXIT(umount2) {
  if (is_compat_number(call, COMPAT_OLDUMOUNT)) return record_oldumount(call);
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_UMOUNT2_X))) return 0;
  put_s64(&record, call->ret);
  put_path(&record, call, 0);
  put_u32(&record, umount2_flags_to_scap(arg(call, 1)));
  return submit(&record, LOST_DIR_FILE);
}

/* Of a command that was refused nobody knows what its value would have been. */
static __always_inline void put_fsconfig_value(struct record *record, const struct call *call) {
  u32 command = arg(call, 1);
  bool is_done = call->ret >= 0;
  bool is_text = command == PPM_FSCONFIG_SET_STRING || command == PPM_FSCONFIG_SET_PATH ||
                 command == PPM_FSCONFIG_SET_PATH_EMPTY;
  if (is_done && command == PPM_FSCONFIG_SET_BINARY) put_user_bytes(record, arg(call, 3), arg(call, 4));
  else put_empty(record);
  if (is_done && is_text) put_path(record, call, 3);
  else put_empty(record);
}

/* PPM_FSCONFIG_ constants are the kernel's own. */
SYSCALL_EXIT(fsconfig) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_FSCONFIG_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u32(&record, arg(call, 1));
  put_user_string(&record, arg(call, 2), FSCONFIG_KEY_BYTES);
  put_fsconfig_value(&record, call);
  put_s32(&record, arg(call, 4));
  return submit(&record, LOST_OTHER);
}
