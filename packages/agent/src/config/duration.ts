/** Prometheus' durations: `1h`, `1h30m`, `500ms`. */

/** Largest first, each at most once, as Prometheus wants them. */
const duration = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;
const unitsMs = [365 * DAY_MS, 7 * DAY_MS, DAY_MS, HOUR_MS, 60 * SECOND_MS, SECOND_MS, 1];

/** Milliseconds; undefined: not a duration. Blanks are passed over, as by Falco. */
export function parseDuration(text: string): number | undefined {
  const written = text.replaceAll(/\s/g, '');
  const found = written === '' ? null : duration.exec(written);
  if (found === null) return undefined;
  const ms = unitsMs.reduce((sum, unit, index) => sum + unit * Number(found[index + 1] ?? 0), 0);
  return Number.isSafeInteger(ms) ? ms : undefined;
}
