/* Namespaces that a process enters or leaves. */
#pragma once

#include "../call.h"
#include "../flags.gen.h"
#include "../record.h"

SYSCALL_EXIT(setns) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SETNS_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arg(call, 0));
  put_u32(&record, clone_flags_to_scap((u32)arg(call, 1)));
  return submit(&record, LOST_OTHER_INTEREST);
}

SYSCALL_EXIT(unshare) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_UNSHARE_X))) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, clone_flags_to_scap((u32)arg(call, 0)));
  return submit(&record, LOST_OTHER_INTEREST);
}
