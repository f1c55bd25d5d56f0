import { hash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Hint, type LifecycleRequest, lifecycleEvents, type Registration } from './contract.js';

/** Why an item of a body is not believed. */
export type Refusal = 'malformed' | 'unknownRegistration' | 'wrongClientState' | 'wrongTenant';

/** A notification that is believed. */
export interface AcceptedHint extends Hint {
  /** The notification's own id, the same when it is delivered again; null when there is none. */
  readonly notificationId: string | null;
}

export interface Judgement {
  readonly hints: readonly AcceptedHint[];
  readonly lifecycle: readonly LifecycleRequest[];
  /** One for each item that is not believed. */
  readonly refused: readonly Refusal[];
}

export interface Judges {
  readonly registrations: ReadonlyMap<string, Registration>;
  /** Tenant id that items have to carry; null where only the tenant's domain is known. */
  readonly tenantId: string | null;
}

/** A body of the size that is accepted has room for about half as many real notifications. */
const mostItems = 1_000;
/** The longest texts that are compared or kept; ids of alerts are at most half as long. */
const maxIdCharacters = 512;

const shortText = z.string().min(1).max(maxIdCharacters);
const notificationSchema = z.looseObject({ resourceData: z.looseObject({ id: shortText }) });
const lifecycleSchema = z.looseObject({ lifecycleEvent: z.enum(lifecycleEvents) });

/**
 * The items of a body.
 * @returns undefined when the body is not a collection, or holds more than Microsoft Graph can have sent.
 */
export function parseItems(text: string): readonly unknown[] | undefined {
  const body = parseJson(text);
  const value = typeof body === 'object' && body !== null && 'value' in body ? body.value : undefined;
  return Array.isArray(value) && value.length <= mostItems ? value : undefined;
}

/**
 * Decides what of a body is believed: only items with the secret of the very registration that they name, of our tenant.
 * What an item is about is taken from our registration, never from the item. Pure.
 */
export function judgeItems(items: readonly unknown[], judges: Judges): Judgement {
  const hints: AcceptedHint[] = [];
  const lifecycle: LifecycleRequest[] = [];
  const refused: Refusal[] = [];
  for (const item of items) {
    const verdict = judge(item, judges);
    if (typeof verdict === 'string') refused.push(verdict);
    else if ('event' in verdict) lifecycle.push(verdict);
    else hints.push(verdict);
  }
  return { hints, lifecycle, refused };
}

/** Anybody may send thousands of items, so what is read before one is believed is read by hand. */
function judge(item: unknown, { registrations, tenantId }: Judges): AcceptedHint | LifecycleRequest | Refusal {
  if (typeof item !== 'object' || item === null) return 'malformed';
  const fields = item as Readonly<Record<string, unknown>>;
  const subscriptionId = shortTextOf(fields['subscriptionId']);
  if (subscriptionId === null) return 'malformed';
  const registration = registrations.get(subscriptionId);
  if (registration === undefined) return 'unknownRegistration';
  if (!isSameSecret(shortTextOf(fields['clientState']) ?? '', registration.clientState)) return 'wrongClientState';
  if (tenantId !== null && shortTextOf(fields['tenantId'])?.toLowerCase() !== tenantId.toLowerCase())
    return 'wrongTenant';
  if ('lifecycleEvent' in fields) return toRequest(item, registration);
  return toHint(item, registration, shortTextOf(fields['id']));
}

/** Null for anything but a text that is neither empty nor too long. */
function shortTextOf(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= maxIdCharacters ? value : null;
}

function toRequest(item: unknown, { id }: Registration): LifecycleRequest | Refusal {
  const parsed = lifecycleSchema.safeParse(item);
  return parsed.success ? { registrationId: id, event: parsed.data.lifecycleEvent } : 'malformed';
}

function toHint(item: unknown, { kind }: Registration, notificationId: string | null): AcceptedHint | Refusal {
  const parsed = notificationSchema.safeParse(item);
  if (!parsed.success) return 'malformed';
  return { kind, id: parsed.data.resourceData.id, notificationId };
}

/** Takes the same time wherever the texts differ, and whatever their lengths are. */
function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
