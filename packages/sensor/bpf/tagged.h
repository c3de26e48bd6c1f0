/*
 * Parameters that say themselves what they hold (PT_DYN): one byte, a row of the parameter's own table, and
 * the value.
 */
#pragma once

#include "record.h"

static __always_inline void put_tagged_u64(struct record *record, u8 tag, u64 value) {
  u8 *to = &record->scratch->record[record->at & RECORD_MASK];
  to[0] = tag;
  WRITE(to + 1, u64, value);
  put_length(record, 1 + sizeof(u64));
}

static __always_inline void put_tagged_u8(struct record *record, u8 tag, u8 value) {
  u8 *to = &record->scratch->record[record->at & RECORD_MASK];
  to[0] = tag;
  to[1] = value;
  put_length(record, 1 + sizeof(u8));
}

static __always_inline void put_tagged_user_string(struct record *record, u8 tag, u64 pointer,
                                                   u32 bytes_max) {
  u8 *to = &record->scratch->record[record->at & RECORD_MASK];
  to[0] = tag;
  long bytes = pointer ? bpf_probe_read_user_str(to + 1, bytes_max, (void *)pointer) : 0;
  put_length(record, 1 + (bytes > 0 ? bytes & 0xffff : 0));
}
