import type { Cache } from '../../cache/contract.js';
import type { Mirror } from '../../mirror/contract.js';
import type { Clock } from '../../time/clock.js';
import type { Upstream } from '../../upstream/contract.js';
import type { CallAllowance } from './calls.js';

/** What every datasource of Cloud Apps is made from. */
export interface McasDeps {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly clock: Clock;
  /** What the operation may spend on reads, shared by all datasources of Cloud Apps. */
  readonly allowance: CallAllowance;
  /** Told of writes that other upstreams show too. Absent: nothing is mirrored. */
  readonly mirror?: Pick<Mirror, 'doubt'>;
}
