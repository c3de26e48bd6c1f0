/* Waiting: for another thread, for a time, for a semaphore. */
#pragma once

#include "../call.h"
#include "../flags.gen.h"
#include "../record.h"

SYSCALL_EXIT(futex) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_FUTEX_X))) return 0;
  put_s64(&record, call->ret);
  put_u64(&record, arg(call, 0));
  put_u16(&record, futex_op_to_scap((u32)arg(call, 1)));
  put_u64(&record, (u32)arg(call, 2));
  return submit(&record, LOST_OTHER);
}

/* A struct timespec in nanoseconds, as the entry of the call has it. */
static __always_inline u64 interval_at(struct call *call, u64 pointer) {
  s64 time[2] = {};
  s32 narrow[2] = {};
  if (call->compat) {
    bpf_probe_read_user(narrow, sizeof(narrow), (void *)pointer);
    return (s64)narrow[0] * 1000000000 + narrow[1];
  }
  bpf_probe_read_user(time, sizeof(time), (void *)pointer);
  return time[0] * 1000000000 + time[1];
}

SYSCALL_EXIT(nanosleep) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_NANOSLEEP_X))) return 0;
  put_s64(&record, call->ret);
  put_u64(&record, interval_at(call, arg(call, 0)));
  return submit(&record, LOST_OTHER);
}

struct semaphore_operation {
  u16 number;
  s16 value;
  s16 flags;
};

static __always_inline void put_operation(struct record *record,
                                          const struct semaphore_operation *operation) {
  put_u16(record, operation->number);
  put_u16(record, operation->value);
  put_u16(record, semop_flags_to_scap((u16)operation->flags));
}

/* The first two operations of a call that succeeded; of one that failed none. */
SYSCALL_EXIT(semop) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SEMOP_X))) return 0;
  u32 count = arg(call, 2);
  struct semaphore_operation operations[2] = {};
  if (call->ret == 0 && count == 1)
    bpf_probe_read_user(operations, sizeof(operations[0]), (void *)arg(call, 1));
  if (call->ret == 0 && count > 1)
    bpf_probe_read_user(operations, sizeof(operations), (void *)arg(call, 1));
  put_s64(&record, call->ret);
  put_u32(&record, count);
  put_operation(&record, &operations[0]);
  put_operation(&record, &operations[1]);
  put_s32(&record, arg(call, 0));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(semget) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SEMGET_X))) return 0;
  put_s64(&record, call->ret);
  put_s32(&record, arg(call, 0));
  put_s32(&record, arg(call, 1));
  put_u32(&record, semget_flags_to_scap((u32)arg(call, 2)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(semctl) {
  enum { SETVAL = 16 };
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SEMCTL_X))) return 0;
  u16 command = arg(call, 2);
  put_s64(&record, call->ret);
  put_s32(&record, arg(call, 0));
  put_s32(&record, arg(call, 1));
  put_u16(&record, semctl_cmd_to_scap(command));
  put_s32(&record, command == SETVAL ? arg(call, 3) : 0);
  return submit(&record, LOST_OTHER);
}
