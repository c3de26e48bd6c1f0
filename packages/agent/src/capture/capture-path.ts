/** Names of capture files, as Falco makes them: they sort by time. */

const DIGITS = 20;

/** `time`: nanoseconds since the epoch, of the event that starts the capture; `num`: evt.num. */
export function capturePath(prefix: string, time: bigint, num: number): string {
  return `${prefix}_${String(time).padStart(DIGITS, '0')}_${String(num).padStart(DIGITS, '0')}.scap`;
}
