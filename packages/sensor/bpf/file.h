/* Files behind descriptors, and what records tell of them. */
#pragma once

#include "flags.gen.h"
#include "path.h"
#include "record.h"

enum {
  FMODE_CREATED = 0x100000,
  OVERLAYFS_SUPER_MAGIC = 0x794c7630,
};

enum overlay { NO_OVERLAY, OVERLAY_UPPER, OVERLAY_LOWER };

/* What lies at the address of a pointer: read as the first member of a structure that begins with one. */
static __always_inline void *pointer_at(void *address) {
  struct list_head *pair = address;
  return DEREF(pair, next);
}

/* The file that the task has open under the number; NULL: none. */
static __always_inline struct file *file_of_task(struct task_struct *task, s32 fd) {
  if (fd < 0) return NULL;
  struct files_struct *table = TASK(task, files);
  struct fdtable *fdt = DEREF(table, fdt);
  if ((u32)fd >= MEMBER(fdt, max_fds)) return NULL;
  struct file **files = MEMBER(fdt, fd);
  struct file *file = pointer_at(&files[fd]);
  return KNOWN(file);
}

/* The same of the current task. */
static __always_inline struct file *file_of_fd(s32 fd) { return file_of_task(current_task(), fd); }

/* A device as user space writes it: the kernel has 20 bits of minor in one piece. */
static __always_inline u32 user_dev(u32 dev) {
  u32 major = dev >> 20, minor = dev & 0xfffff;
  return (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
}

/* On overlayfs: whether the file was written since the lower layer was made. */
static __always_inline enum overlay overlay_of(struct dentry *dentry, u64 magic) {
  if (magic != OVERLAYFS_SUPER_MAGIC) return NO_OVERLAY;
  /* struct ovl_inode begins with the inode, the upper dentry follows it. */
  struct inode *inode = BPF_CORE_READ(dentry, d_inode);
  struct dentry *upper = NULL;
  bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
  return upper && BPF_CORE_READ(upper, d_inode, i_ino) != 0 ? OVERLAY_UPPER : OVERLAY_LOWER;
}

struct file_facts {
  u64 ino;
  u32 dev;
  /* PPM_O_F_CREATED, PPM_FD_UPPER_LAYER, PPM_FD_LOWER_LAYER. */
  u32 flags;
};

static __always_inline void file_facts_of(struct file *file, struct file_facts *facts) {
  facts->ino = 0;
  facts->dev = 0;
  facts->flags = 0;
  if (!file) return;
  struct inode *inode = DEREF(file, f_inode);
  struct super_block *super = MEMBER(inode, i_sb);
  facts->ino = MEMBER(inode, i_ino);
  facts->dev = user_dev(MEMBER(super, s_dev));
  if (DEREF(file, f_mode) & FMODE_CREATED) facts->flags |= PPM_O_F_CREATED;
  u64 magic = MEMBER(super, s_magic);
  if (magic != OVERLAYFS_SUPER_MAGIC) return;
  enum overlay overlay = overlay_of(DEREF(file, f_path.dentry), magic);
  facts->flags |= overlay == OVERLAY_UPPER ? PPM_FD_UPPER_LAYER : PPM_FD_LOWER_LAYER;
}
