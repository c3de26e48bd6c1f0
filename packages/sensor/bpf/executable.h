/* The file that a task runs, and whether the task could have written it. */
#pragma once

#include "file.h"
#include "task.h"

/* Of include/linux/fs.h, include/uapi/linux/stat.h, include/uapi/linux/capability.h. */
enum { SB_RDONLY = 1, S_IMMUTABLE = 8, MAY_WRITE = 2 };
enum { S_IFMT = 0xf000, S_IFDIR = 0x4000, S_IFREG = 0x8000, S_IFLNK = 0xa000 };
enum { CAP_DAC_OVERRIDE = 1, CAP_FOWNER = 3 };

enum {
  /* log2(NGROUPS_MAX), and the one that finds nothing. */
  GROUP_STEPS_MAX = 17,
  /* Ranges of ids that a user namespace keeps in place; of more it keeps a tree. */
  EXTENTS_MAX = 5,
};

static __always_inline struct file *executable_of(struct task_struct *task) {
  struct mm_struct *mm = TASK(task, mm);
  return DEREF(mm, exe_file);
}

/*
 * Whose right to write what. It lies in the scratch space's words, where functions of their own find it: see
 * the comment on struct walk.
 */
struct access {
  struct cred *cred;
  struct inode *inode;
  /* The name of the file in question. */
  struct dentry *dentry;
  /* Of the search for a group. */
  u32 gid, left, right;
  /* What is_mapped looks for, in which map. */
  u32 id;
  void *map;
};

static __always_inline struct access *access_of_cpu(void) {
  struct scratch *scratch = scratch_of_cpu();
  return scratch ? (struct access *)scratch->words : NULL;
}

/* Whether access->gid is one of the supplementary groups, which are sorted. */
__attribute__((noinline)) int has_group(void) {
  struct access *access = access_of_cpu();
  if (!access) return 0;
  struct cred *cred = access->cred;
  struct group_info *groups = DEREF(cred, group_info);
  u64 gids = (u64)groups + bpf_core_field_offset(struct group_info, gid);
  access->left = 0;
  access->right = DEREF(groups, ngroups);
  for (int i = 0; i < GROUP_STEPS_MAX; i++) {
    if (access->left >= access->right) break;
    u32 middle = (access->left + access->right) / 2;
    u32 found = NOBODY;
    bpf_probe_read_kernel(&found, sizeof(found), (void *)(gids + middle * sizeof(found)));
    if (found == access->gid) return 1;
    if (found < access->gid) access->left = middle + 1;
    else access->right = middle;
  }
  return 0;
}

/*
 * Whether access->map of a user namespace has an id of its own for the host's access->id. A tree is not
 * searched, and taken to have it.
 */
__attribute__((noinline)) int is_mapped(void) {
  struct access *access = access_of_cpu();
  if (!access) return 0;
  struct uid_gid_extent extent;
  u32 extents = 0;
  u64 count_at = (u64)access->map + bpf_core_field_offset(struct uid_gid_map, nr_extents);
  bpf_probe_read_kernel(&extents, sizeof(extents), (void *)count_at);
  if (extents > EXTENTS_MAX) return 1;
  u64 at = (u64)access->map + bpf_core_field_offset(struct uid_gid_map, extent);
  for (u32 i = 0; i < EXTENTS_MAX; i++) {
    if (i >= extents) break;
    bpf_probe_read_kernel(&extent, sizeof(extent), (void *)(at + i * sizeof(extent)));
    if (access->id - extent.lower_first < extent.count) return 1;
  }
  return 0;
}

static __always_inline bool has_id(struct access *access, void *map, u32 id) {
  access->map = map;
  access->id = id;
  return is_mapped();
}

/* As inode_owner_or_capable and acl_permission_check of the kernel, without access control lists. */
__attribute__((noinline)) int may_write(void) {
  struct access *access = access_of_cpu();
  if (!access) return 0;
  struct cred *cred = access->cred;
  struct inode *inode = access->inode;
  struct super_block *super = DEREF(inode, i_sb);
  u32 mode = DEREF(inode, i_mode);
  u32 type = mode & S_IFMT;
  bool is_data = type == S_IFREG || type == S_IFDIR || type == S_IFLNK;
  if (is_data && DEREF(super, s_flags) & SB_RDONLY) return 0;
  if (DEREF(inode, i_flags) & S_IMMUTABLE) return 0;
  u32 uid = DEREF(inode, i_uid.val);
  u32 gid = DEREF(inode, i_gid.val);
  if (uid == NOBODY || gid == NOBODY) return 0;
  if (DEREF(cred, fsuid.val) == uid) return 1;
  access->gid = gid;
  if (DEREF(cred, fsgid.val) == gid || has_group()) mode >>= 3;
  if (mode & MAY_WRITE) return 1;
  void *namespace = DEREF(cred, user_ns);
  void *uid_map = namespace + bpf_core_field_offset(struct user_namespace, uid_map);
  void *gid_map = namespace + bpf_core_field_offset(struct user_namespace, gid_map);
  u64 capabilities = CAPABILITIES(cred, cap_effective);
  if (!has_id(access, uid_map, uid)) return 0;
  if (capabilities & 1 << CAP_FOWNER) return 1;
  return capabilities & 1 << CAP_DAC_OVERRIDE && has_id(access, gid_map, gid);
}

/* "memfd:" */
static const u64 MEMFD = 0x3a64666d656d;
enum { MEMFD_BYTES = 6 };

/* A file of memfd_create lies in no directory and is named after how it was made. */
static __always_inline bool is_memfd(struct dentry *dentry) {
  if (DEREF(dentry, d_parent) != dentry) return false;
  u64 name = 0;
  bpf_probe_read_kernel(&name, MEMFD_BYTES, DEREF(dentry, d_name.name));
  return name == MEMFD;
}

/* Of access->dentry. A function of its own, of whose result the verifier knows nothing: see STEPS_OF_A_TURN. */
__attribute__((noinline)) int flags_of_access(void) {
  struct access *access = access_of_cpu();
  if (!access) return 0;
  struct dentry *dentry = access->dentry;
  struct super_block *super = DEREF(dentry, d_sb);
  u32 flags = may_write() ? PPM_EXE_WRITABLE : 0;
  enum overlay overlay = overlay_of(dentry, DEREF(super, s_magic));
  if (overlay == OVERLAY_UPPER) flags |= PPM_EXE_UPPER_LAYER;
  if (overlay == OVERLAY_LOWER) flags |= PPM_EXE_LOWER_LAYER;
  if (is_memfd(dentry)) flags |= PPM_EXE_FROM_MEMFD;
  return flags;
}

static __always_inline u32 executable_flags(struct scratch *scratch, struct task_struct *task,
                                            struct file *file) {
  struct access *access = (struct access *)scratch->words;
  access->cred = credentials_of(task);
  access->inode = DEREF(file, f_inode);
  access->dentry = DEREF(file, f_path.dentry);
  return flags_of_access();
}

/* The highest bit of the rest is the kernel's own mark that somebody has looked at the time (6.13). */
static __always_inline u64 nanoseconds(s64 seconds, u32 rest) {
  return seconds < 0 ? 0 : (u64)seconds * 1000000000 + (rest & 0x7fffffff);
}

static __always_inline u64 changed_at(struct inode *inode) {
  struct inode___v6_6 *v6_6 = (struct inode___v6_6 *)inode;
  struct inode___v6_11 *v6_11 = (struct inode___v6_11 *)inode;
  if (bpf_core_field_exists(inode->i_ctime))
    return nanoseconds(DEREF(inode, i_ctime.tv_sec), DEREF(inode, i_ctime.tv_nsec));
  if (bpf_core_field_exists(v6_6->__i_ctime))
    return nanoseconds(DEREF(v6_6, __i_ctime.tv_sec), DEREF(v6_6, __i_ctime.tv_nsec));
  return nanoseconds(DEREF(v6_11, i_ctime_sec), DEREF(v6_11, i_ctime_nsec));
}

static __always_inline u64 modified_at(struct inode *inode) {
  struct inode___v6_7 *v6_7 = (struct inode___v6_7 *)inode;
  struct inode___v6_11 *v6_11 = (struct inode___v6_11 *)inode;
  if (bpf_core_field_exists(inode->i_mtime))
    return nanoseconds(DEREF(inode, i_mtime.tv_sec), DEREF(inode, i_mtime.tv_nsec));
  if (bpf_core_field_exists(v6_7->__i_mtime))
    return nanoseconds(DEREF(v6_7, __i_mtime.tv_sec), DEREF(v6_7, __i_mtime.tv_nsec));
  return nanoseconds(DEREF(v6_11, i_mtime_sec), DEREF(v6_11, i_mtime_nsec));
}

static __always_inline void put_executable_path(struct record *record, struct file *file) {
  u32 bytes = file ? write_full_path(record->scratch, &file->f_path) : 0;
  if (bytes > 0 && bytes <= PATH_HALF)
    put_kernel_string(record, &record->scratch->path[PATH_HALF - bytes], PATH_HALF);
  else
    put_empty(record);
}
