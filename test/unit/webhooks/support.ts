import { NewsBell } from '../../../src/changes/newsBell.js';
import {
  noWebhooks,
  type Registration,
  type RegistrationStore,
  type WebhookState,
} from '../../../src/webhooks/contract.js';
import { FakeUpstream, type SeenCall } from '../datasources/support/fakeUpstream.js';

export const tenantId = '8f2c1a52-0000-4000-8000-000000000001';
export const notificationUrl = 'https://gateway.example/webhooks/microsoft-graph';

export function registration(id: string, fields: Partial<Registration> = {}): Registration {
  return {
    id,
    kind: 'alert',
    resource: `/security/alerts?${id}`,
    clientState: `secret of ${id}`,
    renewAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
    ...fields,
  };
}

/** A notification as Microsoft Graph sends it. */
export function notification(of: Registration, resourceId: string, fields: object = {}): object {
  return {
    id: `delivery of ${resourceId}`,
    subscriptionId: of.id,
    subscriptionExpirationDateTime: '2026-11-22T08:00:00Z',
    clientState: of.clientState,
    changeType: 'updated',
    resource: `security/alerts/${resourceId}`,
    tenantId,
    resourceData: { '@odata.type': '#x', '@odata.id': `security/alerts/${resourceId}`, id: resourceId },
    ...fields,
  };
}

export function lifecycle(of: Registration, lifecycleEvent: string, fields: object = {}): object {
  return { subscriptionId: of.id, clientState: of.clientState, tenantId, lifecycleEvent, ...fields };
}

export class MemoryRegistrationStore implements RegistrationStore {
  readonly #news = new NewsBell();
  state: WebhookState = noWebhooks;
  /** Set: the store cannot be reached. */
  failure: Error | undefined;
  reads = 0;

  constructor(...registrations: Registration[]) {
    this.state = { registrations, requests: [] };
  }

  async read(): Promise<WebhookState> {
    this.reads += 1;
    if (this.failure !== undefined) throw this.failure;
    return this.state;
  }

  async update(change: (before: WebhookState) => WebhookState): Promise<WebhookState> {
    if (this.failure !== undefined) throw this.failure;
    const after = change(this.state);
    if (after === this.state) return after;
    this.state = after;
    this.#news.ring();
    return after;
  }

  onNews(listener: () => void): () => void {
    return this.#news.listen(listener);
  }
}

interface Standing {
  readonly id: string;
  readonly resource: string;
  readonly clientState: string;
  readonly notificationUrl: string;
  expirationDateTime: string;
}

/** The part of Microsoft Graph that registrations stand at. */
export class FakeGraph {
  readonly standing = new Map<string, Standing>();
  readonly upstream = new FakeUpstream('GRAPH_DIRECTORY', (call) => this.#answer(call));
  /** Longest life that is granted. */
  grantedMs = Number.POSITIVE_INFINITY;
  /** Throws to refuse a call. */
  refuse: (call: SeenCall) => void = () => undefined;
  #count = 0;

  constructor(private readonly now: () => number) {}

  /** What was called, short: `POST`, `PATCH r1`. */
  takeCalls(): string[] {
    return this.upstream.calls.splice(0).map(({ method, path }) => [method, ...path.split('/').slice(3)].join(' '));
  }

  add(fields: Partial<Standing> = {}): Standing {
    this.#count += 1;
    const id = `r${this.#count}`;
    const expirationDateTime = new Date(this.now() + 3_600_000).toISOString();
    const standing = { id, resource: '/users', clientState: 'x', notificationUrl, expirationDateTime, ...fields };
    this.standing.set(id, standing);
    return standing;
  }

  #answer(call: SeenCall): unknown {
    this.refuse(call);
    const id = call.path.split('/')[3];
    if (call.method === 'POST') return this.add({ ...call.body, ...this.#granted(call) });
    if (id === undefined) return { value: [...this.standing.values()].map((item) => ({ ...item, clientState: null })) };
    const found = this.standing.get(id);
    if (found === undefined) return undefined;
    if (call.method === 'DELETE') this.standing.delete(id);
    else Object.assign(found, this.#granted(call));
    return found;
  }

  #granted({ body }: SeenCall) {
    const asked = Date.parse(body?.expirationDateTime);
    if (Number.isNaN(asked)) return {};
    return { expirationDateTime: new Date(Math.min(asked, this.now() + this.grantedMs)).toISOString() };
  }
}
