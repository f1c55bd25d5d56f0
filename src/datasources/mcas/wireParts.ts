import { z } from 'zod';

/**
 * Members of Cloud Apps' records as the wire has them. Numbers come as numbers or as text, times as whole or broken
 * milliseconds or as ISO text, members that do not matter in any type. What is malformed becomes null instead of sinking
 * the row.
 */
export const text = z.string().nullish().catch(null);
export const flag = z.boolean().nullish().catch(null);
export const texts = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((list) => (list ?? []).filter((item): item is string => typeof item === 'string'));
export const number = z
  .union([z.number(), z.string().trim().min(1).transform(Number)])
  .nullish()
  .catch(null)
  .transform((value) => (typeof value === 'number' && Number.isFinite(value) ? value : null));
export const idText = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);

/** The members of a list that are numbers; others are left out. */
export const numbers = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((list) => (list ?? []).filter((item): item is number => typeof item === 'number'));

/** An object of optional members; anything else is null. */
export function optionalObject<S extends z.ZodRawShape>(shape: S) {
  return z.looseObject(shape).nullish().catch(null);
}

/** The rows of a list that are objects of the shape; others are left out. */
export function lenientList<S extends z.ZodType>(item: S) {
  return z.preprocess(
    (value) => (Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : []),
    z.array(item),
  );
}

/** A page of a list. Only `hasNext` says whether more follow; `total` may be an estimate. */
export interface McasPage<T> {
  readonly rows: readonly T[];
  readonly hasNext: boolean;
  readonly total: number | undefined;
  /** Whether `total` is only a floor. */
  readonly moreThanTotal: boolean;
}

/** Reads a list of rows. The parser throws `z.ZodError` when the body is no list of such rows. */
export function pageParser<S extends z.ZodType>(row: S): (body: unknown) => McasPage<z.output<S>> {
  const page = z.looseObject({
    data: z.array(row),
    hasNext: z.boolean().nullish(),
    total: number,
    moreThanTotal: flag,
  });
  return (body) => {
    const { data, hasNext, total, moreThanTotal } = page.parse(body);
    return {
      rows: data,
      hasNext: hasNext ?? false,
      total: total ?? undefined,
      moreThanTotal: moreThanTotal ?? false,
    };
  };
}
