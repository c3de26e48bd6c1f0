/* Calls that wait for descriptors. */
#pragma once

#include "../arguments.h"

enum {
  /* Descriptors of one call that are recorded; Falco's number. */
  POLLED_MAX = 16,
  COMPAT_PPOLL_TIME64 = 414,
};

struct pollfd {
  s32 fd;
  u16 events, revents;
};

enum { PAIR_BYTES = sizeof(s64) + sizeof(u16) };

/* A descriptor and what it was ready for. A function of its own: see STEPS_OF_A_TURN of path.h. */
__attribute__((noinline)) int write_polled(u32 at, u32 index) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  struct pollfd *polled = (struct pollfd *)scratch->words + (index & (POLLED_MAX - 1));
  u8 *pair = &scratch->record[at & RECORD_MASK];
  WRITE(pair, s64, polled->fd);
  WRITE(pair + sizeof(s64), u16, poll_events_to_scap(polled->revents));
  return 0;
}

/* PT_FDLIST: their number, then the pairs. */
static __always_inline void put_polled(struct record *record, u64 pointer, u32 count) {
  struct pollfd *polled = (struct pollfd *)record->scratch->words;
  u64 known = count < POLLED_MAX ? count : POLLED_MAX;
  barrier_var(known);
  known &= 2 * POLLED_MAX - 1;
  if (bpf_probe_read_user(polled, known * sizeof(struct pollfd), (void *)pointer) != 0) known = 0;
  u8 *number = &record->scratch->record[record->at & RECORD_MASK];
  WRITE(number, u16, known);
  for (u32 i = 0; i < POLLED_MAX; i++) {
    if (i >= known) break;
    write_polled(record->at + sizeof(u16) + i * PAIR_BYTES, i);
  }
  put_length(record, sizeof(u16) + known * PAIR_BYTES);
}
_Static_assert(2 * POLLED_MAX * sizeof(struct pollfd) <= sizeof(((struct scratch *)0)->words), "room");

SYSCALL_EXIT(poll) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_POLL_X))) return 0;
  put_s64(&record, call->ret);
  put_polled(&record, arg(call, 0), arg(call, 1));
  put_s64(&record, (s32)arg(call, 2));
  return submit(&record, LOST_OTHER);
}

/* A struct timespec in nanoseconds; of the 32-bit entry's own it has two words. */
static __always_inline u64 timeout_at(u64 pointer, bool is_short) {
  const u64 NS_PER_SECOND = 1000000000;
  if (is_short) {
    u32 words[2] = {};
    bpf_probe_read_user(words, sizeof(words), (void *)pointer);
    return words[0] * NS_PER_SECOND + words[1];
  }
  u64 words[2] = {};
  bpf_probe_read_user(words, sizeof(words), (void *)pointer);
  return words[0] * NS_PER_SECOND + words[1];
}

SYSCALL_EXIT(ppoll) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PPOLL_X))) return 0;
  bool is_short = call->compat && !is_compat_number(call, COMPAT_PPOLL_TIME64);
  put_s64(&record, call->ret);
  put_polled(&record, arg(call, 0), arg(call, 1));
  put_u64(&record, timeout_at(arg(call, 2), is_short));
  put_u32(&record, signals_at(arg(call, 3)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(select) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SELECT_X))) return 0;
  put_s64(&record, call->ret);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(epoll_wait) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_EPOLLWAIT_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arg(call, 2));
  return submit(&record, LOST_OTHER);
}
