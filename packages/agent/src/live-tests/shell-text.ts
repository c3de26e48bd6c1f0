/** For tests: actions as text for bash. */

import { syscallNumber } from '@saker/sensor/syscall-numbers.ts';

/** Bytes are handed over as a pointer to them. */
type CallArgument = number | string | Uint8Array;

export const AT_FDCWD = -100;

/** A perl, which every Debian has, that makes one system call and ends with 1 when it fails. */
export function call(name: string, ...args: readonly CallArgument[]): string {
  const number = syscallNumber(name, process.arch);
  if (number === undefined) throw new Error(`${process.arch} has no call ${name}`);
  const words = [number, ...args].map((value) =>
    quoted(value instanceof Uint8Array ? `hex:${Buffer.from(value).toString('hex')}` : `${value}`),
  );
  return `perl -e ${quoted(CALL)} -- ${words.join(' ')}`;
}

const CALL =
  'my @args = map { s/^hex:// ? pack("H*", $_) : /^-?\\d+$/ ? 0 + $_ : $_ } @ARGV;' +
  'exit(syscall(shift @args, @args) < 0)';

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
 * alone. `networked`: from here on this machine is 203.0.113.7 (RFC 5737), and nothing else is.
 * The latter two start the script anew where it can do so.
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
  mount -t tmpfs none "$1"
}
networked() {
  if [ -z "$IS_NETWORKED" ]; then
    IS_NETWORKED=1 exec unshare --net bash -c "$BASH_EXECUTION_STRING"
  fi
  ip address add 203.0.113.7/24 dev lo
  ip link set lo up
}
`;
