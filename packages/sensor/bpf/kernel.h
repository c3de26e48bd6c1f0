/*
 * The kernel's types, as far as the programs read them. Only names and nesting matter: the loader
 * relocates every access to the running kernel's own layout (CO-RE), so members that nobody reads
 * are left out. A type with a ___suffix is the same type as older or newer kernels have it.
 */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef _Bool bool;
enum { false, true };

/* What bpf_helper_defs.h expects. */
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s64 __s64;
typedef s32 __s32;
typedef u16 __be16;
typedef u32 __be32;
typedef u32 __wsum;
typedef u16 __sum16;
#define NULL ((void *)0)

/* A constant that the two architectures define differently. */
#if defined(__TARGET_ARCH_arm64)
#define NATIVE(x86, arm64) (arm64)
#else
#define NATIVE(x86, arm64) (x86)
#endif

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
  unsigned long bp, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss, bx;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
  u64 regs[31];
  u64 sp, pc, pstate;
};
struct pt_regs {
  union {
    struct user_pt_regs user_regs;
    struct {
      u64 regs[31];
      u64 sp, pc, pstate;
    };
  };
  u64 orig_x0;
  s32 syscallno;
};
#endif

struct list_head {
  struct list_head *next, *prev;
};

struct qstr {
  union {
    struct {
      u32 hash, len;
    };
    u64 hash_len;
  };
  const unsigned char *name;
};

struct super_block {
  u32 s_dev;
  unsigned long s_flags;
  unsigned long s_magic;
};

typedef struct {
  u32 val;
} kuid_t, kgid_t;

struct timespec64 {
  s64 tv_sec;
  long tv_nsec;
};

struct inode {
  u16 i_mode;
  kuid_t i_uid;
  kgid_t i_gid;
  u32 i_flags;
  struct super_block *i_sb;
  unsigned long i_ino;
  struct timespec64 i_mtime;
  struct timespec64 i_ctime;
};

/* 6.6: __i_ctime; 6.7: __i_mtime as well; 6.11: seconds and nanoseconds. */
struct inode___v6_6 {
  struct timespec64 __i_ctime;
};
struct inode___v6_7 {
  struct timespec64 __i_mtime;
};
struct inode___v6_11 {
  s64 i_mtime_sec, i_ctime_sec;
  u32 i_mtime_nsec, i_ctime_nsec;
};

struct dentry {
  struct dentry *d_parent;
  struct qstr d_name;
  struct inode *d_inode;
  struct super_block *d_sb;
};

struct vfsmount {
  struct dentry *mnt_root;
  struct super_block *mnt_sb;
};

struct mount {
  struct mount *mnt_parent;
  struct dentry *mnt_mountpoint;
  struct vfsmount mnt;
};

struct path {
  struct vfsmount *mnt;
  struct dentry *dentry;
};

struct file_operations;

struct file {
  u32 f_mode;
  struct path f_path;
  struct inode *f_inode;
  const struct file_operations *f_op;
  void *private_data;
};

struct fdtable {
  u32 max_fds;
  struct file **fd;
};

struct files_struct {
  struct fdtable *fdt;
};

struct fs_struct {
  struct path root, pwd;
};

struct percpu_counter {
  s64 count;
};

struct mm_struct {
  unsigned long total_vm;
  unsigned long arg_start, arg_end, env_start, env_end, start_brk, brk;
  struct file *exe_file;
  struct percpu_counter rss_stat[4];
};

typedef struct {
  s64 counter;
} atomic_long_t;
struct mm_rss_stat {
  atomic_long_t count[4];
};
struct mm_struct___before_v6_2 {
  struct mm_rss_stat rss_stat;
};

struct pid_namespace;
struct upid {
  int nr;
  struct pid_namespace *ns;
};
struct pid {
  u32 level;
  struct upid numbers[1];
};
struct pid_namespace {
  struct task_struct *child_reaper;
  u32 level;
};

enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID };

struct rlimit {
  unsigned long rlim_cur, rlim_max;
};

struct tty_driver {
  int major, minor_start;
};
struct tty_struct {
  struct tty_driver *driver;
  int index;
};

struct signal_struct {
  struct list_head thread_head;
  struct pid *pids[4];
  struct tty_struct *tty;
  struct rlimit rlim[16];
  u32 is_child_subreaper : 1;
  u32 has_child_subreaper : 1;
};

typedef struct {
  u64 val;
} kernel_cap_t;
struct kernel_cap_struct {
  u32 cap[2];
};

struct uid_gid_extent {
  u32 first, lower_first, count;
};
struct uid_gid_map {
  u32 nr_extents;
  union {
    struct uid_gid_extent extent[5];
  };
};
struct user_namespace {
  struct uid_gid_map uid_map, gid_map;
};
struct group_info {
  int ngroups;
  kgid_t gid[];
};

struct cred {
  kuid_t uid, euid, suid, fsuid;
  kgid_t gid, egid, sgid, fsgid;
  kernel_cap_t cap_inheritable, cap_permitted, cap_effective;
  struct user_namespace *user_ns;
  struct group_info *group_info;
};
/* Until 6.3 a set of capabilities was two 32-bit words. */
struct cred___before_v6_3 {
  struct kernel_cap_struct cap_inheritable, cap_permitted, cap_effective;
};

struct kernfs_node {
  const char *name;
  struct kernfs_node *__parent;
};
struct kernfs_node___before_v6_15 {
  struct kernfs_node *parent;
};
struct cgroup_root;
struct cgroup {
  struct kernfs_node *kn;
  struct cgroup_root *root;
};
struct cgroup_subsys {
  const char *name;
};
struct cgroup_subsys_state {
  struct cgroup *cgroup;
  struct cgroup_subsys *ss;
};
struct css_set {
  struct cgroup_subsys_state *subsys[16];
  struct cgroup *dfl_cgrp;
};
enum cgroup_subsys_id {
  cpuset_cgrp_id = 100,
  cpu_cgrp_id,
  cpuacct_cgrp_id,
  io_cgrp_id,
  memory_cgrp_id,
};

struct nsproxy {
  struct pid_namespace *pid_ns_for_children;
};

struct thread_info {
  unsigned long flags;
  u32 status;
};

struct task_struct {
  struct thread_info thread_info;
  void *stack;
  u32 flags;
  struct mm_struct *mm;
  int exit_code;
  int pid, tgid;
  struct task_struct *real_parent;
  struct list_head children;
  struct task_struct *group_leader;
  struct pid *thread_pid;
  struct list_head thread_node;
  u64 start_boottime;
  unsigned long min_flt, maj_flt;
  const struct cred *cred;
  char comm[16];
  struct fs_struct *fs;
  struct files_struct *files;
  struct nsproxy *nsproxy;
  struct signal_struct *signal;
  kuid_t loginuid;
  struct css_set *cgroups;
};

struct linux_binprm {
  const char *filename;
};

/* Helpers that not every kernel has, by their number. */
enum bpf_func_id { BPF_FUNC_task_pt_regs = 175 };

struct in6_addr {
  union {
    u32 u6_addr32[4];
  } in6_u;
};
struct sock_common {
  u32 skc_daddr, skc_rcv_saddr;
  u16 skc_dport, skc_num;
  u16 skc_family;
  struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
  struct sock_common __sk_common;
  u16 sk_protocol, sk_type;
  u32 sk_ack_backlog, sk_max_ack_backlog;
  u8 sk_userlocks : 4;
};
struct socket {
  struct sock *sk;
};
struct ipv6_pinfo {
  struct in6_addr saddr;
};
struct inet_sock {
  struct ipv6_pinfo *pinet6;
  u32 inet_saddr;
  u16 inet_sport;
};
struct sockaddr_un {
  char sun_path[108];
};
struct unix_address {
  int len;
  struct sockaddr_un name[];
};
struct unix_sock {
  struct unix_address *addr;
  struct sock *peer;
};

#pragma clang attribute pop
