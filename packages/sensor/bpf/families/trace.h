/* Looking into other processes, and being held in bounds. */
#pragma once

#include "../flags.gen.h"
#include "../message.h"
#include "../tagged.h"

/* A function of its own: else the verifier would go through all that follows for each request. */
__attribute__((noinline)) int ptrace_request(u64 native) { return ptrace_requests_to_scap(native); }

/* What `data` is depends on the request; of a call that failed it is nothing. */
static __always_inline void put_ptrace_data(struct record *record, struct call *call, u16 request) {
  u64 data = call->ret < 0 ? 0 : arg(call, 3);
  u64 word = 0;
  switch (request) {
    case PPM_PTRACE_PEEKTEXT:
    case PPM_PTRACE_PEEKDATA:
    case PPM_PTRACE_PEEKUSR:
      /* Where the kernel has written the word that was asked for. */
      if (data) bpf_probe_read_user(&word, call->compat ? sizeof(u32) : sizeof(u64), (void *)data);
      put_tagged_u64(record, PPM_PTRACE_IDX_UINT64, word);
      return;
    case PPM_PTRACE_CONT:
    case PPM_PTRACE_SINGLESTEP:
    case PPM_PTRACE_DETACH:
    case PPM_PTRACE_SYSCALL:
      if (call->ret >= 0) {
        put_tagged_u8(record, PPM_PTRACE_IDX_SIGTYPE, data);
        return;
      }
  }
  put_tagged_u64(record, PPM_PTRACE_IDX_UINT64, data);
}

SYSCALL_EXIT(ptrace) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PTRACE_X))) return 0;
  u16 request = ptrace_request(arg(call, 0));
  put_s64(&record, call->ret);
  put_tagged_u64(&record, PPM_PTRACE_IDX_UINT64, call->ret < 0 ? 0 : arg(call, 2));
  put_ptrace_data(&record, call, request);
  put_u16(&record, request);
  put_s64(&record, (s32)arg(call, 1));
  return submit(&record, LOST_OTHER_INTEREST);
}

/* The data is in the caller's own buffers, whichever way it went. */
static __always_inline int copies_memory(struct call *call, u16 event, u32 params) {
  struct record record;
  if (!begin(&record, event, params)) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arg(call, 0));
  u32 bytes_max = call->ret > 0 ? snap(call->ret) : 0;
  u32 bytes = bytes_max > 0 ? write_buffers(record.at, arg(call, 1), arg(call, 2), bytes_max) : 0;
  put_length(&record, bytes & 0xffff);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(process_vm_readv) { return copies_memory(call, EVENT(SYSCALL_PROCESS_VM_READV_X)); }

SYSCALL_EXIT(process_vm_writev) { return copies_memory(call, EVENT(SYSCALL_PROCESS_VM_WRITEV_X)); }

SYSCALL_EXIT(seccomp) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_SECCOMP_X))) return 0;
  put_s64(&record, call->ret);
  put_u64(&record, (u32)arg(call, 0));
  put_u64(&record, (u32)arg(call, 1));
  return submit(&record, LOST_OTHER_INTEREST);
}
