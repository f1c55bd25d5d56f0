import { LRUCache } from 'lru-cache';
import { codeOf } from '../changes/feeds/nextWaitMs.js';
import type { Logger } from '../observability/logger.js';
import type { WebhookOutcome } from '../observability/webhookMetrics.js';
import type { Clock } from '../time/clock.js';
import type { LifecycleRequest, RegistrationStore, WebhookState } from './contract.js';
import type { HintQueue } from './HintQueue.js';
import { type AcceptedHint, type Judgement, judgeItems, parseItems } from './intake.js';
import { RefusalLog } from './RefusalLog.js';
import type { RegistrationBook } from './RegistrationBook.js';

export interface WebhookReceiverDeps {
  readonly book: RegistrationBook;
  readonly store: RegistrationStore;
  readonly queue: Pick<HintQueue, 'offer'>;
  /** Tenant id that notifications have to carry; null where only the tenant's domain is known. */
  readonly tenantId: string | null;
  /** Told of each item once. */
  readonly onItem: (outcome: WebhookOutcome) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Notifications whose ids are remembered, so that a repeated delivery costs no read. */
const rememberedDeliveries = 10_000;
/** Microsoft Graph repeats what we did not answer in time, a few times within hours; more often is somebody else. */
const mostRepeats = 8;

/**
 * Takes the bodies that Microsoft Graph posts. Items that are not believed are dropped and the body is accepted all the
 * same: several registrations share a body, a refusal would make Microsoft Graph repeat the good ones for four hours, and
 * it would tell a stranger which part of a guess was wrong.
 */
export class WebhookReceiver {
  readonly #delivered = new LRUCache<string, number>({ max: rememberedDeliveries });
  readonly #refusalLog: RefusalLog;
  readonly #handingOn = new Map<string, Promise<void>>();

  constructor(private readonly deps: WebhookReceiverDeps) {
    this.#refusalLog = new RefusalLog(deps.logger, deps.clock);
  }

  /**
   * Never throws. What is believed is worked on afterwards.
   * @returns `useless` when nothing is believed, or has been delivered so often that nobody can need it again.
   */
  async receive(body: string): Promise<'accepted' | 'useless' | 'malformed'> {
    const items = parseItems(body);
    if (items === undefined) {
      this.#refuse(['malformed']);
      return 'malformed';
    }
    const { hints, lifecycle, refused } = await this.#judge(items);
    this.#refuse(refused);
    let isOfUse = false;
    for (const hint of hints) isOfUse = this.#take(hint) || isOfUse;
    for (const request of lifecycle) isOfUse = this.#handOn(request) || isOfUse;
    return isOfUse ? 'accepted' : 'useless';
  }

  /** Resolves when what was received is handed on. */
  async stop(): Promise<void> {
    await Promise.all(this.#handingOn.values());
  }

  /** Another instance may have made the registration a moment ago. */
  async #judge(items: readonly unknown[]): Promise<Judgement> {
    const { book, tenantId } = this.deps;
    const first = judgeItems(items, { registrations: book.current(), tenantId });
    if (!first.refused.includes('unknownRegistration')) return first;
    await book.lookAgain();
    return judgeItems(items, { registrations: book.current(), tenantId });
  }

  #refuse(refused: Judgement['refused']): void {
    for (const reason of refused) this.deps.onItem(reason);
    this.#refusalLog.note(refused);
  }

  /** @returns false for what is repeated too often. */
  #take({ kind, id, notificationId }: AcceptedHint): boolean {
    const deliveries = notificationId === null ? 0 : (this.#delivered.get(notificationId) ?? 0);
    if (notificationId !== null) this.#delivered.set(notificationId, deliveries + 1);
    if (deliveries > 0) this.deps.onItem('repeated');
    else this.deps.onItem(this.deps.queue.offer({ kind, id }) === 'full' ? 'overflow' : 'accepted');
    return deliveries <= mostRepeats;
  }

  /** The leader acts on it, which may be another instance. @returns false when the same is being handed on. */
  #handOn(request: LifecycleRequest): boolean {
    this.deps.onItem('lifecycle');
    const key = keyOf(request);
    if (this.#handingOn.has(key)) return false;
    const handingOn = this.deps.store
      .update((state) => withRequest(state, request))
      .then(
        () => undefined,
        (error: unknown) =>
          this.deps.logger.warn({ code: codeOf(error) }, 'a lifecycle event of change notifications is lost'),
      )
      .finally(() => this.#handingOn.delete(key));
    this.#handingOn.set(key, handingOn);
    return true;
  }
}

function withRequest(state: WebhookState, asked: LifecycleRequest): WebhookState {
  const isThere = state.requests.some((request) => keyOf(request) === keyOf(asked));
  return isThere ? state : { ...state, requests: [...state.requests, asked] };
}

function keyOf({ registrationId, event }: LifecycleRequest): string {
  return `${registrationId} ${event}`;
}
