import type { Cache, Cached } from '../../cache/contract.js';
import { UpstreamError, UserInputError } from '../../errors/GatewayError.js';
import type { Connection } from '../../schema/types/connection.js';
import type { AnswerWarning, CallScope, Page, Upstream, UpstreamCall } from '../../upstream/contract.js';
import { parsePage } from '../../upstream/odata.js';
import { type RowsInfo, toConnection } from '../paging/connection.js';
import { decodeCursor, encodeCursor, listKeyOf } from '../paging/cursor.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { mergeRowsInfo, toRowsInfo } from '../paging/rowsInfo.js';
import type { EntityKind } from './entityKinds.js';
import { toSearchOption } from './searchText.js';

/** Rows per upstream page: the directory's default for ordinary screens, its maximum for exports. */
const smallPage = 100;
const largePage = 999;
const maxPagesPerRequest = 20;
/** Letters of the base64 forms and of the quoted binary form in which the directory writes its tokens. */
const skipToken = /^[A-Za-z0-9._~'+/=:!*-]{1,700}$/;
const pagePosition = /^(100|999):(.*)$/s;

/** A page of the directory as it is cached. */
interface StoredPage<T> {
  readonly entities: readonly T[];
  readonly nextToken: string | null;
  /** There is more, but no token that a cursor could hold. */
  readonly cut: boolean;
  readonly count: number | null;
}

/** Where an upstream page begins: rows per page and the token that leads to it, empty for the first page. */
interface PageStart {
  readonly top: number;
  readonly token: string;
}

interface Collected<T> {
  readonly rows: readonly { readonly entity: T; readonly start: PageStart }[];
  readonly more: boolean;
  readonly count: number | null;
  readonly info: RowsInfo;
}

/**
 * Lists of users and devices. The directory has no `$skip` and no filter that goes on after a name with ties, but hands
 * out a `$skiptoken` per page. A cursor therefore holds the page's token, checked letter by letter, and the id of the
 * row in that page; never a URL, so that a forged cursor can only name a page of the same list.
 */
export class EntityListing<T extends { readonly id: string }> {
  constructor(
    private readonly kind: EntityKind<T>,
    private readonly upstream: Upstream,
    private readonly cache: Cache,
    private readonly scope: CallScope,
  ) {}

  /**
   * @throws {UserInputError} for an over-long search, a cursor of another list (`BAD_USER_INPUT`), or a cursor whose row
   * has left its page or whose page the directory has forgotten (`CURSOR_EXPIRED`).
   */
  async list(search: string | null | undefined, page: PageRequest): Promise<Connection<T>> {
    const option = toSearchOption(search, this.kind.searchProperties);
    const listKey = listKeyOf(`${this.kind.word}s`, { search: option });
    const collected = await this.#collect(option, page, listKey);
    const starts = new Map(collected.rows.map(({ entity, start }) => [entity, start]));
    return toConnection({
      rows: collected.rows.map(({ entity }) => entity),
      cursorOf: (entity) => encodeCursor({ order: positionText(starts.get(entity)), id: entity.id }, listKey),
      hasNextPage: collected.more,
      totalCount: collected.count,
      info: collected.info,
    });
  }

  async #collect(option: string | undefined, page: PageRequest, listKey: string): Promise<Collected<T>> {
    const after = page.after === undefined ? undefined : readPosition(decodeCursor(page.after, listKey));
    const rows: { entity: T; start: PageStart }[] = [];
    const infos: RowsInfo[] = [];
    const read = new Set<string>();
    let start: PageStart = after?.start ?? { top: page.first <= smallPage ? smallPage : largePage, token: '' };
    let count: number | null = null;
    for (let pages = 1; ; pages += 1) {
      const cached = await (pages === 1 && after ? this.#resume(option, start) : this.#readPage(option, start));
      const stored = cached.value ?? emptyPage;
      const entities = pages === 1 && after !== undefined ? rowsAfter(stored.entities, after.id) : stored.entities;
      rows.push(...entities.filter(({ id }) => !read.has(id)).map((entity) => ({ entity, start })));
      for (const { id } of stored.entities) read.add(id);
      if (start.token === '') count = stored.count;
      const enough = rows.length >= page.first;
      const cut = stored.cut || (!enough && stored.nextToken !== null && pages === maxPagesPerRequest);
      infos.push(toRowsInfo(cached, cut && rows.length <= page.first ? [this.#truncation()] : []));
      if (enough || cut || stored.nextToken === null) {
        const more = rows.length > page.first || (stored.nextToken !== null && rows.length > 0);
        return { rows: rows.slice(0, page.first), more, count, info: mergeRowsInfo(infos, cached.asOf) };
      }
      start = { top: start.top, token: stored.nextToken };
    }
  }

  /** The directory refuses page tokens that have grown old with 400. */
  async #resume(option: string | undefined, start: PageStart): Promise<Cached<StoredPage<T>>> {
    try {
      return await this.#readPage(option, start);
    } catch (error) {
      if (error instanceof UpstreamError && error.logFields['status'] === 400) throw expired();
      throw error;
    }
  }

  #readPage(option: string | undefined, start: PageStart): Promise<Cached<StoredPage<T>>> {
    const key = JSON.stringify([option ?? '', start.top, start.token]);
    return this.cache.read<StoredPage<T>>(this.kind.pagePolicy, key, this.scope, async (scope) => {
      const answer = await this.upstream.send(this.#pageCall(option, start), scope);
      return { value: toStoredPage(answer.value, start), asOf: answer.asOf, tags: [`${this.kind.word}s`] };
    });
  }

  /**
   * `$search`, `$count` and the order need the advanced query mode, on every page.
   * @see https://learn.microsoft.com/graph/aad-advanced-queries
   */
  #pageCall(option: string | undefined, start: PageStart): UpstreamCall<Page<T>> {
    return {
      operation: `directory.${this.kind.word}s.list`,
      method: 'GET',
      path: this.kind.path,
      query: {
        $select: this.kind.select,
        $orderby: 'displayName',
        $top: String(start.top),
        $count: 'true',
        ...(option === undefined ? {} : { $search: option }),
        ...(start.token === '' ? {} : { $skiptoken: start.token }),
      },
      headers: { ConsistencyLevel: 'eventual' },
      permission: this.kind.permission,
      parse: (body) => parsePage(body, this.kind.parseRow),
      units: 1,
    };
  }

  #truncation(): AnswerWarning {
    return {
      code: 'TRUNCATED',
      upstream: this.upstream.name,
      message: 'The directory has more rows, but gave no way to go on that this list can use.',
    };
  }
}

const emptyPage = { entities: [], nextToken: null, cut: false, count: null };

/** Each row once: pages are known to repeat rows. */
function toStoredPage<T extends { readonly id: string }>(page: Page<T>, start: PageStart): StoredPage<T> {
  const token = page.nextLink === undefined ? null : tokenOf(page.nextLink);
  const usable = token !== null && skipToken.test(token) && token !== start.token;
  return {
    entities: [...new Map(page.rows.map((entity) => [entity.id, entity])).values()],
    nextToken: usable ? token : null,
    cut: page.nextLink !== undefined && !usable,
    count: page.count ?? null,
  };
}

function tokenOf(nextLink: string): string | null {
  const query = new URL(nextLink, 'https://upstream.invalid').searchParams;
  for (const [name, value] of query) if (name.toLowerCase() === '$skiptoken') return value;
  return null;
}

function positionText(start: PageStart | undefined): string {
  return `${start?.top}:${start?.token}`;
}

function readPosition(position: { readonly order: string; readonly id: string }): { start: PageStart; id: string } {
  const [, top, token] = pagePosition.exec(position.order) ?? [];
  if (top === undefined || token === undefined || (token !== '' && !skipToken.test(token))) {
    throw new UserInputError('The cursor in "after" is not a cursor of this list.', { argument: 'after' });
  }
  return { start: { top: Number(top), token }, id: position.id };
}

function rowsAfter<T extends { readonly id: string }>(entities: readonly T[], id: string): readonly T[] {
  const index = entities.findIndex((entity) => entity.id === id);
  if (index < 0) throw expired();
  return entities.slice(index + 1);
}

function expired(): UserInputError {
  const message = 'The page of the cursor in "after" is no longer there; start again without it.';
  return new UserInputError(message, { argument: 'after' }, 'CURSOR_EXPIRED');
}
