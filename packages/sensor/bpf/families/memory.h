/* The memory of a process: mappings, their protection, their place. */
#pragma once

#include "../flags.gen.h"
#include "../task.h"

struct mapping {
  u64 address, length, prot, flags, offset;
  s32 fd;
};

/* Numbers of the 32-bit entry whose arguments are not those of mmap. */
enum { COMPAT_OLD_MMAP = 90, COMPAT_MMAP2 = 192, OFFSET_UNIT = 4096 };

static __always_inline struct mapping mapping_of(struct call *call) {
  u32 words[6];
  if (call->compat && number_of(call->regs) == COMPAT_OLD_MMAP) {
    /* They lie in memory, and the first argument says where. */
    bpf_probe_read_user(words, sizeof(words), (void *)arg(call, 0));
    struct mapping mapping = {words[0], words[1], words[2], words[3], words[5], words[4]};
    return mapping;
  }
  struct mapping mapping = {
      arg(call, 0), arg(call, 1), arg(call, 2), arg(call, 3), arg(call, 5), arg(call, 4),
  };
  if (call->compat && number_of(call->regs) == COMPAT_MMAP2) mapping.offset *= OFFSET_UNIT;
  return mapping;
}

SYSCALL_EXIT(mmap) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MMAP_X))) return 0;
  struct mapping mapping = mapping_of(call);
  put_s64(&record, call->ret);
  put_memory(&record, current_task());
  put_u64(&record, mapping.address);
  put_u64(&record, mapping.length);
  put_u32(&record, prot_flags_to_scap(mapping.prot));
  put_u32(&record, mmap_flags_to_scap(mapping.flags));
  put_s64(&record, mapping.fd);
  put_u64(&record, mapping.offset);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(munmap) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MUNMAP_X))) return 0;
  put_s64(&record, call->ret);
  put_memory(&record, current_task());
  put_u64(&record, arg(call, 0));
  put_u64(&record, arg(call, 1));
  return submit(&record, LOST_OTHER);
}

/* The result is the end of the data segment, moved or not. */
SYSCALL_EXIT(brk) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_BRK_4_X))) return 0;
  put_u64(&record, call->ret);
  put_memory(&record, current_task());
  put_u64(&record, arg(call, 0));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(mprotect) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MPROTECT_X))) return 0;
  put_s64(&record, call->ret);
  put_u64(&record, arg(call, 0));
  put_u64(&record, arg(call, 1));
  put_u32(&record, prot_flags_to_scap(arg(call, 2)));
  return submit(&record, LOST_OTHER);
}

static __always_inline int locks_range(struct call *call, u16 event, u32 params) {
  struct record record;
  if (!begin(&record, event, params)) return 0;
  put_s64(&record, call->ret);
  put_u64(&record, arg(call, 0));
  put_u64(&record, arg(call, 1));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(mlock) { return locks_range(call, EVENT(SYSCALL_MLOCK_X)); }

SYSCALL_EXIT(munlock) { return locks_range(call, EVENT(SYSCALL_MUNLOCK_X)); }

SYSCALL_EXIT(mlock2) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MLOCK2_X))) return 0;
  put_s64(&record, call->ret);
  put_u64(&record, arg(call, 0));
  put_u64(&record, arg(call, 1));
  put_u32(&record, mlock2_flags_to_scap((u32)arg(call, 2)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(mlockall) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MLOCKALL_X))) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, mlockall_flags_to_scap((u32)arg(call, 0)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(munlockall) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_MUNLOCKALL_X))) return 0;
  put_s64(&record, call->ret);
  return submit(&record, LOST_OTHER);
}
