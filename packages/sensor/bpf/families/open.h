/*
 * Calls that open files by name. The name is read from the process when the call has ended, and may have been
 * changed since; the path that the kernel found is not. Where the two differ (a relative name, a link, a
 * magic link of /proc, an argument rewritten under our hands) the kernel's path follows the parameters, as bytes that no
 * length counts: readers that do not know of it pass over it, where libscap's refuses a parameter too many.
 */
#pragma once

#include "../arguments.h"
#include "../file.h"

struct opened {
  struct file *file;
  struct file_facts facts;
  struct given_name name;
};

static __always_inline bool begin_opened(struct record *record, u16 type, u32 params, struct call *call) {
  struct task_struct *task = call->task;
  if (!begin_of(record, type, params, TASK(task, pid))) return false;
  put_s64(record, call->ret);
  return true;
}

/* Puts the name that was given, and looks at the file. */
static __always_inline void put_name(struct record *record, struct opened *opened, struct call *call, u64 name) {
  opened->name.at = record->at;
  put_user_string(record, name, PATH_BYTES);
  opened->name.bytes = record->at - opened->name.at;
  opened->file = call->ret >= 0 ? file_of_task(call->task, (s32)call->ret) : NULL;
  file_facts_of(opened->file, &opened->facts);
}

/* With the kernel's path, unless it is the name that was given. */
static __always_inline int submit_opened(struct record *record, struct opened *opened, struct call *call) {
  struct scratch *scratch = record->scratch;
  struct file *file = opened->file;
  if (file && sends_real_paths && !is_path_of(scratch, call->task, &file->f_path, &opened->name)) {
    u32 bytes = write_path(scratch, &file->f_path);
    if (bytes > 1 && bytes <= PATH_HALF) put_tail(record, scratch->path, PATH_HALF - bytes, bytes);
  }
  return submit(record, LOST_OPEN);
}

/* Native access modes as in fs/open.c: a mode counts only where something may be created. */
SYSCALL_EXIT(openat) {
  struct opened opened;
  struct record record;
  if (!begin_opened(&record, EVENT(SYSCALL_OPENAT_2_X), call)) return 0;
  put_fd(&record, call, 0);
  put_name(&record, &opened, call, arg(call, 1));
  u32 flags = (u32)arg(call, 2);
  put_u32(&record, open_flags_to_scap(flags) | opened.facts.flags);
  put_u32(&record, open_modes_to_scap(flags, arg(call, 3)));
  put_u32(&record, opened.facts.dev);
  put_u64(&record, opened.facts.ino);
  return submit_opened(&record, &opened, call);
}

SYSCALL_EXIT(open) {
  struct opened opened;
  struct record record;
  if (!begin_opened(&record, EVENT(SYSCALL_OPEN_X), call)) return 0;
  put_name(&record, &opened, call, arg(call, 0));
  u32 flags = (u32)arg(call, 1);
  put_u32(&record, open_flags_to_scap(flags) | opened.facts.flags);
  put_u32(&record, open_modes_to_scap(flags, arg(call, 2)));
  put_u32(&record, opened.facts.dev);
  put_u64(&record, opened.facts.ino);
  return submit_opened(&record, &opened, call);
}

/* Its flags parameter has 16 bits and knows only what became of the file. */
SYSCALL_EXIT(creat) {
  struct opened opened;
  struct record record;
  if (!begin_opened(&record, EVENT(SYSCALL_CREAT_X), call)) return 0;
  put_name(&record, &opened, call, arg(call, 0));
  put_u32(&record, open_modes_to_scap(NATIVE_O_CREAT, arg(call, 1)));
  put_u32(&record, opened.facts.dev);
  put_u64(&record, opened.facts.ino);
  u32 flags = opened.facts.flags;
  put_u16(&record, (flags & PPM_FD_UPPER_LAYER   ? PPM_FD_UPPER_LAYER_CREAT
                    : flags & PPM_FD_LOWER_LAYER ? PPM_FD_LOWER_LAYER_CREAT
                                                 : 0));
  return submit_opened(&record, &opened, call);
}

struct open_how {
  u64 flags, mode, resolve;
};

SYSCALL_EXIT(openat2) {
  struct open_how how = {};
  bpf_probe_read_user(&how, sizeof(how), (void *)arg(call, 2));
  struct opened opened;
  struct record record;
  if (!begin_opened(&record, EVENT(SYSCALL_OPENAT2_X), call)) return 0;
  put_fd(&record, call, 0);
  put_name(&record, &opened, call, arg(call, 1));
  put_u32(&record, open_flags_to_scap(how.flags) | opened.facts.flags);
  put_u32(&record, open_modes_to_scap(how.flags, how.mode));
  put_u32(&record, openat2_resolve_to_scap(how.resolve));
  put_u32(&record, opened.facts.dev);
  put_u64(&record, opened.facts.ino);
  return submit_opened(&record, &opened, call);
}

/* A file by what name_to_handle_at gave for it: there is no name, and the kernel's path is the parameter. */
SYSCALL_EXIT(open_by_handle_at) {
  struct scratch *scratch = scratch_of_cpu();
  struct file *file = call->ret >= 0 ? file_of_task(call->task, (s32)call->ret) : NULL;
  struct file_facts facts;
  file_facts_of(file, &facts);
  u32 path_bytes = scratch && file ? write_path(scratch, &file->f_path) : 0;
  if (path_bytes > PATH_HALF) path_bytes = 0;
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_OPEN_BY_HANDLE_AT_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_u32(&record, open_flags_to_scap(arg(call, 2)) | facts.flags);
  put_copy(&record, record.scratch->path, PATH_HALF - path_bytes, path_bytes);
  put_u32(&record, facts.dev);
  put_u64(&record, facts.ino);
  return submit(&record, LOST_OPEN);
}
