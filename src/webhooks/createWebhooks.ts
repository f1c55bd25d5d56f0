import type { Registry } from 'prom-client';
import type { Cache } from '../cache/contract.js';
import type { ChangeStore } from '../changes/changeStore.js';
import type { ChangeTopic } from '../changes/contract.js';
import type { TimeOrderedSource } from '../changes/feeds/contract.js';
import type { Leadership } from '../changes/leadership.js';
import type { Logger } from '../observability/logger.js';
import { registerWebhookMetrics } from '../observability/webhookMetrics.js';
import type { Clock } from '../time/clock.js';
import type { CallScope, Upstream } from '../upstream/contract.js';
import { buildHintActions } from './actOnHint.js';
import type { NotifiedKind, RegistrationStore } from './contract.js';
import { HintQueue } from './HintQueue.js';
import { Registrar } from './Registrar.js';
import { RegistrationBook } from './RegistrationBook.js';
import { RegistrationManager } from './RegistrationManager.js';
import { WebhookReceiver } from './WebhookReceiver.js';
import { wantedRegistrations } from './wantedRegistrations.js';

/** Path of the one route; notifications and lifecycle events both come there. */
export const webhookPath = '/webhooks/microsoft-graph';

export interface WebhooksDeps {
  /** `WEBHOOK_URL`: how Microsoft Graph reaches this gateway, without a slash at the end. */
  readonly publicUrl: string;
  /** The tenant as it is configured, by id or by domain. */
  readonly tenantId: string;
  /** Whether alerts are read, and from the legacy API: Microsoft Graph pushes no others. */
  readonly withAlerts: boolean;
  /** Any client of Microsoft Graph that is configured. */
  readonly upstream: Upstream;
  /** Makes the scope of one call; it ends when the given signal does. */
  readonly makeScope: (signal: AbortSignal) => CallScope;
  readonly registrations: RegistrationStore;
  readonly alerts: Pick<TimeOrderedSource<'alert'>, 'byId'>;
  readonly store: Pick<ChangeStore, 'commit'>;
  readonly cache: Pick<Cache, 'drop'>;
  /** The user of this object id has changed: what is kept of them outside the cache is not to be told any more. */
  readonly forgetUser: (id: string) => void;
  /** The upstream of the topic is known to have changed: sweep soon. Does nothing on instances that do not lead. */
  readonly poke: (topic: ChangeTopic) => void;
  readonly leadership: Leadership;
  /** Remove the registrations at the end. False where other instances go on. */
  readonly removeAtStop: boolean;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly registry: Registry;
}

export interface Webhooks {
  /** For the route. Answers from the first moment on; believes nobody before `start`. */
  readonly receiver: WebhookReceiver;
  /** Begins to register. The route has to answer by now. */
  start(): void;
  /** Ends registering, then what was received and not read yet. Call while upstreams and stores are still open. */
  stop(): Promise<void>;
}

/** A tenant that is configured by its domain cannot be compared with the id in notifications. */
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Change notifications of Microsoft Graph: registering for them, receiving them, and reading what they name. */
export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { clock, random, logger, registrations, leadership, removeAtStop } = deps;
  // Users have no sweep: what is cached of them lives a few minutes, what mirrored rows name is read again every hour.
  const catchUp = (kind: NotifiedKind) => (kind === 'alert' ? deps.poke('alert') : undefined);
  const canSweep = (kind: NotifiedKind) => kind === 'alert' && leadership.isLeader();
  const queue = new HintQueue({ act: buildHintActions(deps), giveUp: catchUp, canSweep, clock, random, logger });
  const book = new RegistrationBook({ store: registrations, clock, logger });
  const receiver = new WebhookReceiver({
    book,
    store: registrations,
    queue,
    tenantId: guid.test(deps.tenantId) ? deps.tenantId : null,
    onItem: registerWebhookMetrics(deps.registry, {
      waiting: () => queue.size,
      registrations: () => book.current().size,
    }),
    clock,
    logger,
  });
  const registrar = new Registrar({
    upstream: deps.upstream,
    makeScope: deps.makeScope,
    store: registrations,
    wanted: wantedRegistrations(deps.withAlerts),
    notificationUrl: `${deps.publicUrl}${webhookPath}`,
    catchUp,
    clock,
    random,
  });
  const manager = new RegistrationManager({
    registrar,
    store: registrations,
    leadership,
    removeAtStop,
    clock,
    random,
    logger,
  });
  return {
    receiver,
    start: () => {
      book.start();
      manager.start();
    },
    stop: async () => {
      await manager.stop();
      await receiver.stop();
      await book.stop();
      await queue.stop();
    },
  };
}
