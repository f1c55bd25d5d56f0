import type { Cache, Cached, CachePolicy } from '../../cache/contract.js';
import { UpstreamError } from '../../errors/GatewayError.js';
import type { CallScope } from '../../upstream/contract.js';
import { nobodysMeter } from '../../upstream/nobodysMeter.js';
import type { ReadRows } from './calls.js';

const key = 'tenant';

/**
 * All rows of the tenant, as they were read for many users at once: others who come soon after need no call, and who
 * cannot be asked for in time can still be told what was known then.
 */
export class TenantRows<T> {
  constructor(
    private readonly cache: Cache,
    private readonly policy: CachePolicy,
    private readonly tags: readonly string[],
  ) {}

  /**
   * Announces a reading that starts now. Call the result with what was read, or with undefined when it failed: it is kept
   * if it is everything and nothing of it changed meanwhile.
   */
  keep(scope: CallScope): (read: ReadRows<T> | undefined) => void {
    let finish: (read: ReadRows<T> | undefined) => void = () => undefined;
    const reading = new Promise<ReadRows<T> | undefined>((resolve) => {
      finish = resolve;
    });
    const keeping = this.cache.read<readonly T[]>(this.policy, key, { ...scope, meter: nobodysMeter }, async () => {
      const read = await reading;
      if (read?.whole !== true) throw this.#notKnown(scope);
      return { value: read.rows, asOf: read.asOf, tags: this.tags };
    });
    keeping.catch(() => undefined);
    return finish;
  }

  /** The rows if they are as good as read now. */
  async recent(scope: CallScope): Promise<ReadRows<T> | undefined> {
    try {
      const cached = await this.#look({ ...scope, meter: nobodysMeter }, this.#notKnown(scope));
      return cached.stale || cached.value === null ? undefined : toRead(cached.value, cached.asOf);
    } catch {
      return undefined;
    }
  }

  /** The rows, however old; marks the answer stale. @throws the error when there are none. */
  async standIn(error: Error, scope: CallScope): Promise<Cached<readonly T[]>> {
    return this.#look(scope, error);
  }

  #look(scope: CallScope, error: Error): Promise<Cached<readonly T[]>> {
    return this.cache.read<readonly T[]>(this.policy, key, scope, () => Promise.reject(error));
  }

  #notKnown({ requestId }: CallScope): UpstreamError {
    const { upstream } = this.policy;
    return new UpstreamError('UPSTREAM_UNAVAILABLE', `${upstream} was not asked.`, { upstream, requestId });
  }
}

function toRead<T>(rows: readonly T[], asOf: string): ReadRows<T> {
  return { rows, whole: true, pages: 0, asOf };
}
