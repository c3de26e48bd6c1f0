/* quotactl: limits of users on a file system. Its commands have structures of their own. */
#pragma once

#include "../arguments.h"

/* include/uapi/linux/quota.h. In the 32-bit layout only the padding at the end is missing: it is not read. */
struct if_dqblk {
  u64 dqb_bhardlimit, dqb_bsoftlimit, dqb_curspace, dqb_ihardlimit, dqb_isoftlimit, dqb_curinodes;
  u64 dqb_btime, dqb_itime;
  u32 dqb_valid;
};
enum {
  IF_DQBLK_BYTES = 68,
  QIF_BLIMITS = 1,
  QIF_SPACE = 2,
  QIF_ILIMITS = 4,
  QIF_BTIME = 16,
  QIF_ITIME = 32,
};

struct if_dqinfo {
  u64 dqi_bgrace, dqi_igrace;
  u32 dqi_flags, dqi_valid;
};
enum { IIF_BGRACE = 1, IIF_IGRACE = 2, IIF_FLAGS = 4 };

/* A member that the structure says it holds. */
#define IF_VALID(valid, bits, member) ((valid) & (bits) ? (member) : 0)

static __always_inline void put_quota(struct record *record, u32 command, u64 address) {
  struct if_dqblk quota = {};
  if (command == PPM_Q_GETQUOTA || command == PPM_Q_SETQUOTA)
    bpf_probe_read_user(&quota, IF_DQBLK_BYTES, (void *)address);
  u32 valid = quota.dqb_valid;
  put_u64(record, IF_VALID(valid, QIF_BLIMITS, quota.dqb_bhardlimit));
  put_u64(record, IF_VALID(valid, QIF_BLIMITS, quota.dqb_bsoftlimit));
  put_u64(record, IF_VALID(valid, QIF_SPACE, quota.dqb_curspace));
  put_u64(record, IF_VALID(valid, QIF_ILIMITS, quota.dqb_ihardlimit));
  put_u64(record, IF_VALID(valid, QIF_ILIMITS, quota.dqb_isoftlimit));
  put_u64(record, IF_VALID(valid, QIF_BTIME, quota.dqb_btime));
  put_u64(record, IF_VALID(valid, QIF_ITIME, quota.dqb_itime));
}

static __always_inline void put_quota_info(struct record *record, u32 command, u64 address) {
  struct if_dqinfo info = {};
  if (command == PPM_Q_GETINFO || command == PPM_Q_SETINFO)
    bpf_probe_read_user(&info, sizeof(info), (void *)address);
  u32 valid = info.dqi_valid;
  put_u64(record, IF_VALID(valid, IIF_BGRACE, info.dqi_bgrace));
  put_u64(record, IF_VALID(valid, IIF_IGRACE, info.dqi_igrace));
  put_u8(record, IF_VALID(valid, IIF_FLAGS, info.dqi_flags));
}

static __always_inline void put_quota_format(struct record *record, u32 command, u64 address) {
  u32 format = 0;
  if (command == PPM_Q_GETFMT) bpf_probe_read_user(&format, sizeof(format), (void *)address);
  put_u8(record, quotactl_fmt_to_scap(format));
}

/* A function of its own: else the verifier would go through all that follows for each command. */
__attribute__((noinline)) int quotactl_command(u64 native) { return quotactl_cmd_to_scap(native); }

/* Arguments: command and type, device, id (of Q_QUOTAON the format), address of what the command takes. */
SYSCALL_EXIT(quotactl) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_QUOTACTL_X))) return 0;
  u32 command = quotactl_command(arg(call, 0));
  bool has_id = command == PPM_Q_GETQUOTA || command == PPM_Q_SETQUOTA || command == PPM_Q_XGETQUOTA ||
                command == PPM_Q_XSETQLIM;
  u32 id = arg(call, 2);
  u64 address = arg(call, 3);
  put_s64(&record, call->ret);
  put_path(&record, call, 1);
  if (command == PPM_Q_QUOTAON) put_user_string(&record, address, PATH_BYTES);
  else put_empty(&record);
  put_quota(&record, command, address);
  put_quota_info(&record, command, address);
  put_quota_format(&record, command, address);
  put_u16(&record, command);
  put_u8(&record, quotactl_type_to_scap(arg(call, 0)));
  put_u32(&record, has_id ? id : 0);
  put_u8(&record, quotactl_fmt_to_scap(command == PPM_Q_QUOTAON ? id : 0));
  return submit(&record, LOST_OTHER);
}
