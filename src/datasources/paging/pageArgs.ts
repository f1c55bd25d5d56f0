import { UserInputError } from '../../errors/GatewayError.js';

export const defaultPageSize = 50;
export const maxPageSize = 1_000;

/** A checked page request: whole `first` between 1 and 1000. */
export interface PageRequest {
  readonly first: number;
  readonly after: string | undefined;
}

/** @throws {UserInputError} when `first` is outside 1–1000. */
export function readPageArgs(args: { readonly first?: number | null; readonly after?: string | null }): PageRequest {
  const first = args.first ?? defaultPageSize;
  if (!Number.isInteger(first) || first < 1 || first > maxPageSize) {
    throw new UserInputError(`"first" wants a whole number from 1 to ${maxPageSize}; got ${first}.`, {
      argument: 'first',
    });
  }
  return { first, after: args.after ?? undefined };
}
