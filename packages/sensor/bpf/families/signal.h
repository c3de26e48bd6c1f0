/* Signals that are sent to others. */
#pragma once

#include "../call.h"
#include "../record.h"

static __always_inline int sends_signal(struct call *call, u16 event, u32 params) {
  struct record record;
  if (!begin(&record, event, params)) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arg(call, 0));
  put_u8(&record, arg(call, 1));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(kill) { return sends_signal(call, EVENT(SYSCALL_KILL_X)); }

SYSCALL_EXIT(tkill) { return sends_signal(call, EVENT(SYSCALL_TKILL_X)); }

SYSCALL_EXIT(tgkill) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_TGKILL_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arg(call, 0));
  put_s64(&record, (s32)arg(call, 1));
  put_u8(&record, arg(call, 2));
  return submit(&record, LOST_OTHER);
}
