import type { SourceSlice, SourceSplit } from './contract.js';

/** Every row of the instant. */
export const wholeInstant: SourceSlice = { values: [] };

/**
 * Cuts a slice into parts that together are the slice: by the words of the next field that it is not yet cut by, then by
 * when rows were created.
 * @param created Creation times of some rows of the slice, in ticks; they tell where to cut.
 * @returns nothing when the slice cannot be cut: all rows that can be told apart are.
 */
export function splitSlice(
  slice: SourceSlice,
  splits: readonly SourceSplit[],
  created: readonly bigint[],
): readonly SourceSlice[] {
  const split = splits.find(({ field }) => slice.values.every((value) => value.field !== field));
  return split === undefined ? splitByCreation(slice, created) : splitByWords(slice, split);
}

/** A part for each word, and one for the words that we do not know. */
function splitByWords(slice: SourceSlice, { field, words }: SourceSplit): SourceSlice[] {
  const values = [...words.map((is) => ({ field, is })), { field, isNoneOf: words }];
  return values.map((value) => ({ ...slice, values: [...slice.values, value] }));
}

/** At the middle of the creation times seen; where all are the same, that instant is set apart from the rest. */
function splitByCreation(slice: SourceSlice, created: readonly bigint[]): SourceSlice[] {
  const times = [...new Set(created)].sort((a, b) => (a < b ? -1 : 1));
  const [first] = times;
  if (first === undefined) return [];
  const middle = times[Math.floor(times.length / 2)] as bigint;
  const cuts = times.length > 1 ? [middle] : [first, first + 1n];
  const inside = cuts.filter((cut) => isInside(slice, cut));
  if (inside.length === 0) return [];
  return [...inside, undefined].map((cut, index) => ({
    ...slice,
    ...bound('createdFrom', inside[index - 1] ?? slice.createdFrom),
    ...bound('createdBefore', cut ?? slice.createdBefore),
  }));
}

function isInside({ createdFrom, createdBefore }: SourceSlice, cut: bigint): boolean {
  return (createdFrom === undefined || cut > createdFrom) && (createdBefore === undefined || cut < createdBefore);
}

function bound(name: 'createdFrom' | 'createdBefore', value: bigint | undefined): Partial<SourceSlice> {
  return value === undefined ? {} : { [name]: value };
}
