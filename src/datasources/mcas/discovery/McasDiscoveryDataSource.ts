import { createHash } from 'node:crypto';
import { UserInputError } from '../../../errors/GatewayError.js';
import type { MCASBlockScriptFormat } from '../../../schema/enums/mcasBlockScript.enum.js';
import type { MCASDiscoveryCategoriesArgs } from '../../../schema/inputs/mcasDiscovery.args.js';
import type {
  MCASBlockScript,
  MCASDiscoveryCategory,
  MCASDiscoveryStream,
} from '../../../schema/types/mcasDiscovery.type.js';
import { type CallScope, NotFoundError } from '../../../upstream/contract.js';
import type { McasDeps } from '../McasDeps.js';
import { isRefusal } from '../mutationParts.js';
import {
  blockScriptCall,
  doneUploadCall,
  type FinishedUpload,
  listCategoriesCall,
  listStreamsCall,
  uploadUrlCall,
} from './calls.js';
import { pageOfCategories, readCategoriesArgs } from './categoryPage.js';
import { toMcasDiscoveryCategory, toMcasDiscoveryStream } from './map.js';
import { blockScriptPolicy, categoriesPolicy, streamsPolicy, streamsTag, uploadPolicy } from './policies.js';
import type { UploadPlace } from './wire.js';

/**
 * Discovery reports of Microsoft Defender for Cloud Apps, what is made from them, and the upload of logs for them.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-discovery
 */
export class McasDiscoveryDataSource {
  readonly #deps: McasDeps;
  readonly #scope: CallScope;

  constructor(deps: McasDeps, scope: CallScope) {
    this.#deps = deps;
    this.#scope = scope;
  }

  async streams(): Promise<readonly MCASDiscoveryStream[]> {
    const read = await this.#deps.cache.read<readonly MCASDiscoveryStream[]>(
      streamsPolicy,
      'all',
      this.#scope,
      async (scope) => {
        this.#deps.allowance.take(scope);
        const { value, asOf } = await this.#deps.upstream.send(listStreamsCall(), scope);
        return { value: value.map(toMcasDiscoveryStream), asOf, tags: [streamsTag] };
      },
    );
    return read.value ?? [];
  }

  /**
   * Categories of the apps in one report; null when the upstream does not know the report. The list is read and kept
   * whole, so that its parts in any order cost one call.
   * @throws {UserInputError} when an argument is out of its range, or the upstream refuses report or period.
   */
  async categories(args: MCASDiscoveryCategoriesArgs): Promise<readonly MCASDiscoveryCategory[] | null> {
    const request = readCategoriesArgs(args);
    const key = JSON.stringify([request.streamId, request.timeFrame ?? null]);
    const read = await this.#deps.cache.read<readonly MCASDiscoveryCategory[]>(
      categoriesPolicy,
      key,
      this.#scope,
      async (scope) => {
        this.#deps.allowance.take(scope);
        const call = listCategoriesCall(request.streamId, request.timeFrame);
        const answer = await this.#deps.upstream.send(call, scope).catch(unlessUnknown);
        if (answer === null) return { value: null, asOf: new Date(this.#deps.clock.now()).toISOString() };
        return { value: answer.value.map(toMcasDiscoveryCategory), asOf: answer.asOf, tags: [streamsTag] };
      },
    );
    return read.value === null ? null : pageOfCategories(read.value, request);
  }

  /** The script for one kind of appliance. */
  async blockScript(format: MCASBlockScriptFormat): Promise<MCASBlockScript | null> {
    const read = await this.#deps.cache.read<string>(blockScriptPolicy, format, this.#scope, async (scope) => {
      this.#deps.allowance.take(scope);
      const { value, asOf } = await this.#deps.upstream.send(blockScriptCall(format), scope);
      return { value, asOf };
    });
    return read.value === null ? null : { __typename: 'MCASBlockScript', format, script: read.value };
  }

  /**
   * Asks where a log goes, and remembers the address for {@link isOwnUpload}.
   * @param principal Who asks; nobody else can finish the upload.
   */
  async startUpload(filename: string, source: string, principal: string): Promise<UploadPlace> {
    const { value, asOf } = await this.#deps.upstream.send(uploadUrlCall(filename, source), this.#scope);
    const entry = { value: true, asOf };
    await this.#deps.cache.write(uploadPolicy, uploadKey(value.url, principal), this.#scope.accessScope, entry);
    return value;
  }

  /** Whether the address was handed out to this caller, so that no other ever reaches the upstream through us. */
  async isOwnUpload(url: string, principal: string): Promise<boolean> {
    const asOf = new Date(this.#deps.clock.now()).toISOString();
    const nothing = async () => ({ value: null, asOf });
    const read = await this.#deps.cache.read<boolean>(uploadPolicy, uploadKey(url, principal), this.#scope, nothing);
    return read.value === true;
  }

  /** Hands an uploaded log over. @throws {UpstreamError} {@link outcomeIsUnknown} tells whether it may have worked. */
  async finishUpload(upload: FinishedUpload): Promise<void> {
    await this.#deps.upstream.send(doneUploadCall(upload), this.#scope);
    await this.#deps.cache.drop([streamsTag]);
  }
}

/** Report and period are all that a caller gives, so a refusal is about them. */
function unlessUnknown(error: unknown): null {
  if (error instanceof NotFoundError) return null;
  if (isRefusal(error))
    throw new UserInputError('The upstream refuses "streamId" or "timeFrame".', { argument: 'streamId' });
  throw error;
}

/** The address holds a signature, so only its digest is kept. */
function uploadKey(url: string, principal: string): string {
  return createHash('sha256')
    .update(JSON.stringify([principal, url]))
    .digest('base64url');
}
