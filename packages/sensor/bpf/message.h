/* Data in several buffers (struct iovec), and messages (struct msghdr), as either entry has them. */
#pragma once

#include "call.h"
#include "record.h"

enum {
  /* Buffers of one call that are looked at; Falco's number. */
  BUFFERS_MAX = 32,
  IOVEC_BYTES = 16,
  COMPAT_IOVEC_BYTES = 8,
  VECTORS_BYTES = BUFFERS_MAX * IOVEC_BYTES,
  /* Where they are read to: the end of the record's second half, which no parameter reaches. */
  BUFFERS_AT = 2 * RECORD_HALF - 2 * VECTORS_BYTES,
};

/* How far the buffers have been gone through; in a map for the reason that path.h gives. */
struct gathering {
  u32 count;
  bool compat;
  /* Where in the record the next bytes go, and how many more are wanted. */
  u32 at, wanted;
  /* What all the buffers hold together. */
  u64 bytes;
};
_Static_assert(sizeof(struct gathering) <= sizeof(((struct scratch *)0)->walk), "room for a gathering");

static __always_inline struct gathering *gathering_of(struct scratch *scratch) {
  return (struct gathering *)scratch->walk;
}

/* Appends a buffer's bytes as far as they are wanted; after one that cannot be read nothing more is. */
static __always_inline void gather(struct scratch *scratch, u64 from, u64 bytes) {
  struct gathering *gathering = gathering_of(scratch);
  gathering->bytes += bytes;
  u64 size = gathering->wanted;
  if (size > bytes) size = bytes;
  if (size == 0) return;
  barrier_var(size);
  size &= 0xffff;
  u8 *to = &scratch->record[gathering->at & RECORD_MASK];
  if (bpf_probe_read_user(to, size, (void *)from) != 0) {
    gathering->wanted = 0;
    return;
  }
  gathering->at += size;
  gathering->wanted -= size;
}

/* As WRITE of record.h. */
#define READ(bytes, type) (*(type *)(bytes))

/* One step of write_buffers: a function of its own, so that its branches do not multiply in the loop. */
__attribute__((noinline)) int gather_buffer(u32 index) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  u8 *vectors = &scratch->record[BUFFERS_AT];
  if (gathering_of(scratch)->compat) {
    u8 *vector = &vectors[(index * COMPAT_IOVEC_BYTES) & (VECTORS_BYTES - 1)];
    gather(scratch, READ(vector, u32), READ(vector + sizeof(u32), u32));
  } else {
    u8 *vector = &vectors[(index * IOVEC_BYTES) & (VECTORS_BYTES - 1)];
    gather(scratch, READ(vector, u64), READ(vector + sizeof(u64), u64));
  }
  return 0;
}

/*
 * Writes the first bytes of the buffers to a place of the record and returns how many; how many the
 * buffers hold together is in the scratch space afterwards.
 */
__attribute__((noinline)) int write_buffers(u32 at, u64 pointer, u64 count, u32 bytes_max) {
  struct scratch *scratch = scratch_of_cpu();
  if (!scratch) return 0;
  struct gathering *gathering = gathering_of(scratch);
  bool compat = is_compat();
  if (count > BUFFERS_MAX) count = BUFFERS_MAX;
  gathering->count = count;
  gathering->compat = compat;
  gathering->at = at;
  gathering->wanted = bytes_max;
  gathering->bytes = 0;
  u32 size = (count * (compat ? COMPAT_IOVEC_BYTES : IOVEC_BYTES)) & (2 * VECTORS_BYTES - 1);
  if (bpf_probe_read_user(&scratch->record[BUFFERS_AT], size, (void *)pointer) != 0) return 0;
  for (u32 i = 0; i < BUFFERS_MAX; i++) {
    if (i >= gathering->count) break;
    gather_buffer(i);
  }
  return gathering->at - at;
}

/*
 * What the buffers that write_buffers went through hold. Where there are more than it looks at, not less than
 * went through the call.
 */
static __always_inline u32 buffers_bytes(struct scratch *scratch, u64 count, s64 result) {
  u64 bytes = gathering_of(scratch)->bytes;
  return count > BUFFERS_MAX && result > (s64)bytes ? result : bytes;
}

/* As many bytes of data as are recorded. */
static __always_inline u32 snap(u64 bytes) {
  u32 bytes_max = snap_bytes;
  if (bytes_max > PARAM_BYTES_MAX) bytes_max = PARAM_BYTES_MAX;
  return bytes < bytes_max ? bytes : bytes_max;
}

/* Of what a call sent: the bytes that went out; where it failed, those that it was given. */
static __always_inline u32 snap_sent(s64 result, u64 size) { return snap(result > 0 ? result : size); }

struct message {
  u64 name, buffers, control;
  u64 buffers_count, control_bytes;
  u32 name_bytes;
};

static __always_inline u32 msghdr_bytes(bool compat) { return compat ? 28 : 56; }

/* struct mmsghdr: a struct msghdr, which the bytes of the message follow. */
static __always_inline u32 mmsghdr_bytes(bool compat) { return compat ? 32 : 64; }

enum {
  /* Messages of one call that are recorded: sendmmsg takes no more (UIO_MAXIOV), recvmmsg does. */
  MESSAGES_MAX = 1024,
  /* They are counted in two loops: the verifier goes through each once, and not through a long one. */
  MESSAGES_OF_A_TURN = 32,
};

/* Words of struct msghdr up to the size of the control data; all are as wide as the entry's pointers. */
enum { MESSAGE_WORDS = 6 };

static __always_inline bool read_message_words(u64 *words, u64 pointer, bool compat) {
  if (!compat) return bpf_probe_read_user(words, MESSAGE_WORDS * sizeof(u64), (void *)pointer) == 0;
  u32 short_words[MESSAGE_WORDS];
  if (bpf_probe_read_user(short_words, sizeof(short_words), (void *)pointer) != 0) return false;
#pragma unroll
  for (int i = 0; i < MESSAGE_WORDS; i++) words[i] = short_words[i];
  return true;
}

static __always_inline bool read_message(struct message *message, u64 pointer, bool compat) {
  u64 words[MESSAGE_WORDS];
  if (!read_message_words(words, pointer, compat)) return false;
  message->name = words[0];
  message->name_bytes = words[1];
  message->buffers = words[2];
  message->buffers_count = words[3];
  message->control = words[4];
  message->control_bytes = words[5];
  return true;
}

/* Messages of a call that are not recorded: beyond the limit, or no longer to be read. */
static __always_inline void count_lost_messages(s64 messages) {
  if (messages <= 0) return;
  struct counters *counters = counters_of_cpu();
  counters->records += messages;
  count_lost(counters, LOST_OTHER, messages);
}
