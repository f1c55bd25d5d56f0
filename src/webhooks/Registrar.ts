import { randomBytes } from 'node:crypto';
import type { Clock } from '../time/clock.js';
import { type CallScope, NotFoundError, type Upstream } from '../upstream/contract.js';
import type {
  LifecycleRequest,
  NotifiedKind,
  Registration,
  RegistrationStore,
  WantedRegistration,
  WebhookState,
} from './contract.js';
import { createCall, deleteCall, listCall, renewCall, type ShownRegistration } from './registrationCalls.js';

export interface RegistrarDeps {
  /** Any client of Microsoft Graph. Each of the few calls draws one unit of its budget, whatever the upstream counts. */
  readonly upstream: Upstream;
  /** Makes the scope of one call; it ends when the given signal does. */
  readonly makeScope: (signal: AbortSignal) => CallScope;
  readonly store: RegistrationStore;
  readonly wanted: readonly WantedRegistration[];
  /** Where Microsoft Graph posts to, as it reaches us. */
  readonly notificationUrl: string;
  /** Changes of the kind may have gone by unnoticed. */
  readonly catchUp: (kind: NotifiedKind) => void;
  readonly clock: Clock;
  /** In [0, 1); spreads renewals. */
  readonly random: () => number;
}

/** Much less than Microsoft Graph allows, so that what a dead gateway leaves behind does not last. */
const lifeMs = 24 * 3_600_000;
/** 192 bits. */
const secretBytes = 24;

/** Brings what stands at Microsoft Graph in line with what is wanted, in steps that may be repeated or broken off. */
export class Registrar {
  constructor(private readonly deps: RegistrarDeps) {}

  /**
   * Acts on lifecycle events. Those that are done are taken off, so that another leader does not act again.
   * @throws when the store or the upstream fails; what is left is done at the next call.
   */
  async serveRequests(signal: AbortSignal): Promise<void> {
    const { registrations, requests } = await this.deps.store.read();
    for (const request of requests) {
      const registration = registrations.find(({ id }) => id === request.registrationId);
      if (registration !== undefined) await this.#serve(request, registration, signal);
      await this.#update((state) => ({ ...state, requests: state.requests.filter((each) => !isSame(each, request)) }));
    }
  }

  /** Renews what is due and forgets what has ended. @throws as `serveRequests`. */
  async renewDue(signal: AbortSignal): Promise<void> {
    const now = this.deps.clock.now();
    const { registrations } = await this.deps.store.read();
    for (const registration of registrations) {
      if (registration.expiresAt <= now) await this.#forget([registration.id]);
      else if (registration.renewAt <= now) await this.#renew(registration, signal);
    }
  }

  /**
   * Compares with what Microsoft Graph lists: removes what is ours and not wanted or not known (its secret is lost), and
   * forgets what is not there any more.
   */
  async compareWithUpstream(signal: AbortSignal): Promise<void> {
    const { registrations } = await this.deps.store.read();
    const listed = await this.#list(signal);
    const known = new Map(registrations.map((registration) => [registration.id, registration]));
    const isGood = ({ id, notificationUrl }: ShownRegistration) =>
      notificationUrl === this.deps.notificationUrl && known.has(id) && this.#wantedOf(known.get(id)) !== undefined;
    const isOurs = ({ id, notificationUrl }: ShownRegistration) =>
      notificationUrl === this.deps.notificationUrl || known.has(id);
    for (const shown of listed) if (isOurs(shown) && !isGood(shown)) await this.#delete(shown.id, signal);
    const good = new Set(listed.filter(isGood).map(({ id }) => id));
    await this.#forget(registrations.map(({ id }) => id).filter((id) => !good.has(id)));
  }

  /** What is wanted and does not stand, as far as this process knows. */
  async missing(): Promise<readonly WantedRegistration[]> {
    const { registrations } = await this.deps.store.read();
    return this.deps.wanted.filter((wanted) => !registrations.some((registration) => isAbout(registration, wanted)));
  }

  /** @throws as `serveRequests`. */
  async create(wanted: WantedRegistration, signal: AbortSignal): Promise<void> {
    const clientState = randomBytes(secretBytes).toString('base64url');
    const { upstream, makeScope, notificationUrl, clock } = this.deps;
    const call = createCall({ wanted, notificationUrl, clientState, expiresAt: clock.now() + lifeMs });
    const { id, expiresAt } = (await upstream.send(call, makeScope(signal))).value;
    // Another leader may have compared by now; it, or the next comparison, removes what is not known.
    signal.throwIfAborted();
    const { kind, resource } = wanted;
    const registration = { id, kind, resource, clientState, expiresAt, renewAt: this.#renewalOf(expiresAt) };
    await this.#update((state) => ({
      ...state,
      registrations: [...state.registrations.filter((each) => !isAbout(each, wanted)), registration],
    }));
    this.deps.catchUp(kind);
  }

  /** Removes all registrations that are known. One that fails does not keep the others. */
  async removeAll(signal: AbortSignal): Promise<void> {
    const { registrations } = await this.deps.store.read();
    const removed = await Promise.allSettled(registrations.map(({ id }) => this.#delete(id, signal)));
    await this.#forget(registrations.filter((_, index) => removed[index]?.status === 'fulfilled').map(({ id }) => id));
  }

  /** Our clock, in milliseconds, when the next renewal is due; undefined when none stands. */
  async nextRenewalAt(): Promise<number | undefined> {
    const { registrations } = await this.deps.store.read();
    return registrations.length === 0 ? undefined : Math.min(...registrations.map(({ renewAt }) => renewAt));
  }

  async #serve({ event }: LifecycleRequest, registration: Registration, signal: AbortSignal): Promise<void> {
    if (event === 'reauthorizationRequired') return this.#renew(registration, signal);
    this.deps.catchUp(registration.kind);
    if (event === 'subscriptionRemoved') await this.#forget([registration.id]);
  }

  async #renew(registration: Registration, signal: AbortSignal): Promise<void> {
    const { upstream, makeScope, clock } = this.deps;
    const permission = this.#wantedOf(registration)?.permission ?? '';
    try {
      const call = renewCall(registration.id, clock.now() + lifeMs, permission);
      const { expiresAt } = (await upstream.send(call, makeScope(signal))).value;
      const renewed = { ...registration, expiresAt, renewAt: this.#renewalOf(expiresAt) };
      await this.#update((state) => ({
        ...state,
        registrations: state.registrations.map((each) => (each.id === renewed.id ? renewed : each)),
      }));
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      await this.#forget([registration.id]);
    }
  }

  async #list(signal: AbortSignal): Promise<ShownRegistration[]> {
    const listed: ShownRegistration[] = [];
    for await (const { value } of this.deps.upstream.pages(listCall, this.deps.makeScope(signal))) {
      listed.push(...value.rows);
    }
    return listed;
  }

  async #delete(id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.deps.upstream.send(deleteCall(id), this.deps.makeScope(signal));
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }

  async #forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const isKept = (id: string) => !ids.includes(id);
    await this.#update(({ registrations, requests }) => ({
      registrations: registrations.filter(({ id }) => isKept(id)),
      requests: requests.filter(({ registrationId }) => isKept(registrationId)),
    }));
  }

  async #update(change: (before: WebhookState) => WebhookState): Promise<void> {
    await this.deps.store.update(change);
  }

  #wantedOf(registration: Registration | undefined): WantedRegistration | undefined {
    return registration && this.deps.wanted.find((wanted) => isAbout(registration, wanted));
  }

  /** At two thirds of the life that was granted; up to a tenth earlier, so that renewals do not come all at once. */
  #renewalOf(expiresAt: number): number {
    const now = this.deps.clock.now();
    return now + Math.max(0, expiresAt - now) * (2 / 3) * (1 - this.deps.random() / 10);
  }
}

function isAbout(registration: Registration, wanted: WantedRegistration): boolean {
  return registration.kind === wanted.kind && registration.resource === wanted.resource;
}

function isSame(a: LifecycleRequest, b: LifecycleRequest): boolean {
  return a.registrationId === b.registrationId && a.event === b.event;
}
