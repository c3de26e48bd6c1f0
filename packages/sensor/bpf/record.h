/*
 * Puts one record together: the bytes of a capture event (docs/formats/event.md), a header, the
 * lengths of the parameters, the parameters in the order of the event table.
 *
 *   struct record record;
 *   if (!begin(&record, EVENT(SYSCALL_CHMOD_X))) return 0;
 *   put_s64(&record, call->ret);
 *   put_user_string(&record, arg(call, 0), PATH_BYTES);
 *   put_u32(&record, mode);
 *   return submit(&record, LOST_OTHER_INTEREST);
 */
#pragma once

#include "call.h"
#include "events.gen.h"

/* Where the header's members lie: time, thread, length of the record, event code, number of parameters. */
enum {
  TIME_AT = 0,
  TID_AT = 8,
  LENGTH_AT = 16,
  TYPE_AT = 20,
  PARAMS_AT = 22,
  HEADER_BYTES = 26,
  PATH_BYTES = 4096,
  /* Of data: what is left of RECORD_HALF beside an address, 4 KiB of control data and numbers. */
  PARAM_BYTES_MAX = 60000,
};

/*
 * Not a packed structure: the compiler would write those byte by byte. `bytes` is a pointer and not the address of
 * an element: of that the compiler knows how little it is aligned.
 */
#define WRITE(bytes, type, value) (*(type *)(bytes) = (value))

struct record {
  struct scratch *scratch;
  /* Where the next parameter begins. */
  u32 at;
  /* Where the next length is written. */
  u32 length_at;
};

/* Code and number of parameters of an event of the table. */
#define EVENT(name) PPME_##name, PARAMS_##name

/* A record of the thread `tid`, with `params` parameters to come. */
static __always_inline bool begin_of(struct record *record, u16 type, u32 params, u32 tid) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return false;
  u8 *header = scratch->record;
  WRITE(header + TIME_AT, u64, boot_time + bpf_ktime_get_boot_ns());
  WRITE(header + TID_AT, u64, tid);
  WRITE(header + TYPE_AT, u16, type);
  WRITE(header + PARAMS_AT, u32, params);
  record->scratch = scratch;
  record->length_at = HEADER_BYTES;
  record->at = HEADER_BYTES + params * sizeof(u16);
  return true;
}

static __always_inline bool begin(struct record *record, u16 type, u32 params) {
  struct task_struct *task = current_task();
  return begin_of(record, type, params, TASK(task, pid));
}

/* The parameter that was written at `at` has so many bytes. */
static __always_inline void put_length(struct record *record, u32 bytes) {
  u8 *to = &record->scratch->record[record->length_at & RECORD_MASK];
  WRITE(to, u16, bytes);
  record->length_at += sizeof(u16);
  record->at += bytes;
}

#define DEFINE_PUT(name, type)                                                  \
  static __always_inline void put_##name(struct record *record, type value) {   \
    u8 *to = &record->scratch->record[record->at & RECORD_MASK];                \
    WRITE(to, type, value);                                                     \
    put_length(record, sizeof(type));                                           \
  }
DEFINE_PUT(u8, u8)
DEFINE_PUT(u16, u16)
DEFINE_PUT(u32, u32)
DEFINE_PUT(s32, s32)
DEFINE_PUT(u64, u64)
DEFINE_PUT(s64, s64)
#undef DEFINE_PUT

static __always_inline void put_empty(struct record *record) { put_length(record, 0); }

/* A string of user space, NUL included; empty when the pointer is NULL or cannot be read. */
static __always_inline void put_user_string(struct record *record, u64 pointer, u32 bytes_max) {
  u8 *to = &record->scratch->record[record->at & RECORD_MASK];
  long bytes = pointer ? bpf_probe_read_user_str(to, bytes_max, (void *)pointer) : 0;
  put_length(record, bytes > 0 ? bytes & 0xffff : 0);
}

/* A string of the kernel, NUL included. */
static __always_inline void put_kernel_string(struct record *record, const void *pointer, u32 bytes_max) {
  u8 *to = &record->scratch->record[record->at & RECORD_MASK];
  long bytes = pointer ? bpf_probe_read_kernel_str(to, bytes_max, pointer) : 0;
  put_length(record, bytes > 0 ? bytes & 0xffff : 0);
}

/* Bytes of user space; empty when they cannot be read. */
static __always_inline void put_user_bytes(struct record *record, u64 pointer, u64 bytes) {
  u8 *to = &record->scratch->record[record->at & RECORD_MASK];
  if (bytes > PARAM_BYTES_MAX) bytes = PARAM_BYTES_MAX;
  u32 size = bytes & 0xffff;
  bool read = pointer && size > 0 && bpf_probe_read_user(to, size, (void *)pointer) == 0;
  put_length(record, read ? size : 0);
}

/* Copies bytes of a string in the scratch space to where the record ends so far; the result is how many. */
static __always_inline u32 copy_string(struct record *record, u8 *strings, u32 from, u32 bytes) {
  u8 *to = &record->scratch->record[record->at & RECORD_MASK];
  u64 size = bytes;
  /* The verifier is to see the bound, whatever the compiler knows already. */
  barrier_var(size);
  size &= 2 * PATH_HALF - 1;
  bpf_probe_read_kernel(to, size, &strings[from & PATH_MASK]);
  return size;
}

static __always_inline void put_copy(struct record *record, u8 *strings, u32 from, u32 bytes) {
  put_length(record, copy_string(record, strings, from, bytes));
}

/* Behind the last parameter, counted nowhere but in the length of the record. */
static __always_inline void put_tail(struct record *record, u8 *strings, u32 from, u32 bytes) {
  record->at += copy_string(record, strings, from, bytes);
}

/*
 * Wakes a reader that sleeps, once: whoever finds the word set clears it. The reader sets it and then looks at the
 * ring once more; so it is looked at here when the record is in the ring, or both could miss each other. A
 * record of its own, which the reader passes over, carries the wake-up. Where it does not fit, the word stays:
 * somebody else is about to wake the reader.
 */
static __always_inline void wake_reader(void) {
  if (!sleeping) return;
  void *signal = bpf_ringbuf_reserve(&ring, sizeof(u64), 0);
  if (!signal) return;
  sleeping = 0;
  bpf_ringbuf_discard(signal, BPF_RB_FORCE_WAKEUP);
}

/*
 * Records that state can do without leave the last part of the ring to those that it cannot:
 * threads that come and go, programs that start.
 */
static __always_inline bool is_vital(enum lost_class class) {
  return class == LOST_EXECVE || class == LOST_CLONE_FORK || class == LOST_PROC;
}

/*
 * How full the ring is gets asked for once in so many bytes of this processor: so much too much may be let in.
 * Once it is crowded, before every record: it may long have been emptied since the last one.
 */
enum { BYTES_PER_LOOK = 4096 };

static __always_inline bool has_room(struct counters *counters, bool vital, u64 bytes) {
  counters->unlooked_bytes += bytes;
  if (counters->crowded || counters->unlooked_bytes >= BYTES_PER_LOOK) {
    counters->unlooked_bytes = 0;
    counters->crowded = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) >= reserve_from;
  }
  return !counters->crowded || vital;
}

static __always_inline void count_lost(struct counters *counters, enum lost_class class, u64 records) {
  counters->lost[class & (LOST_CLASSES - 1)] += records;
}

static __always_inline int hand_over(struct record *record, enum lost_class class, bool vital) {
  struct counters *counters = counters_of_cpu();
  u64 length = record->at;
  /* One value for the compiler as for the verifier: what is compared is what is used. */
  barrier_var(length);
  counters->records++;
  if (length > RECORD_HALF) {
    counters->too_long++;
    return 0;
  }
  /* Plain to the verifier, whatever the compiler makes of the line above. */
  length &= 2 * RECORD_HALF - 1;
  u8 *bytes = record->scratch->record;
  WRITE(bytes + LENGTH_AT, u32, length);
  if (!has_room(counters, vital, length) || bpf_ringbuf_output(&ring, bytes, length, BPF_RB_NO_WAKEUP) != 0)
    count_lost(counters, class, 1);
  wake_reader();
  return 0;
}

/* Hands the record over. Always 0, the result of a program. */
static __always_inline int submit(struct record *record, enum lost_class class) {
  return hand_over(record, class, is_vital(class));
}

/*
 * The same of a call that may have failed. What fails changes no state, and anybody can ask for it as often as they
 * like: it must not fill what is kept for what happens.
 */
static __always_inline int submit_result(struct record *record, enum lost_class class, s64 result) {
  return hand_over(record, class, result >= 0 && is_vital(class));
}
