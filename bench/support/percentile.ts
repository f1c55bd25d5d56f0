/**
 * The value that this part of the samples does not exceed (nearest rank).
 * @param share in (0, 1].
 * @returns NaN without samples.
 */
export function percentile(samples: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
