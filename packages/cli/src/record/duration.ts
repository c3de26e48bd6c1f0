/** Durations as people type them: `500ms`, `30s`, `5m`, `1h`. */

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** A month: what a timer of Node can hold, and longer than anybody records. */
const DURATION_MS_MAX = 2_147_483_647;

/** In milliseconds; undefined for what is no duration, or none that can be waited for. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit ?? ''];
  if (digits === undefined || unitMs === undefined) return undefined;
  const ms = Number(digits) * unitMs;
  return ms >= 1 && ms <= DURATION_MS_MAX ? ms : undefined;
}
