/* Who a process is: user and group ids, sessions and process groups, capabilities. */
#pragma once

#include "../task.h"

/* One id that the call was given. */
static __always_inline int sets_id(struct call *call, u16 event, u32 params) {
  struct record record;
  if (!begin(&record, event, params)) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, arg(call, 0));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(setuid) { return sets_id(call, EVENT(SYSCALL_SETUID_X)); }

SYSCALL_EXIT(setgid) { return sets_id(call, EVENT(SYSCALL_SETGID_X)); }

static __always_inline int sets_two_ids(struct call *call, u16 event, u32 params) {
  struct record record;
  if (!begin(&record, event, params)) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, arg(call, 0));
  put_u32(&record, arg(call, 1));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(setreuid) { return sets_two_ids(call, EVENT(SYSCALL_SETREUID_X)); }

SYSCALL_EXIT(setregid) { return sets_two_ids(call, EVENT(SYSCALL_SETREGID_X)); }

static __always_inline int sets_three_ids(struct call *call, u16 event, u32 params) {
  struct record record;
  if (!begin(&record, event, params)) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, arg(call, 0));
  put_u32(&record, arg(call, 1));
  put_u32(&record, arg(call, 2));
  return submit(&record, LOST_OTHER_INTEREST);
}

SYSCALL_EXIT(setresuid) { return sets_three_ids(call, EVENT(SYSCALL_SETRESUID_X)); }

SYSCALL_EXIT(setresgid) { return sets_three_ids(call, EVENT(SYSCALL_SETRESGID_X)); }

/* The result is the id: these calls cannot fail. */
static __always_inline int gets_id(struct call *call, u16 event, u32 params) {
  struct record record;
  if (!begin(&record, event, params)) return 0;
  put_u32(&record, call->ret);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(getuid) { return gets_id(call, EVENT(SYSCALL_GETUID_X)); }

SYSCALL_EXIT(geteuid) { return gets_id(call, EVENT(SYSCALL_GETEUID_X)); }

SYSCALL_EXIT(getgid) { return gets_id(call, EVENT(SYSCALL_GETGID_X)); }

SYSCALL_EXIT(getegid) { return gets_id(call, EVENT(SYSCALL_GETEGID_X)); }

static __always_inline u32 user_u32(u64 pointer) {
  u32 value = 0;
  bpf_probe_read_user(&value, sizeof(value), (void *)pointer);
  return value;
}

static __always_inline int gets_three_ids(struct call *call, u16 event, u32 params) {
  struct record record;
  if (!begin(&record, event, params)) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, user_u32(arg(call, 0)));
  put_u32(&record, user_u32(arg(call, 1)));
  put_u32(&record, user_u32(arg(call, 2)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(getresuid) { return gets_three_ids(call, EVENT(SYSCALL_GETRESUID_X)); }

SYSCALL_EXIT(getresgid) { return gets_three_ids(call, EVENT(SYSCALL_GETRESGID_X)); }

SYSCALL_EXIT(setsid) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SETSID_X))) return 0;
  put_s64(&record, call->ret);
  return submit(&record, LOST_OTHER_INTEREST);
}

SYSCALL_EXIT(setpgid) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SETPGID_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arg(call, 0));
  put_s64(&record, (s32)arg(call, 1));
  return submit(&record, LOST_OTHER_INTEREST);
}

/* What the thread may do now, whether the call changed it or not. */
SYSCALL_EXIT(capset) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_CAPSET_X))) return 0;
  put_s64(&record, call->ret);
  put_capabilities(&record, current_task());
  return submit(&record, LOST_OTHER_INTEREST);
}
