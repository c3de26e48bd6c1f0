/* Calls without an event of their own: which one it was. */
#pragma once

#include "../record.h"
#include "../sys-exit.h"

/* PPM_SC codes by the number of the call. */
volatile u16 codes[SYSCALLS];

SYSCALL_EXIT(generic) {
  u32 number = native_number(call->regs, call->task);
  struct record record;
  if (!begin(&record, EVENT(GENERIC_X))) return 0;
  put_u16(&record, codes[number & (SYSCALLS - 1)]);
  put_u16(&record, number);
  return submit(&record, LOST_OTHER);
}
