import { createHash } from 'node:crypto';
import type { CachePolicy } from '../../../cache/contract.js';
import type { MCASDiscoveryStream } from '../../../schema/types/mcasDiscovery.type.js';
import type { CallScope, UpstreamCall } from '../../../upstream/contract.js';
import type { McasDeps } from '../McasDeps.js';
import { toMcasDiscoveryStream } from './map.js';
import { parseStreams, parseUploadPlace, type StreamWire, type UploadPlace } from './wire.js';

const minutes = 60_000;
const streamsTag = 'mcasDiscoveryStreams';

/** Reports change when logs are worked in, some minutes after they came. */
const streamsPolicy: CachePolicy = {
  resource: 'mcasDiscoveryStreams',
  upstream: 'MCAS',
  ttlMs: 10 * minutes,
  staleWhileRevalidateMs: 20 * minutes,
  staleIfErrorMs: 120 * minutes,
  negativeTtlMs: minutes,
};

/** Upload addresses that were handed out; a day is ample for an upload of 5 GB. */
const uploadPolicy: CachePolicy = {
  ...streamsPolicy,
  resource: 'mcasUpload',
  ttlMs: 24 * 60 * minutes,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  negativeTtlMs: 1,
};

export interface FinishedUpload {
  readonly uploadUrl: string;
  readonly inputStreamName: string;
  readonly uploadAsSnapshot: boolean;
}

/**
 * Discovery reports of Microsoft Defender for Cloud Apps and the upload of logs for them.
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

/** The address holds a signature, so only its digest is kept. */
function uploadKey(url: string, principal: string): string {
  return createHash('sha256')
    .update(JSON.stringify([principal, url]))
    .digest('base64url');
}

/** This route never had a version in its path. */
function listStreamsCall(): UpstreamCall<readonly StreamWire[]> {
  return {
    operation: 'mcas.discovery.streams',
    method: 'GET',
    path: '/api/discovery/streams/',
    permission: 'Discovery.read',
    parse: parseStreams,
  };
}

function uploadUrlCall(filename: string, source: string): UpstreamCall<UploadPlace> {
  return {
    operation: 'mcas.discovery.uploadUrl',
    method: 'GET',
    path: '/api/v1/discovery/upload_url/',
    query: { filename, source },
    permission: 'Discovery.manage',
    parse: parseUploadPlace,
  };
}

/** The answer's body is undocumented and not looked at. */
function doneUploadCall(upload: FinishedUpload): UpstreamCall<undefined> {
  return {
    operation: 'mcas.discovery.doneUpload',
    method: 'POST',
    path: '/api/v1/discovery/done_upload/',
    body: upload,
    permission: 'Discovery.manage',
    parse: () => undefined,
  };
}
