import { UserInputError } from '../../../errors/GatewayError.js';
import type {
  MCASDiscoveryCategoriesArgs,
  MCASDiscoveryCategoryOrder,
} from '../../../schema/inputs/mcasDiscovery.args.js';
import type { MCASDiscoveryCategory } from '../../../schema/types/mcasDiscovery.type.js';
import { toPathSegment } from '../../pathSegment.js';
import { pageLimit } from '../calls.js';

/** Discovery data are kept this long. */
const maxTimeFrameDays = 90;

/** What is asked of the upstream, and the part of its answer that is wanted. */
export interface CategoriesRequest {
  readonly streamId: string;
  /** Days; undefined leaves the period to the upstream. */
  readonly timeFrame: number | undefined;
  /** Undefined for all. */
  readonly ids: ReadonlySet<string> | undefined;
  readonly orderBy: MCASDiscoveryCategoryOrder;
  readonly first: number;
  readonly skip: number;
}

/** @throws {UserInputError} for numbers out of their range, and for what cannot be an id. */
export function readCategoriesArgs(args: MCASDiscoveryCategoriesArgs): CategoriesRequest {
  const { streamId, timeFrame, ids, orderBy, first, skip } = args;
  toPathSegment(streamId, 'streamId');
  return {
    streamId,
    timeFrame: timeFrame == null ? undefined : within('timeFrame', timeFrame, 1, maxTimeFrameDays),
    ids: ids == null ? undefined : new Set(ids),
    orderBy,
    first: within('first', first, 1, pageLimit),
    skip: within('skip', skip, 0, Number.MAX_SAFE_INTEGER),
  };
}

function within(argument: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
  throw new UserInputError(`"${argument}" wants a whole number, ${range}; got ${value}.`, { argument });
}

/** The wanted part of the whole list. Rows with equal totals are ordered by id; those without a total come last. */
export function pageOfCategories(
  categories: readonly MCASDiscoveryCategory[],
  { ids, orderBy, first, skip }: Pick<CategoriesRequest, 'ids' | 'orderBy' | 'first' | 'skip'>,
): readonly MCASDiscoveryCategory[] {
  const sign = orderBy === 'TOTAL_ASC' ? 1 : -1;
  const rank = ({ total }: MCASDiscoveryCategory) => (total === null ? Number.POSITIVE_INFINITY : sign * total);
  return categories
    .filter(({ id }) => ids?.has(id) ?? true)
    .sort((a, b) => (rank(a) === rank(b) ? (a.id < b.id ? -1 : 1) : rank(a) - rank(b)))
    .slice(skip, skip + first);
}
