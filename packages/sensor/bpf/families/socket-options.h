/* Options of sockets. Values come in the form that the event table has for them (sockopt_dynamic_param). */
#pragma once

#include "../socket.h"

enum {
  SOL_SOCKET = 1,
  SO_DEBUG = 1,
  SO_ERROR = 4,
  SO_LINGER = 13,
  SO_PEERCRED = 17,
  SO_RCVTIMEO_OLD = 20,
  SO_SNDTIMEO_OLD = 21,
  SO_BINDTODEVICE = 25,
  SO_ATTACH_FILTER = 26,
  SO_PEERNAME = 28,
  SO_PEERSEC = 31,
  SO_INCOMING_CPU = 49,
  SO_COOKIE = 57,
  SO_RCVTIMEO_NEW = 66,
  SO_SNDTIMEO_NEW = 67,
  /* Bytes of a value in no particular form: filters and tables may be long. */
  OPTION_BYTES_MAX = 4096,
};

/*
 * Options of SOL_SOCKET whose value is an int, by their numbers (include/uapi/asm-generic/socket.h): all up
 * to SO_INCOMING_CPU but SO_ERROR, the two times, and those whose value is a structure or a name.
 */
#define OPTION(number) (1ULL << (number))
static const u64 int_options =
    (OPTION(SO_INCOMING_CPU + 1) - OPTION(SO_DEBUG)) &
    ~(OPTION(SO_ERROR) | OPTION(SO_LINGER) | OPTION(SO_PEERCRED) | OPTION(SO_RCVTIMEO_OLD) |
      OPTION(SO_SNDTIMEO_OLD) | OPTION(SO_BINDTODEVICE) | OPTION(SO_ATTACH_FILTER) | OPTION(SO_PEERNAME) |
      OPTION(SO_PEERSEC));

static __always_inline bool is_int_option(u32 name) { return name < 64 && (int_options >> name & 1); }

static __always_inline bool is_old_time_option(u32 name) {
  return name == SO_RCVTIMEO_OLD || name == SO_SNDTIMEO_OLD;
}

static __always_inline bool is_time_option(u32 name) {
  return is_old_time_option(name) || name == SO_RCVTIMEO_NEW || name == SO_SNDTIMEO_NEW;
}

/* An option's value in user memory. */
struct option {
  u32 name;
  u64 pointer;
  s32 bytes;
};

/* A number of at most 8 bytes: of a shorter value only what belongs to it. */
static __always_inline u64 read_option_number(const struct option *option, u32 bytes) {
  u64 value = 0;
  if (option->bytes <= 0) return 0;
  bpf_probe_read_user(&value, bytes, (void *)option->pointer);
  return option->bytes < 8 ? value & ((1ULL << (option->bytes * 8)) - 1) : value;
}

/* struct timeval in nanoseconds; the older options have it in the entry's own width. */
static __always_inline u64 read_option_time(const struct option *option) {
  u64 time[2] = {};
  if (is_old_time_option(option->name) && is_compat()) {
    s32 short_time[2] = {};
    bpf_probe_read_user(short_time, sizeof(short_time), (void *)option->pointer);
    time[0] = short_time[0];
    time[1] = short_time[1];
  } else {
    bpf_probe_read_user(time, sizeof(time), (void *)option->pointer);
  }
  return time[0] * 1000000000 + time[1] * 1000;
}

/* The value as it is; nothing of it where a part cannot be read. */
static __always_inline u32 read_option_bytes(u8 *to, const struct option *option) {
  u64 size = option->bytes > 0 ? option->bytes : 0;
  if (size > OPTION_BYTES_MAX) size = OPTION_BYTES_MAX;
  barrier_var(size);
  size &= 2 * OPTION_BYTES_MAX - 1;
  return size > 0 && bpf_probe_read_user(to, size, (void *)option->pointer) == 0 ? size : 0;
}

/*
 * Writes the parameter, one byte of the form and the value, and returns its bytes. The name is 0 on other
 * levels than SOL_SOCKET, whose values come as they are. A function of its own: here ends what the verifier
 * has learnt of the name.
 */
__attribute__((noinline)) int write_option(u32 at, u32 name, u64 pointer, s32 bytes) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  struct option option = {name, pointer, bytes};
  u8 *to = &scratch->record[at & RECORD_MASK];
  if (name == SO_ERROR) {
    to[0] = PPM_SOCKOPT_IDX_ERRNO;
    WRITE(to + 1, s64, -(s64)(s32)read_option_number(&option, sizeof(u32)));
    return 1 + sizeof(s64);
  }
  if (is_time_option(name)) {
    to[0] = PPM_SOCKOPT_IDX_TIMEVAL;
    WRITE(to + 1, u64, read_option_time(&option));
    return 1 + sizeof(u64);
  }
  if (name == SO_COOKIE) {
    to[0] = PPM_SOCKOPT_IDX_UINT64;
    WRITE(to + 1, u64, read_option_number(&option, sizeof(u64)));
    return 1 + sizeof(u64);
  }
  if (is_int_option(name)) {
    to[0] = PPM_SOCKOPT_IDX_UINT32;
    WRITE(to + 1, u32, read_option_number(&option, sizeof(u32)));
    return 1 + sizeof(u32);
  }
  to[0] = PPM_SOCKOPT_IDX_UNKNOWN;
  return 1 + read_option_bytes(to + 1, &option);
}

/* Arguments: descriptor, level, name, value, and what depends on the call. */
static __always_inline void put_option(struct record *record, const u64 *arguments, s32 bytes) {
  u32 level = arguments[1];
  u32 name = level == SOL_SOCKET ? arguments[2] : 0;
  put_s64(record, (s32)arguments[0]);
  put_u8(record, sockopt_level_to_scap(level));
  put_u8(record, sockopt_optname_to_scap(name));
  put_length(record, write_option(record->at, name, arguments[3], bytes) & 0xffff);
  put_u32(record, bytes);
}

SYSCALL_EXIT(setsockopt) {
  u64 arguments[5];
  read_arguments(call, arguments, 5);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_SETSOCKOPT_X))) return 0;
  put_s64(&record, call->ret);
  put_option(&record, arguments, arguments[4]);
  return submit(&record, LOST_OTHER);
}

/* The size is the one that the kernel has written, or, where it failed, the one that was given. */
SYSCALL_EXIT(getsockopt) {
  u64 arguments[5];
  read_arguments(call, arguments, 5);
  s32 bytes = 0;
  bpf_probe_read_user(&bytes, sizeof(bytes), (void *)arguments[4]);
  struct record record;
  if (!begin(&record, EVENT(SOCKET_GETSOCKOPT_X))) return 0;
  put_s64(&record, call->ret);
  put_option(&record, arguments, bytes);
  return submit(&record, LOST_OTHER);
}
