import type { Change, ChangeTopic } from '../../changes/contract.js';
import { AccessError, UpstreamError } from '../../errors/GatewayError.js';
import type { UpstreamName } from '../../upstream/contract.js';
import type { GatewayContext } from '../context.js';
import { filterChanges } from './filterChanges.js';

const upstreamOf = {
  alert: 'GRAPH_SECURITY',
  incident: 'GRAPH_SECURITY',
  riskEvent: 'GRAPH_IDENTITY_PROTECTION',
  riskyUser: 'GRAPH_IDENTITY_PROTECTION',
  secureScore: 'GRAPH_SECURITY',
} as const satisfies Record<ChangeTopic, UpstreamName>;

/**
 * The changes of a topic that concern a subscriber, from where the subscription begins. They are those that the
 * application sees, so a gateway that acts for its callers may not show them.
 * @param after Argument of the subscription; the context may know a later place.
 * @throws {AccessError} `FORBIDDEN` with `on-behalf-of`.
 * @throws {UpstreamError} `UPSTREAM_NOT_CONFIGURED` when nobody looks for changes of the topic.
 * @throws {UserInputError} when `after` is not a cursor.
 */
export function watchChanges<T extends ChangeTopic>(
  topic: T,
  context: GatewayContext,
  after: string | null | undefined,
  concerns: (change: Change<T>) => boolean,
): AsyncIterableIterator<Change<T>> {
  if (context.scope.callerAssertion !== undefined) {
    throw new AccessError('FORBIDDEN', 'Subscriptions are off while the gateway asks on behalf of its callers.');
  }
  const upstream = upstreamOf[topic];
  if (context.upstreams[upstream].status().state === 'NOT_CONFIGURED') {
    const message = `${upstream} is not configured, so there is nothing to watch.`;
    throw new UpstreamError('UPSTREAM_NOT_CONFIGURED', message, { upstream });
  }
  const begin = context.start?.after(after, () => context.changes.cursor()) ?? after ?? undefined;
  return filterChanges(context.changes.follow(topic, { after: begin, signal: context.scope.signal }), concerns);
}
