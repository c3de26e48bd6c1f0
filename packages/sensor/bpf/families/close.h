/* Calls that give descriptors back. */
#pragma once

#include "../record.h"
#include "../call.h"

SYSCALL_EXIT(close) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_CLOSE_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arg(call, 0));
  return submit(&record, LOST_CLOSE);
}
