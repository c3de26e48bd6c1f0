/* Limits on what a process may use. */
#pragma once

#include "../call.h"
#include "../flags.gen.h"
#include "../record.h"

struct limits {
  u64 current, maximum;
};

static __always_inline struct limits wide_limits(u64 pointer) {
  struct limits limits = {};
  if (pointer) bpf_probe_read_user(&limits, sizeof(limits), (void *)pointer);
  return limits;
}

/* Of the 32-bit entry: ~0 is no limit there either. */
static __always_inline struct limits read_limits(struct call *call, u64 pointer) {
  if (!call->compat) return wide_limits(pointer);
  s32 narrow[2] = {};
  bpf_probe_read_user(narrow, sizeof(narrow), (void *)pointer);
  struct limits limits = {
      narrow[0] == -1 ? ~0ULL : (u32)narrow[0],
      narrow[1] == -1 ? ~0ULL : (u32)narrow[1],
  };
  return limits;
}

static __always_inline int has_limits(struct call *call, u16 event, u32 params, struct limits limits) {
  struct record record;
  if (!begin(&record, event, params)) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, limits.current);
  put_s64(&record, limits.maximum);
  put_u8(&record, rlimit_resource_to_scap((u32)arg(call, 0)));
  return submit(&record, LOST_OTHER);
}

/* What a call that failed did not write. */
static const struct limits unknown_limits = {-1, -1};

SYSCALL_EXIT(getrlimit) {
  struct limits limits = call->ret == 0 ? read_limits(call, arg(call, 1)) : unknown_limits;
  return has_limits(call, EVENT(SYSCALL_GETRLIMIT_X), limits);
}

SYSCALL_EXIT(setrlimit) {
  return has_limits(call, EVENT(SYSCALL_SETRLIMIT_X), read_limits(call, arg(call, 1)));
}

/* Limits of 64 bits through both entries; 0 where none are set or asked for. */
SYSCALL_EXIT(prlimit64) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PRLIMIT_X))) return 0;
  struct limits set = wide_limits(arg(call, 2));
  struct limits old = call->ret == 0 ? wide_limits(arg(call, 3)) : unknown_limits;
  put_s64(&record, call->ret);
  put_s64(&record, set.current);
  put_s64(&record, set.maximum);
  put_s64(&record, old.current);
  put_s64(&record, old.maximum);
  put_s64(&record, (s32)arg(call, 0));
  put_u8(&record, rlimit_resource_to_scap((u32)arg(call, 1)));
  return submit(&record, LOST_OTHER);
}
