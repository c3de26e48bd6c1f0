/*
 * Paths as the kernel knows them, which no program can change under a reader's hands. A path is
 * walked from its last name to the root of the process (a container's root is the container's), across
 * mounts, and written from the end of a buffer towards its beginning.
 */
#pragma once

#include "call.h"

enum {
  /* Names of a path and mounts on its way that are walked; deeper ones keep their last part. */
  PATH_STEPS_MAX = 64,
  NAME_BYTES = 256,
  /* Deeper paths, and longer names, are written without having been compared. */
  COMPARED_STEPS = 24,
  COMPARED_WORDS = 6,
  /* Of a path of so many names, short ones, the comparison is made in place: most files that are opened have one. */
  SHORT_STEPS = 4,
  SHORT_WORDS = 2,
  /*
   * Long loops are made of turns, functions of their own: the verifier goes through a turn once, and through the
   * loop as if a turn were one instruction. At run time a call for so many steps is next to nothing.
   */
  STEPS_OF_A_TURN = 4,
};

#define MOUNT_OF(vfsmount) \
  ((struct mount *)((void *)(vfsmount)-bpf_core_field_offset(struct mount, mnt)))

/*
 * Where the walk is. Between two turns it lies in a map and not on the stack: what the verifier reads from a map it
 * knows nothing of, so that all ways through a step look alike to it and are looked at once.
 */
struct walk {
  struct dentry *dentry;
  struct vfsmount *mnt;
  struct dentry *mount_root;
  const struct dentry *root;
  const struct vfsmount *root_mnt;
  /* Where the path begins in the scratch space, or what is left of the name that it is compared with ends. */
  u32 start;
  /* Where that name begins. */
  u32 name_at;
};
_Static_assert(sizeof(struct walk) <= sizeof(((struct scratch *)0)->walk), "room for a walk");

/* From the root of a mount to where it is mounted; false: nowhere. */
static __always_inline bool leave_mount(struct walk *walk) {
  struct mount *mount = MOUNT_OF(walk->mnt);
  struct mount *parent = DEREF(mount, mnt_parent);
  if (!parent || parent == mount) return false;
  walk->dentry = DEREF(mount, mnt_mountpoint);
  walk->mnt = KNOWN(&parent->mnt);
  walk->mount_root = MEMBER(parent, mnt.mnt_root);
  return true;
}

static __always_inline struct walk walk_of(struct task_struct *task, struct path *path) {
  struct fs_struct *fs = TASK(task, fs);
  struct vfsmount *mnt = MEMBER(path, mnt);
  struct walk walk = {.dentry = MEMBER(path, dentry), .mnt = mnt};
  walk.mount_root = DEREF(mnt, mnt_root);
  walk.root = DEREF(fs, root.dentry);
  walk.root_mnt = DEREF(fs, root.mnt);
  return walk;
}

/* One step towards the root; false at the end of the walk. */
static __always_inline bool step(struct walk *walk, struct scratch *scratch) {
  struct dentry *dentry = walk->dentry;
  if (dentry == walk->root && walk->mnt == walk->root_mnt) return false;
  if (dentry == walk->mount_root) return leave_mount(walk);
  struct dentry *parent = DEREF(dentry, d_parent);
  if (!parent || parent == dentry) return false;
  u32 length = DEREF(dentry, d_name.len) & (NAME_BYTES - 1);
  u32 start = walk->start - length;
  bpf_probe_read_kernel(&scratch->path[start & PATH_MASK], length, DEREF(dentry, d_name.name));
  start--;
  scratch->path[start & PATH_MASK] = '/';
  walk->start = start;
  walk->dentry = parent;
  return true;
}

/* The root itself, or a file that lies in no directory (memfd, pipes), whose name is all there is. */
static __always_inline u32 write_rootless(struct walk *walk, struct scratch *scratch) {
  struct dentry *dentry = walk->dentry;
  u32 start = PATH_HALF - 2;
  scratch->path[start] = '/';
  if (dentry == walk->root) return 2;
  u32 length = DEREF(dentry, d_name.len) & (NAME_BYTES - 1);
  start = PATH_HALF - 1 - length;
  bpf_probe_read_kernel(&scratch->path[start & PATH_MASK], length, DEREF(dentry, d_name.name));
  return length + 1;
}

/* Eight bytes of the kernel's memory, in one load where that is possible. */
static __always_inline u64 word_at(const void *address) {
  /* Any structure that begins with eight bytes that are no pointer: those the verifier lets us compute with. */
  struct timespec64 *number = (struct timespec64 *)address;
  return DEREF(number, tv_sec);
}

/* A name in a record, with its NUL. */
struct given_name {
  u32 at, bytes;
};

/* One name of a path against the part of the given name that begins at `at`; both have `length` bytes. */
static __always_inline bool is_name(struct scratch *scratch, u32 at, const void *name, u32 length, u32 words) {
  for (u32 i = 0; i < words; i++) {
    u8 *given = &scratch->record[at & RECORD_MASK];
    u64 difference = *(u64 *)given ^ word_at(name);
    /* Of the last word only what belongs to the name: the first bytes are the low ones. */
    if (length <= 8) return difference << ((64 - length * 8) & 63) == 0;
    if (difference != 0) return false;
    at += 8;
    name += 8;
    length -= 8;
  }
  return false;
}

enum comparison { DIFFERENT, ALIKE_SO_FAR, ALIKE_TO_THE_ROOT, TOO_LONG };

/* One name, of at most so many words, or the way out of a mount. */
static __always_inline enum comparison compare_name(struct walk *walk, struct scratch *scratch, u32 words) {
  struct dentry *dentry = walk->dentry;
  if (dentry == walk->root && walk->mnt == walk->root_mnt) return ALIKE_TO_THE_ROOT;
  if (dentry == walk->mount_root) return leave_mount(walk) ? ALIKE_SO_FAR : ALIKE_TO_THE_ROOT;
  u32 length = MEMBER(dentry, d_name.len) & (NAME_BYTES - 1);
  u32 end = walk->start;
  if (end - walk->name_at <= length || length == 0) return DIFFERENT;
  if (length > words * 8) return TOO_LONG;
  if (!is_name(scratch, end - length, MEMBER(dentry, d_name.name), length, words)) return DIFFERENT;
  end -= length + 1;
  if (scratch->record[end & RECORD_MASK] != '/') return DIFFERENT;
  walk->start = end;
  walk->dentry = MEMBER(dentry, d_parent);
  return ALIKE_SO_FAR;
}

/* One turn of is_deep_path. */
__attribute__((noinline)) int compare_names(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return DIFFERENT;
  struct walk *kept = (struct walk *)scratch->walk;
  for (int i = 0; i < STEPS_OF_A_TURN; i++) {
    struct walk walk = *kept;
    walk.dentry = KNOWN(walk.dentry);
    enum comparison comparison = compare_name(&walk, scratch, COMPARED_WORDS);
    *kept = walk;
    /* It is read again: see the comment on struct walk. */
    barrier();
    if (comparison != ALIKE_SO_FAR) return comparison;
  }
  return ALIKE_SO_FAR;
}

/* The rest of is_path_of. */
__attribute__((noinline)) int is_deep_path(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  struct walk *walk = (struct walk *)scratch->walk;
  for (int i = 0; i < COMPARED_STEPS / STEPS_OF_A_TURN; i++) {
    enum comparison comparison = compare_names();
    if (comparison == ALIKE_TO_THE_ROOT) return walk->start == walk->name_at;
    if (comparison != ALIKE_SO_FAR) return 0;
  }
  return 0;
}

/*
 * Whether the given name is the file's path. Nothing is copied: names are compared where they are, and the first that differs
 * ends it.
 */
static __always_inline bool is_path_of(struct scratch *scratch, struct task_struct *task, struct path *path,
                                       const struct given_name *name) {
  if (name->bytes == 0 || scratch->record[name->at & RECORD_MASK] != '/') return false;
  struct walk walk = walk_of(task, path);
  walk.name_at = name->at;
  walk.start = name->at + name->bytes - 1;
  for (int i = 0; i < SHORT_STEPS; i++) {
    enum comparison comparison = compare_name(&walk, scratch, SHORT_WORDS);
    if (comparison == DIFFERENT) return false;
    if (comparison == ALIKE_TO_THE_ROOT) return walk.start == walk.name_at;
    if (comparison == TOO_LONG) break;
  }
  *(struct walk *)scratch->walk = walk;
  return is_deep_path();
}

/* One turn of write_walked_path; 1: the walk is over. */
__attribute__((noinline)) int write_names(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 1;
  struct walk *walk = (struct walk *)scratch->walk;
  for (int i = 0; i < STEPS_OF_A_TURN; i++) {
    if (walk->start < NAME_BYTES || !step(walk, scratch)) return 1;
  }
  return 0;
}

/*
 * Writes the path so that it ends, with its NUL, at PATH_HALF of the scratch space; the result is its length with the NUL.
 */
__attribute__((noinline)) int write_walked_path(void) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  scratch->path[PATH_HALF - 1] = 0;
  struct path *path = (struct path *)scratch->walked;
  struct walk *walk = (struct walk *)scratch->walk;
  *walk = walk_of(current_task(), KNOWN(path));
  walk->start = PATH_HALF - 1;
  if (scratch->walks_past_root) walk->root = NULL;
  for (int i = 0; i < PATH_STEPS_MAX / STEPS_OF_A_TURN; i++) {
    if (write_names()) break;
  }
  u32 start = walk->start;
  if (start == PATH_HALF - 1) return write_rootless(walk, scratch);
  return (PATH_HALF - start) & (2 * PATH_HALF - 1);
}

/* The above, of a path that the kernel holds. The verifier looks at it once and not at every caller. */
static __always_inline u32 write_path(struct scratch *scratch, struct path *path) {
  scratch->walked = (u64)path;
  return write_walked_path();
}

/* The same as the host of a chroot sees it: of a program it matters where it really lies. */
static __always_inline u32 write_full_path(struct scratch *scratch, struct path *path) {
  scratch->walks_past_root = 1;
  u32 bytes = write_path(scratch, path);
  scratch->walks_past_root = 0;
  return bytes;
}
