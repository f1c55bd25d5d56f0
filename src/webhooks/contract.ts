import { z } from 'zod';

/** What Microsoft Graph can tell us of. */
export type NotifiedKind = 'alert' | 'user';

/** A registration that we want to stand. */
export interface WantedRegistration {
  readonly kind: NotifiedKind;
  /** Path without host and version, with its filter. Tells registrations of one kind apart. */
  readonly resource: string;
  /** Comma-separated: `created`, `updated`, `deleted`. */
  readonly changeType: string;
  /** Application permission that the registration needs. */
  readonly permission: string;
}

/** All that Microsoft Graph says of a registration beside the notifications. */
export const lifecycleEvents = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'] as const;
export type LifecycleEvent = (typeof lifecycleEvents)[number];

const registration = z.object({
  /** Given by Microsoft Graph. */
  id: z.string(),
  kind: z.enum(['alert', 'user']),
  resource: z.string(),
  /** Random secret that comes back with every notification. */
  clientState: z.string(),
  /** Our clock, in milliseconds. */
  renewAt: z.number(),
  /** The upstream's clock, in milliseconds. */
  expiresAt: z.number(),
});

const lifecycleRequest = z.object({ registrationId: z.string(), event: z.enum(lifecycleEvents) });

export const webhookState = z.object({ registrations: z.array(registration), requests: z.array(lifecycleRequest) });

/** A registration that stands at Microsoft Graph. */
export type Registration = Readonly<z.infer<typeof registration>>;

/** A lifecycle event that some instance received and the leader has yet to act on. */
export type LifecycleRequest = Readonly<z.infer<typeof lifecycleRequest>>;

/** What all instances know of our registrations. */
export interface WebhookState {
  readonly registrations: readonly Registration[];
  /** At most one of each event and registration. */
  readonly requests: readonly LifecycleRequest[];
}

export const noWebhooks: WebhookState = { registrations: [], requests: [] };

/** Durable and the same for all instances: whichever receives a notification has to know its secret. */
export interface RegistrationStore {
  /** @throws when the state cannot be read. */
  read(): Promise<WebhookState>;
  /** Changes the state in one step. The change may run several times. @throws when it cannot be written. */
  update(change: (before: WebhookState) => WebhookState): Promise<WebhookState>;
  /** Calls back after the state changed, on whatever instance; may also call without cause. Returns the way out. */
  onNews(listener: () => void): () => void;
}

/** Something changed upstream: a reason to read, never an event. */
export interface Hint {
  readonly kind: NotifiedKind;
  readonly id: string;
}
