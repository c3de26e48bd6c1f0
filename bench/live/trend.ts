/** Whether a figure grows: a straight line through what was seen. */

/** How much the line of least squares rises from the first to the last of `at`. */
export function growthOf(at: readonly number[], values: readonly number[]): number {
  const count = Math.min(at.length, values.length);
  if (count < 2) return 0;
  const mean = (list: readonly number[]): number =>
    list.slice(0, count).reduce((sum, value) => sum + value, 0) / count;
  const atMean = mean(at);
  const valueMean = mean(values);
  let together = 0;
  let spread = 0;
  for (let index = 0; index < count; index++) {
    const distance = (at[index] ?? 0) - atMean;
    together += distance * ((values[index] ?? 0) - valueMean);
    spread += distance * distance;
  }
  if (spread === 0) return 0;
  return (together / spread) * ((at[count - 1] ?? 0) - (at[0] ?? 0));
}
