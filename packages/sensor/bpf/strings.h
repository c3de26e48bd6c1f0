/* Arguments and environment: lists of strings in the memory of a process. */
#pragma once

#include "call.h"
#include "record.h"

enum {
  /* Of a list: as much as Falco records. exe and args share one allowance. */
  LIST_BYTES = 4096,
  /* Pointers of an array that are followed: LIST_BYTES of strings of 64 bytes. */
  LIST_STRINGS_MAX = 64,
  /* See STEPS_OF_A_TURN of path.h. */
  STRINGS_OF_A_TURN = 8,
};

/* What is left of a list at its limit ends with a NUL. */
static __always_inline void put_user_list(struct record *record, u64 pointer, u64 bytes, u32 bytes_max) {
  u32 before = record->at;
  put_user_bytes(record, pointer, bytes < bytes_max ? bytes : bytes_max);
  if (record->at != before) record->scratch->record[(record->at - 1) & RECORD_MASK] = 0;
}

/*
 * exe and args, where the kernel put them when the program was started. A program may have written over them
 * since: without a NUL at the end of the last argument, exe goes on into the environment, as
 * /proc/PID/cmdline does.
 */
static __always_inline void put_arguments(struct record *record, struct task_struct *task) {
  struct mm_struct *mm = TASK(task, mm);
  u64 start = DEREF(mm, arg_start);
  u64 bytes = DEREF(mm, arg_end) - start;
  u32 before = record->at;
  /* Kernels before 5.18 start programs with no arguments at all. */
  if (bytes == 0) start = (u64)NULL;
  put_user_string(record, start, LIST_BYTES);
  u64 exe_bytes = record->at - before;
  u64 rest = bytes > exe_bytes ? bytes - exe_bytes : 0;
  put_user_list(record, start + exe_bytes, rest, LIST_BYTES - exe_bytes);
}

static __always_inline void put_environment(struct record *record, struct task_struct *task) {
  struct mm_struct *mm = TASK(task, mm);
  u64 start = DEREF(mm, env_start);
  put_user_list(record, start, DEREF(mm, env_end) - start, LIST_BYTES);
}

/* State of write_user_strings, in the scratch space's words: see the comment on struct walk. */
struct list_writing {
  u64 array;
  u32 at;
  u32 bytes_left;
  u32 pointer_bytes;
};

/* Writes the next strings of an array that ends with NULL, one after the other; 1: there are no more. */
__attribute__((noinline)) int write_user_strings(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 1;
  struct list_writing *writing = (struct list_writing *)scratch->words;
  for (u32 i = 0; i < STRINGS_OF_A_TURN; i++) {
    u64 pointer = 0;
    u32 size = writing->pointer_bytes == sizeof(u32) ? sizeof(u32) : sizeof(u64);
    if (bpf_probe_read_user(&pointer, size, (void *)writing->array) != 0 || !pointer) return 1;
    u32 left = writing->bytes_left;
    if (left == 0 || left > LIST_BYTES) return 1;
    u32 at = writing->at;
    long bytes = bpf_probe_read_user_str(&scratch->record[at & RECORD_MASK], left, (void *)pointer);
    if (bytes <= 0) return 1;
    writing->array += size;
    writing->at = at + (u32)bytes;
    writing->bytes_left = left - (u32)bytes;
  }
  return 0;
}

static __always_inline void put_asked_list(struct record *record, u64 array, u32 bytes_max, bool is_compat) {
  struct list_writing *writing = (struct list_writing *)record->scratch->words;
  writing->array = array;
  writing->at = record->at;
  writing->bytes_left = bytes_max;
  writing->pointer_bytes = is_compat ? sizeof(u32) : sizeof(u64);
  for (u32 i = 0; i < LIST_STRINGS_MAX / STRINGS_OF_A_TURN; i++) {
    if (!array || write_user_strings()) break;
  }
  u32 bytes = writing->at - record->at;
  put_length(record, bytes & RECORD_MASK);
}

/* exe and args of a call that failed: from the array that it was given. */
static __always_inline void put_asked_arguments(struct record *record, u64 array, bool is_compat) {
  u32 pointer_bytes = is_compat ? sizeof(u32) : sizeof(u64);
  u64 pointer = 0;
  if (array) bpf_probe_read_user(&pointer, pointer_bytes, (void *)array);
  u32 before = record->at;
  /* As Falco has it: no array is an empty name, an array of nothing no name. */
  if (array) put_user_string(record, pointer, LIST_BYTES);
  else put_u8(record, 0);
  u32 left = LIST_BYTES - (record->at - before);
  put_asked_list(record, pointer ? array + pointer_bytes : 0, left, is_compat);
}

static __always_inline void put_asked_environment(struct record *record, u64 array, bool is_compat) {
  put_asked_list(record, array, LIST_BYTES, is_compat);
}
