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
  struct file_facts facts;
  /* Bytes of the name that was given, with its NUL; 0: it cannot be read. */
  u32 name_bytes;
  /* Bytes of the kernel's path, with its NUL; 0: it is the name that was given. */
  u32 path_bytes;
};

/* Reads the name and looks at the file; the strings are in the scratch space then. */
static __always_inline void look_at(struct opened *opened, s64 fd, u64 name) {
  struct file *file = fd >= 0 ? file_of_fd((s32)fd) : NULL;
  opened->path_bytes = 0;
  opened->name_bytes = 0;
  file_facts_of(file, &opened->facts);
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch || !name) return;
  long bytes = bpf_probe_read_user_str(scratch->name, PATH_HALF, (void *)name);
  if (bytes > 0) opened->name_bytes = bytes & (2 * PATH_HALF - 1);
  if (!file || !sends_real_paths || is_path_of(scratch, &file->f_path, opened->name_bytes)) return;
  u32 written = write_path(scratch, &file->f_path);
  if (written > 1 && written <= PATH_HALF) opened->path_bytes = written;
}

static __always_inline void put_name(struct record *record, const struct opened *opened) {
  put_copy(record, record->scratch->name, 0, opened->name_bytes);
}

static __always_inline void put_real_path(struct record *record, const struct opened *opened) {
  u32 bytes = opened->path_bytes;
  if (bytes > 0) put_tail(record, record->scratch->path, PATH_HALF - bytes, bytes);
}

/* Native access modes as in fs/open.c: a mode counts only where something may be created. */
SYSCALL_EXIT(openat) {
  struct opened opened;
  look_at(&opened, call->ret, arg(call, 1));
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_OPENAT_2_X))) return 0;
  u32 flags = (u32)arg(call, 2);
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_name(&record, &opened);
  put_u32(&record, open_flags_to_scap(flags) | opened.facts.flags);
  put_u32(&record, open_modes_to_scap(flags, arg(call, 3)));
  put_u32(&record, opened.facts.dev);
  put_u64(&record, opened.facts.ino);
  put_real_path(&record, &opened);
  return submit(&record, LOST_OPEN);
}

SYSCALL_EXIT(open) {
  struct opened opened;
  look_at(&opened, call->ret, arg(call, 0));
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_OPEN_X))) return 0;
  u32 flags = (u32)arg(call, 1);
  put_s64(&record, call->ret);
  put_name(&record, &opened);
  put_u32(&record, open_flags_to_scap(flags) | opened.facts.flags);
  put_u32(&record, open_modes_to_scap(flags, arg(call, 2)));
  put_u32(&record, opened.facts.dev);
  put_u64(&record, opened.facts.ino);
  put_real_path(&record, &opened);
  return submit(&record, LOST_OPEN);
}

/* Its flags parameter has 16 bits and knows only what became of the file. */
SYSCALL_EXIT(creat) {
  struct opened opened;
  look_at(&opened, call->ret, arg(call, 0));
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_CREAT_X))) return 0;
  put_s64(&record, call->ret);
  put_name(&record, &opened);
  put_u32(&record, open_modes_to_scap(NATIVE_O_CREAT, arg(call, 1)));
  put_u32(&record, opened.facts.dev);
  put_u64(&record, opened.facts.ino);
  u32 flags = opened.facts.flags;
  put_u16(&record, (flags & PPM_FD_UPPER_LAYER   ? PPM_FD_UPPER_LAYER_CREAT
                    : flags & PPM_FD_LOWER_LAYER ? PPM_FD_LOWER_LAYER_CREAT
                                                 : 0));
  put_real_path(&record, &opened);
  return submit(&record, LOST_OPEN);
}

struct open_how {
  u64 flags, mode, resolve;
};

SYSCALL_EXIT(openat2) {
  struct opened opened;
  look_at(&opened, call->ret, arg(call, 1));
  struct open_how how = {};
  bpf_probe_read_user(&how, sizeof(how), (void *)arg(call, 2));
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_OPENAT2_X))) return 0;
  put_s64(&record, call->ret);
  put_fd(&record, call, 0);
  put_name(&record, &opened);
  put_u32(&record, open_flags_to_scap(how.flags) | opened.facts.flags);
  put_u32(&record, open_modes_to_scap(how.flags, how.mode));
  put_u32(&record, openat2_resolve_to_scap(how.resolve));
  put_u32(&record, opened.facts.dev);
  put_u64(&record, opened.facts.ino);
  put_real_path(&record, &opened);
  return submit(&record, LOST_OPEN);
}

/* A file by what name_to_handle_at gave for it: there is no name, and the kernel's path is the parameter. */
SYSCALL_EXIT(open_by_handle_at) {
  struct scratch *scratch = scratch_of_cpu();
  struct file *file = call->ret >= 0 ? file_of_fd((s32)call->ret) : NULL;
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
