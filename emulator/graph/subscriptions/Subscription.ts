import type { ChangedCollection } from '../../context.js';
import type { Row } from '../../tenant/Tenant.js';

/** A registered wish for change notifications. */
export interface Subscription {
  readonly id: string;
  readonly applicationId: string;
  /** Permissions of its owner do not matter later; its tenant does. */
  readonly tenantId: string;
  readonly creatorId: string;
  readonly resource: string;
  /** Lower case, in the order given. */
  readonly changeTypes: readonly string[];
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  readonly latestSupportedTlsVersion: string;
  readonly expirationDateTime: string;
  readonly target: SubscriptionTarget;
}

/** What a subscription is about, read from its `resource`. */
export interface SubscriptionTarget {
  readonly collection: ChangedCollection;
  /** Longest life in minutes. */
  readonly maxMinutes: number;
  /** Whether a row, before or after its change, is meant. */
  readonly matches: (row: Row) => boolean;
}

/** The subscription as the service shows it. @param withState lists leave `clientState` out. */
export function presentSubscription(subscription: Subscription, withState: boolean): Row {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.applicationId,
    changeType: subscription.changeType,
    clientState: withState ? subscription.clientState : null,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    expirationDateTime: subscription.expirationDateTime,
    creatorId: subscription.creatorId,
    includeResourceData: null,
    latestSupportedTlsVersion: subscription.latestSupportedTlsVersion,
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  };
}
