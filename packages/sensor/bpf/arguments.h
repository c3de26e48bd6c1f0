/* Arguments of system calls that are recorded as they are given: descriptors, names, numbers. */
#pragma once

#include "call.h"
#include "flags.gen.h"
#include "record.h"

/* Whether the call came through the 32-bit entry, under this number of that entry's own table. */
static __always_inline bool is_compat_number(const struct call *call, u32 number) {
#if defined(__TARGET_ARCH_x86)
  return call->compat && number_of(call->regs) == number;
#else
  return false;
#endif
}

/* An offset: the 32-bit entry takes it in two registers, the low half first. */
static __always_inline u64 offset_arg(const struct call *call, int index) {
  u64 low = arg(call, index);
  return call->compat ? arg(call, index + 1) << 32 | low : low;
}

/* The first 32 signals of a set. */
static __always_inline u32 signals_at(u64 pointer) {
  u32 signals = 0;
  if (pointer) bpf_probe_read_user(&signals, sizeof(signals), (void *)pointer);
  return signals;
}

/* AT_FDCWD is the same number in records. */
static __always_inline void put_fd(struct record *record, const struct call *call, int index) {
  put_s64(record, (s32)arg(call, index));
}

static __always_inline void put_path(struct record *record, const struct call *call, int index) {
  put_user_string(record, arg(call, index), PATH_BYTES);
}

/* A directory and a name in it, which are two arguments in a row. */
static __always_inline void put_path_at(struct record *record, const struct call *call, int index) {
  put_fd(record, call, index);
  put_path(record, call, index + 1);
}
