import { z } from 'zod';
import type { Page, UpstreamCall } from '../upstream/contract.js';
import { parsePage } from '../upstream/odata.js';
import type { WantedRegistration } from './contract.js';

/**
 * Every call about registrations, as data. They have limits of their own, thousands in 20 seconds.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/subscription
 */

/** A registration as Microsoft Graph shows it. Lists leave the secret out. */
export interface ShownRegistration {
  readonly id: string;
  readonly notificationUrl: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const path = '/v1.0/subscriptions';

const wire = z.looseObject({
  id: z.string().min(1),
  notificationUrl: z.string().nullish(),
  expirationDateTime: z.string().transform((text, context) => {
    const time = Date.parse(text);
    if (Number.isNaN(time)) context.addIssue('not a date');
    return time;
  }),
});

export interface CreateOptions {
  readonly wanted: WantedRegistration;
  /** Takes notifications and lifecycle events alike. */
  readonly notificationUrl: string;
  readonly clientState: string;
  readonly expiresAt: number;
}

/** Microsoft Graph asks the address for an echo before it answers. */
export function createCall(options: CreateOptions): UpstreamCall<ShownRegistration> {
  const { wanted, notificationUrl, clientState, expiresAt } = options;
  return {
    operation: 'registrations.create',
    method: 'POST',
    path,
    body: {
      changeType: wanted.changeType,
      resource: wanted.resource,
      notificationUrl,
      lifecycleNotificationUrl: notificationUrl,
      clientState,
      expirationDateTime: new Date(expiresAt).toISOString(),
      latestSupportedTlsVersion: 'v1_2',
    },
    permission: wanted.permission,
    parse: toShown,
  };
}

/** Sets another end, which also answers a request for reauthorization. */
export function renewCall(id: string, expiresAt: number, permission: string): UpstreamCall<ShownRegistration> {
  return {
    operation: 'registrations.renew',
    method: 'PATCH',
    path: `${path}/${encodeURIComponent(id)}`,
    body: { expirationDateTime: new Date(expiresAt).toISOString() },
    safeToRepeat: true,
    permission,
    parse: toShown,
  };
}

/** All registrations of our application. */
export const listCall: UpstreamCall<Page<ShownRegistration>> = {
  operation: 'registrations.list',
  method: 'GET',
  path,
  permission: 'Subscription.Read.All',
  parse: (body) => parsePage(body, toShown),
};

export function deleteCall(id: string): UpstreamCall<void> {
  return {
    operation: 'registrations.delete',
    method: 'DELETE',
    path: `${path}/${encodeURIComponent(id)}`,
    safeToRepeat: true,
    permission: 'Subscription.Read.All',
    parse: () => undefined,
  };
}

function toShown(body: unknown): ShownRegistration {
  const { id, notificationUrl, expirationDateTime } = wire.parse(body);
  return { id, notificationUrl: notificationUrl ?? '', expiresAt: expirationDateTime };
}
