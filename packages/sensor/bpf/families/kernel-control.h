/* What the kernel runs and keeps for processes: BPF, modules, keys, a process's own settings. */
#pragma once

#include "../call.h"
#include "../flags.gen.h"
#include "../tagged.h"

enum {
  /* Of a module's image: what its arguments leave room for, and more than anybody reads. */
  IMAGE_BYTES_MAX = 32 * 1024,
  MODULE_ARGUMENTS_BYTES = 4096,
};

SYSCALL_EXIT(bpf) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_BPF_2_X))) return 0;
  put_s64(&record, call->ret);
  put_u32(&record, arg(call, 0));
  return submit(&record, LOST_OTHER_INTEREST);
}

SYSCALL_EXIT(init_module) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_INIT_MODULE_X))) return 0;
  u64 bytes = arg(call, 1);
  put_s64(&record, call->ret);
  put_user_bytes(&record, arg(call, 0), bytes < IMAGE_BYTES_MAX ? bytes : IMAGE_BYTES_MAX);
  put_u64(&record, bytes);
  put_user_string(&record, arg(call, 2), MODULE_ARGUMENTS_BYTES);
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(finit_module) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_FINIT_MODULE_X))) return 0;
  put_s64(&record, call->ret);
  put_s64(&record, (s32)arg(call, 0));
  put_user_string(&record, arg(call, 1), MODULE_ARGUMENTS_BYTES);
  put_u32(&record, finit_module_flags_to_scap((u32)arg(call, 2)));
  return submit(&record, LOST_OTHER);
}

SYSCALL_EXIT(delete_module) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_DELETE_MODULE_X))) return 0;
  put_s64(&record, call->ret);
  put_user_string(&record, arg(call, 0), PATH_BYTES);
  put_u32(&record, delete_module_flags_to_scap((u32)arg(call, 1)));
  return submit(&record, LOST_OTHER);
}

/* Arguments of keyctl by operation (keyctl(2)), two bits each from the second on. */
enum { NO_ARGUMENT, NUMBER, STRING, ARGUMENT_BITS = 2 };
#define ARGUMENTS(second, third, fourth, fifth) \
  ((second) | (third) << 2 | (fourth) << 4 | (fifth) << 6)

static const u8 keyctl_arguments[] = {
    /* get_keyring_id */ ARGUMENTS(NUMBER, NUMBER, NO_ARGUMENT, NO_ARGUMENT),
    /* join_session_keyring */ ARGUMENTS(STRING, NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT),
    /* update */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NO_ARGUMENT),
    /* revoke */ ARGUMENTS(NUMBER, NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT),
    /* chown */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NO_ARGUMENT),
    /* setperm */ ARGUMENTS(NUMBER, NUMBER, NO_ARGUMENT, NO_ARGUMENT),
    /* describe */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NO_ARGUMENT),
    /* clear */ ARGUMENTS(NUMBER, NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT),
    /* link */ ARGUMENTS(NUMBER, NUMBER, NO_ARGUMENT, NO_ARGUMENT),
    /* unlink */ ARGUMENTS(NUMBER, NUMBER, NO_ARGUMENT, NO_ARGUMENT),
    /* search */ ARGUMENTS(NUMBER, STRING, STRING, NUMBER),
    /* read */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NO_ARGUMENT),
    /* instantiate */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NUMBER),
    /* negate */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NO_ARGUMENT),
    /* set_reqkey_keyring */ ARGUMENTS(NUMBER, NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT),
    /* set_timeout */ ARGUMENTS(NUMBER, NUMBER, NO_ARGUMENT, NO_ARGUMENT),
    /* assume_authority */ ARGUMENTS(NUMBER, NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT),
    /* get_security */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NO_ARGUMENT),
    /* session_to_parent */ ARGUMENTS(NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT),
    /* reject */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NUMBER),
    /* instantiate_iov */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NUMBER),
    /* invalidate */ ARGUMENTS(NUMBER, NO_ARGUMENT, NO_ARGUMENT, NO_ARGUMENT),
    /* get_persistent */ ARGUMENTS(NUMBER, NUMBER, NO_ARGUMENT, NO_ARGUMENT),
    /* dh_compute */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NUMBER),
    /* pkey_query */ ARGUMENTS(NUMBER, NUMBER, STRING, NO_ARGUMENT),
    /* pkey_encrypt */ ARGUMENTS(NUMBER, STRING, NUMBER, NUMBER),
    /* pkey_decrypt */ ARGUMENTS(NUMBER, STRING, NUMBER, NUMBER),
    /* pkey_sign */ ARGUMENTS(NUMBER, STRING, NUMBER, NUMBER),
    /* pkey_verify */ ARGUMENTS(NUMBER, STRING, NUMBER, NUMBER),
    /* restrict_keyring */ ARGUMENTS(NUMBER, STRING, STRING, NO_ARGUMENT),
    /* move */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NUMBER),
    /* capabilities */ ARGUMENTS(NUMBER, NUMBER, NO_ARGUMENT, NO_ARGUMENT),
    /* watch_key */ ARGUMENTS(NUMBER, NUMBER, NUMBER, NO_ARGUMENT),
};

static __always_inline void put_keyctl_argument(struct record *record, struct call *call, int index,
                                                u32 kinds) {
  u32 kind = kinds >> (index - 1) * ARGUMENT_BITS & ((1 << ARGUMENT_BITS) - 1);
  if (kind == STRING)
    put_tagged_user_string(record, PPM_KEYCTL_IDX_CHARBUF, arg(call, index), PATH_BYTES);
  else
    put_tagged_u64(record, PPM_KEYCTL_IDX_INT64, kind == NUMBER ? arg(call, index) : 0);
}

SYSCALL_EXIT(keyctl) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_KEYCTL_X))) return 0;
  u32 operation = arg(call, 0);
  u32 kinds = operation < sizeof(keyctl_arguments) ? keyctl_arguments[operation] : 0;
  put_s64(&record, call->ret);
  put_u32(&record, operation);
  put_keyctl_argument(&record, call, 1, kinds);
  put_keyctl_argument(&record, call, 2, kinds);
  put_keyctl_argument(&record, call, 3, kinds);
  put_keyctl_argument(&record, call, 4, kinds);
  return submit(&record, LOST_OTHER_INTEREST);
}

SYSCALL_EXIT(prctl) {
  struct record record;
  if (!begin(&record, EVENT(SYSCALL_PRCTL_X))) return 0;
  u32 option = arg(call, 0);
  u64 argument = arg(call, 1);
  put_s64(&record, call->ret);
  put_u32(&record, option);
  if (option == PPM_PR_GET_NAME || option == PPM_PR_SET_NAME) {
    put_user_string(&record, argument, PATH_BYTES);
    put_s64(&record, 0);
  } else {
    put_empty(&record);
    s32 is_subreaper = 0;
    if (option == PPM_PR_GET_CHILD_SUBREAPER) {
      bpf_probe_read_user(&is_subreaper, sizeof(is_subreaper), (void *)argument);
      argument = is_subreaper;
    }
    put_s64(&record, argument);
  }
  return submit(&record, LOST_OTHER);
}
