/*
 * Sockets behind descriptors, and addresses as records have them.
 *
 *   PT_SOCKADDR   u8 family, then ip[4] or ip[16] in network order and u16 port, or a path with its NUL
 *   PT_SOCKTUPLE  u8 family, then ip, port of the source and of the destination; of unix sockets the two
 *                 ends' addresses in the kernel (u64) and a path
 *
 * A tuple is what the kernel's own socket says. Only where it says nothing, because a datagram has a
 * destination of its own, is the address that the process gave read once more.
 */
#pragma once

#include "file.h"
#include "socketcall.h"

enum {
  SOCKFS_MAGIC = 0x534f434b,
  AF_UNIX = 1,
  AF_INET = 2,
  AF_INET6 = 10,
  SOCK_STREAM = 1,
  SOCK_DGRAM = 2,
  SOCK_RAW = 3,
  IPPROTO_TCP = 6,
  IPPROTO_UDP = 17,
  /* Of sk_userlocks: the port was asked for, and not the kernel's choice. */
  SOCK_BINDPORT_LOCK = 8,
  SUN_PATH_BYTES = 108,
  PATH_SIZE_MASK = 127,
};

enum direction { OUTBOUND, INBOUND };

/* Bytes of the parameters. */
enum {
  IPV4_ADDRESS_BYTES = 7,
  IPV6_ADDRESS_BYTES = 19,
  IPV4_TUPLE_BYTES = 13,
  IPV6_TUPLE_BYTES = 37,
  UNIX_TUPLE_PATH_AT = 17,
};

/* The head of sockaddr_in, and of sockaddr_in6, which has its flow information in place of the address. */
struct inet_address {
  u16 family, port;
  u32 ipv4;
  u32 ipv6[4];
};
enum {
  INET_ADDRESS_BYTES = 8,
  INET6_ADDRESS_BYTES = 24,
};
_Static_assert(sizeof(struct inet_address) == INET6_ADDRESS_BYTES, "head of sockaddr_in6");

/* An address in user memory; 0 bytes: none was given. */
struct given_address {
  u64 pointer;
  u32 bytes;
};

/* NULL: there is no such descriptor, or it is no socket. */
static __always_inline struct sock *sock_of_fd(s32 fd) {
  struct file *file = file_of_fd(fd);
  if (!file) return NULL;
  struct inode *inode = DEREF(file, f_inode);
  struct super_block *super = DEREF(inode, i_sb);
  if (DEREF(super, s_magic) != SOCKFS_MAGIC) return NULL;
  struct socket *socket = DEREF(file, private_data);
  if (!socket) return NULL;
  return DEREF(socket, sk);
}

static __always_inline u16 port_of(u16 network_order) { return __builtin_bswap16(network_order); }

/* Of an address of so many bytes as much as the families need. */
static __always_inline bool read_inet_address(struct inet_address *to, u64 pointer, u32 bytes) {
  if (bytes >= INET6_ADDRESS_BYTES)
    return bpf_probe_read_user(to, INET6_ADDRESS_BYTES, (void *)pointer) == 0;
  return bytes >= INET_ADDRESS_BYTES && bpf_probe_read_user(to, INET_ADDRESS_BYTES, (void *)pointer) == 0;
}

/* A size that is within SUN_PATH_BYTES + 1, told so that the verifier sees it too. */
static __always_inline long read_path(u8 *to, u32 size, const void *from, bool of_user) {
  barrier_var(size);
  size &= PATH_SIZE_MASK;
  return of_user ? bpf_probe_read_user_str(to, size, from) : bpf_probe_read_kernel_str(to, size, from);
}

/*
 * The path of a unix socket, of at most so many bytes, and a NUL. An abstract name begins with one, which
 * records leave out. Returns the bytes written, one at least.
 */
static __always_inline u32 write_unix_path(u8 *to, const void *from, u32 bytes, bool of_user) {
  if (bytes > SUN_PATH_BYTES) bytes = SUN_PATH_BYTES;
  to[0] = 0;
  u32 size = bytes + 1;
  long written = read_path(to, size, from, of_user);
  if (written == 1 && bytes > 1) written = read_path(to, bytes, from + 1, of_user);
  return written > 0 ? written & PATH_SIZE_MASK : 1;
}

/* What the kernel keeps of the name that a unix socket was bound to. */
static __always_inline u32 write_bound_path(u8 *to, struct unix_sock *sock) {
  struct unix_address *address = sock ? DEREF(sock, addr) : NULL;
  if (!address) {
    to[0] = 0;
    return 1;
  }
  /* Its length counts the family. */
  u32 bytes = DEREF(address, len) - sizeof(u16);
  return write_unix_path(to, &address->name[0].sun_path, bytes, false);
}

static __always_inline u32 write_given_path(u8 *to, const struct given_address *given) {
  u32 bytes = given->bytes > sizeof(u16) ? given->bytes - sizeof(u16) : 0;
  return write_unix_path(to, (void *)given->pointer + sizeof(u16), bytes, true);
}

/*
 * Whether the other end is the one that the process named: the socket has none of its own, or it is a
 * datagram that goes elsewhere than the socket is connected to.
 */
static __always_inline bool is_to_given(struct sock *sock, enum direction direction, u16 remote_port) {
  if (remote_port == 0) return true;
  if (direction == INBOUND) return false;
  u16 type = DEREF(sock, sk_type);
  return type == SOCK_DGRAM || type == SOCK_RAW;
}

static __always_inline u32 write_ipv4_tuple(u8 *to, struct sock *sock, enum direction direction,
                                            const struct given_address *given) {
  struct inet_sock *inet = (struct inet_sock *)sock;
  u32 remote = DEREF(sock, __sk_common.skc_daddr);
  u16 remote_port = DEREF(sock, __sk_common.skc_dport);
  struct inet_address address = {};
  u32 bytes = given->bytes > INET_ADDRESS_BYTES ? INET_ADDRESS_BYTES : given->bytes;
  if (is_to_given(sock, direction, remote_port) && read_inet_address(&address, given->pointer, bytes)) {
    remote = address.ipv4;
    remote_port = address.port;
  }
  u8 *local_to = to + (direction == OUTBOUND ? 1 : 7);
  u8 *remote_to = to + (direction == OUTBOUND ? 7 : 1);
  to[0] = PPM_AF_INET;
  WRITE(local_to, u32, DEREF(inet, inet_saddr));
  WRITE(local_to + 4, u16, port_of(DEREF(inet, inet_sport)));
  WRITE(remote_to, u32, remote);
  WRITE(remote_to + 4, u16, port_of(remote_port));
  return IPV4_TUPLE_BYTES;
}

/* A socket of IPv6 also takes addresses of IPv4 and makes them ::ffff:a.b.c.d. */
static __always_inline void write_given_ipv6(u8 *to, const struct inet_address *address) {
  u32 *words = (u32 *)to;
  bool is_ipv4 = address->family == AF_INET;
  words[0] = is_ipv4 ? 0 : address->ipv6[0];
  words[1] = is_ipv4 ? 0 : address->ipv6[1];
  words[2] = is_ipv4 ? 0xffff0000 : address->ipv6[2];
  words[3] = is_ipv4 ? address->ipv4 : address->ipv6[3];
}

static __always_inline u32 write_ipv6_tuple(u8 *to, struct sock *sock, enum direction direction,
                                            const struct given_address *given) {
  if (!bpf_core_field_exists(struct inet_sock, pinet6)) return 0;
  struct inet_sock *inet = (struct inet_sock *)sock;
  struct ipv6_pinfo *ipv6 = DEREF(inet, pinet6);
  u8 *local_to = to + (direction == OUTBOUND ? 1 : 19);
  u8 *remote_to = to + (direction == OUTBOUND ? 19 : 1);
  u16 remote_port = DEREF(sock, __sk_common.skc_dport);
  to[0] = PPM_AF_INET6;
  bpf_core_read(local_to, 16, &ipv6->saddr);
  WRITE(local_to + 16, u16, port_of(DEREF(inet, inet_sport)));
  struct inet_address address = {};
  if (is_to_given(sock, direction, remote_port) &&
      read_inet_address(&address, given->pointer, given->bytes)) {
    write_given_ipv6(remote_to, &address);
    remote_port = address.port;
  } else {
    bpf_core_read(remote_to, 16, &sock->__sk_common.skc_v6_daddr);
  }
  WRITE(remote_to + 16, u16, port_of(remote_port));
  return IPV6_TUPLE_BYTES;
}

/*
 * The ends are in Falco's order: first the one that receives, whose path it is. Of a datagram to an address
 * it is 0: which socket took it is not kept.
 */
static __always_inline u32 write_unix_tuple(u8 *to, struct sock *sock, enum direction direction,
                                            const struct given_address *given) {
  struct unix_sock *local = (struct unix_sock *)sock;
  struct unix_sock *peer = (struct unix_sock *)DEREF(local, peer);
  u8 *path = to + UNIX_TUPLE_PATH_AT;
  to[0] = PPM_AF_UNIX;
  if (direction == INBOUND) {
    WRITE(to + 1, u64, (u64)local);
    WRITE(to + 9, u64, (u64)peer);
    return UNIX_TUPLE_PATH_AT + write_bound_path(path, local);
  }
  bool is_given = given->bytes > sizeof(u16);
  WRITE(to + 1, u64, is_given ? 0 : (u64)peer);
  WRITE(to + 9, u64, (u64)local);
  return UNIX_TUPLE_PATH_AT + (is_given ? write_given_path(path, given) : write_bound_path(path, peer));
}

static __always_inline u32 write_tuple(u32 at, s32 fd, enum direction direction,
                                       const struct given_address *given) {
  struct scratch *scratch = scratch_of_cpu();
  struct sock *sock = sock_of_fd(fd);
  if (!scratch || !sock) return 0;
  u8 *to = &scratch->record[at & RECORD_MASK];
  u16 family = DEREF(sock, __sk_common.skc_family);
  if (family == AF_INET) return write_ipv4_tuple(to, sock, direction, given);
  if (family == AF_INET6) return write_ipv6_tuple(to, sock, direction, given);
  if (family == AF_UNIX) return write_unix_tuple(to, sock, direction, given);
  return 0;
}

/*
 * These write a parameter at a place of the record and return its bytes. Functions of their own: the
 * verifier looks at each once per program, whatever came before.
 */
__attribute__((noinline)) int write_outbound_tuple(u32 at, s32 fd, u64 pointer, u32 bytes) {
  struct given_address given = {pointer, pointer ? bytes : 0};
  return write_tuple(at, fd, OUTBOUND, &given);
}

/* The sender's address, where the kernel has written it for the process: as long as its family's is. */
__attribute__((noinline)) int write_inbound_tuple(u32 at, s32 fd, u64 pointer) {
  struct given_address given = {pointer, pointer ? INET6_ADDRESS_BYTES : 0};
  return write_tuple(at, fd, INBOUND, &given);
}

/* An address in user memory. */
__attribute__((noinline)) int write_address(u32 at, u64 pointer, u32 bytes) {
  struct scratch *scratch = scratch_of_cpu();
  struct given_address given = {pointer, bytes};
  struct inet_address address = {};
  if (!scratch || !pointer || bytes < sizeof(u16)) return 0;
  u8 *to = &scratch->record[at & RECORD_MASK];
  if (!read_inet_address(&address, pointer, bytes)) {
    if (bpf_probe_read_user(&address.family, sizeof(address.family), (void *)pointer) != 0) return 0;
    bytes = 0;
  }
  if (address.family == AF_UNIX) {
    to[0] = PPM_AF_UNIX;
    return 1 + write_given_path(to + 1, &given);
  }
  if (address.family == AF_INET && bytes >= INET_ADDRESS_BYTES) {
    to[0] = PPM_AF_INET;
    WRITE(to + 1, u32, address.ipv4);
    WRITE(to + 5, u16, port_of(address.port));
    return IPV4_ADDRESS_BYTES;
  }
  if (address.family == AF_INET6 && bytes >= INET6_ADDRESS_BYTES) {
    to[0] = PPM_AF_INET6;
    __builtin_memcpy(to + 1, address.ipv6, 16);
    WRITE(to + 17, u16, port_of(address.port));
    return IPV6_ADDRESS_BYTES;
  }
  return 0;
}

/*
 * What a socket has been bound to, as the kernel took it; 0 bytes where it keeps this otherwise (protocols
 * beside TCP and UDP).
 */
__attribute__((noinline)) int write_bound_address(u32 at, s32 fd) {
  struct scratch *scratch = scratch_of_cpu();
  struct sock *sock = sock_of_fd(fd);
  if (!scratch || !sock) return 0;
  u8 *to = &scratch->record[at & RECORD_MASK];
  u16 family = DEREF(sock, __sk_common.skc_family);
  if (family == AF_UNIX) {
    to[0] = PPM_AF_UNIX;
    return 1 + write_bound_path(to + 1, (struct unix_sock *)sock);
  }
  u16 protocol = DEREF(sock, sk_protocol);
  if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) return 0;
  bool asked_for_port = BPF_CORE_READ_BITFIELD_PROBED(sock, sk_userlocks) & SOCK_BINDPORT_LOCK;
  u16 port = asked_for_port ? DEREF(sock, __sk_common.skc_num) : 0;
  if (family == AF_INET) {
    to[0] = PPM_AF_INET;
    WRITE(to + 1, u32, DEREF(sock, __sk_common.skc_rcv_saddr));
    WRITE(to + 5, u16, port);
    return IPV4_ADDRESS_BYTES;
  }
  if (family == AF_INET6 && bpf_core_field_exists(struct sock_common, skc_v6_rcv_saddr)) {
    to[0] = PPM_AF_INET6;
    bpf_core_read(to + 1, 16, &sock->__sk_common.skc_v6_rcv_saddr);
    WRITE(to + 17, u16, port);
    return IPV6_ADDRESS_BYTES;
  }
  return 0;
}

/* Tuple of a connection that this end began, or of what it has sent. */
static __always_inline void put_outbound_tuple(struct record *record, s32 fd, u64 address, u32 bytes) {
  put_length(record, write_outbound_tuple(record->at, fd, address, bytes) & 0xff);
}

static __always_inline void put_inbound_tuple(struct record *record, s32 fd, u64 address) {
  put_length(record, write_inbound_tuple(record->at, fd, address) & 0xff);
}

static __always_inline void put_address(struct record *record, u64 address, u32 bytes) {
  put_length(record, write_address(record->at, address, bytes) & 0xff);
}
