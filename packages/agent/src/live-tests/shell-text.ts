/** For tests: actions as text for bash. */

import { existsSync } from 'node:fs';
import { syscallNumber } from '@saker/sensor/syscall-numbers.ts';

/** Bytes are handed over as a pointer to them. */
type CallArgument = number | string | Uint8Array;

export const AT_FDCWD = -100;
/** Fails with ENOSYS. */
const NO_CALL = -1;

/** This machine in a network of a script's own: an address of the documentation (RFC 5737). */
export const HERE = '203.0.113.7';

/** For `skip` of cases that are about a call which newer architectures do without. */
export function skipWithoutCall(name: string): string | undefined {
  if (syscallNumber(name, process.arch) !== undefined) return undefined;
  return `${process.arch} has no call ${name}`;
}

/** A perl, which every Debian has, that makes one system call and ends with 1 when it fails. */
export function call(name: string, ...args: readonly CallArgument[]): string {
  const words = [syscallNumber(name, process.arch) ?? NO_CALL, ...args].map((value) =>
    quoted(value instanceof Uint8Array ? `hex:${Buffer.from(value).toString('hex')}` : `${value}`),
  );
  return `perl -e ${quoted(CALL)} -- ${words.join(' ')}`;
}

const CALL =
  'my @args = map { s/^hex:// ? pack("H*", $_) : /^-?\\d+$/ ? 0 + $_ : $_ } @ARGV;' +
  'exit(syscall(shift @args, @args) < 0)';

/** Perl that listens at the port, and then does more. */
export function listening(port: number, more: string, address: string = HERE): string {
  const options = `Listen => 1, LocalAddr => "${address}:${port}"`;
  return `use IO::Socket::INET; my $server = IO::Socket::INET->new(${options}) or die;${more}`;
}

/** Perl that connects, after `listening`. */
export function connecting(port: number, address: string = HERE): string {
  return `my $client = IO::Socket::INET->new(PeerAddr => "${address}:${port}") or die;`;
}

/** As one word of a command line. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Numbers of 64 bits, as structures have them. */
export function words64(...values: readonly number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

/**
 * What scripts can call. `as NAME PROGRAM`: a program under another name, which is all that many
 * rules look at. `private DIRECTORY`: from here on an empty one stands in its place, for the script
 * alone. `networked`: from here on HERE is the only address there is. Both start the script anew
 * where it can do so, so they come first, and end it when they fail.
 */
export const PRELUDE = `
as() {
  local name=$1 program
  program=$(type -P "$2")
  shift 2
  ln -sf "$program" "$FOLDER/$name"
  "$FOLDER/$name" "$@"
}
private() {
  if [ -z "$IS_PRIVATE" ]; then
    IS_PRIVATE=1 exec unshare --mount bash -c "$BASH_EXECUTION_STRING"
  fi
  mount -t tmpfs none "$1" || exit
}
networked() {
  if [ -z "$IS_NETWORKED" ]; then
    IS_NETWORKED=1 exec unshare --net bash -c "$BASH_EXECUTION_STRING"
  fi
  ip address add ${HERE}/24 dev lo && ip link set lo up || exit
}
`;

/** For `skip` of cases that are `networked`. */
export const skipWithoutIp: string | undefined = [
  '/sbin/ip',
  '/usr/sbin/ip',
  '/bin/ip',
  '/usr/bin/ip',
].some((path) => existsSync(path))
  ? undefined
  : 'there is no ip (iproute2), which gives a network its address';
