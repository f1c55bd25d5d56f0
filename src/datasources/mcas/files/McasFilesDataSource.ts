import type { CachePolicy } from '../../../cache/contract.js';
import type { MCASFileFilter } from '../../../schema/inputs/mcasFileFilter.input.js';
import type { Connection } from '../../../schema/types/connection.js';
import type { MCASFile } from '../../../schema/types/mcasFile.type.js';
import { type CallScope, NotFoundError, type UpstreamCall } from '../../../upstream/contract.js';
import type { PageRequest } from '../../paging/pageArgs.js';
import { toPathSegment } from '../../pathSegment.js';
import { pageLimit } from '../calls.js';
import type { McasDeps } from '../McasDeps.js';
import { type EpochSpan, type McasFilters, withDate } from '../operators.js';
import { TimeList } from '../TimeList.js';
import type { McasPage } from '../wireParts.js';
import { compileFileFilter } from './filter.js';
import { toMcasFile } from './map.js';
import { type FileWire, parseFile, parseFilePage } from './wire.js';

const minutes = 60_000;
const path = '/api/v1/files/';
/** No permission of Entra does: the upstream gives files for its own API tokens only. */
const permission = 'a legacy API token (MCAS_TOKEN)';

const filePolicy: CachePolicy = {
  resource: 'mcasFile',
  upstream: 'MCAS',
  ttlMs: 2 * minutes,
  staleWhileRevalidateMs: 5 * minutes,
  staleIfErrorMs: 60 * minutes,
  negativeTtlMs: minutes,
};
const listPolicy: CachePolicy = { ...filePolicy, resource: 'mcasFiles' };

export interface McasFileListRequest {
  readonly filter?: MCASFileFilter | null;
  readonly page: PageRequest;
  readonly withTotal: boolean;
}

/**
 * Files of cloud apps, for one operation. They are read with the legacy API token.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-files
 */
export class McasFilesDataSource {
  readonly #deps: McasDeps;
  readonly #scope: CallScope;
  readonly #lists: TimeList<FileWire, MCASFile>;

  constructor(deps: McasDeps, scope: CallScope) {
    this.#deps = deps;
    this.#scope = scope;
    this.#lists = new TimeList(deps, scope, {
      policy: listPolicy,
      call: listFilesCall,
      map: toMcasFile,
      timeOf: (file) => file.modifiedDate,
      idOf: (file) => file.id,
      tagsOf: () => ['mcasFiles'],
    });
  }

  /**
   * One file, or null when the upstream does not know the id.
   * @throws {UserInputError} when the text cannot be an id.
   */
  async byId(id: string): Promise<MCASFile | null> {
    const call = getFileCall(id);
    const read = await this.#deps.cache.read<MCASFile>(filePolicy, id, this.#scope, async (scope) => {
      this.#deps.allowance.take(scope);
      const answer = await this.#deps.upstream.send(call, scope).catch(unlessMissing);
      if (answer === null) return { value: null, asOf: new Date(this.#deps.clock.now()).toISOString() };
      return { value: toMcasFile(answer.value), asOf: answer.asOf };
    });
    return read.value;
  }

  /**
   * One page, last changed first.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async list(request: McasFileListRequest): Promise<Connection<MCASFile>> {
    return this.#lists.page({ ...request, filter: compileFileFilter(request.filter) });
  }
}

function unlessMissing(error: unknown): null {
  if (error instanceof NotFoundError) return null;
  throw error;
}

function getFileCall(id: string): UpstreamCall<FileWire> {
  return {
    operation: 'mcas.files.get',
    method: 'GET',
    path: `${path}${toPathSegment(id)}/`,
    permission,
    credential: 'mcas-token',
    parse: parseFile,
  };
}

/** The documentation names no order; this one is in use. Sent as POST, which changes nothing and may be repeated. */
function listFilesCall(filters: McasFilters, span: EpochSpan, skip: number): UpstreamCall<McasPage<FileWire>> {
  return {
    operation: 'mcas.files.list',
    method: 'POST',
    path,
    body: {
      filters: withDate(filters, span, 'modifiedDate'),
      skip,
      limit: pageLimit,
      sortField: 'modifiedDate',
      sortDirection: 'desc',
    },
    safeToRepeat: true,
    permission,
    credential: 'mcas-token',
    parse: parseFilePage,
  };
}
