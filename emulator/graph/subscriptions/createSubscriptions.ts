import { randomUUID } from 'node:crypto';
import type { EmulatorContext, TenantChange } from '../../context.js';
import type { Faults } from '../../faults/createFaults.js';
import type { Row } from '../../tenant/Tenant.js';
import { createDelivery } from './delivery.js';
import type { Subscription } from './Subscription.js';

export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

/** The subscriptions that are alive, and what they cause to be sent. */
export interface Subscriptions {
  add(subscription: Subscription): void;
  /** Those that have not expired, oldest first. */
  list(): readonly Subscription[];
  get(id: string): Subscription | undefined;
  replace(subscription: Subscription): void;
  remove(id: string): boolean;
  /** Sends a lifecycle event; false when the subscription is unknown or has no lifecycle URL. */
  sendLifecycle(id: string, event: LifecycleEvent): boolean;
  /** Sends notifications of rows whether or not they changed, in as few bodies as the service would; false when the subscription is unknown. */
  notifyOf(id: string, rowIds: readonly string[], changeType: TenantChange['changeType'], item: Row): boolean;
  /** Asks the receivers of the next subscription for an echo of this text. */
  scriptToken(token: string): void;
  /** The text that was scripted, once. */
  scriptedToken(): string | undefined;
  settled(): Promise<void>;
  clear(): void;
  stop(): void;
}

/** Notifications that a `reorderedNotifications` fault holds back. */
const reorderBy = 2;
/** How long before the end the service asks for a renewal. */
const reauthorizeBeforeMs = 15 * 60_000;
const watchMs = 1000;

export function createSubscriptions(context: EmulatorContext, faults: Faults): Subscriptions {
  const subscriptions = new Map<string, Subscription>();
  const asked = new Set<string>();
  const heldBack: (() => void)[] = [];
  let token: string | undefined;
  let delivery = createDelivery();
  const unlisten = context.changes.listen(notify);
  const watch = setInterval(askForRenewal, watchMs);
  watch.unref();

  function list(): Subscription[] {
    const now = context.clock.now();
    for (const { id, expirationDateTime } of subscriptions.values()) {
      if (Date.parse(expirationDateTime) <= now) subscriptions.delete(id);
    }
    return [...subscriptions.values()];
  }

  function notify(change: TenantChange): void {
    const row = rowOf(change, context);
    if (row === undefined) return;
    for (const subscription of list()) {
      const { collection, matches } = subscription.target;
      if (collection !== change.collection || !subscription.changeTypes.includes(change.changeType) || !matches(row))
        continue;
      release(() => delivery.send(subscription.notificationUrl, buildNotification(subscription, change, context)));
    }
  }

  /** Sends now, unless a scripted fault repeats the notification or lets later ones overtake it. */
  function release(send: () => void): void {
    if (faults.takeEffect('reorderedNotifications', 'subscriptions') !== undefined) {
      heldBack.unshift(send);
      if (heldBack.length >= reorderBy) for (const held of heldBack.splice(0)) held();
      return;
    }
    send();
    if (faults.takeEffect('duplicateNotification', 'subscriptions') !== undefined) send();
    for (const held of heldBack.splice(0)) held();
  }

  function askForRenewal(): void {
    for (const { id, expirationDateTime } of list()) {
      const isNear = Date.parse(expirationDateTime) - context.clock.now() < reauthorizeBeforeMs;
      const key = `${id} ${expirationDateTime}`;
      if (!isNear || asked.has(key)) continue;
      asked.add(key);
      sendLifecycle(id, 'reauthorizationRequired');
    }
  }

  function sendLifecycle(id: string, event: LifecycleEvent): boolean {
    const subscription = subscriptions.get(id);
    if (subscription?.lifecycleNotificationUrl === undefined || subscription.lifecycleNotificationUrl === null)
      return false;
    delivery.send(subscription.lifecycleNotificationUrl, {
      subscriptionId: id,
      subscriptionExpirationDateTime: subscription.expirationDateTime,
      tenantId: subscription.tenantId,
      clientState: subscription.clientState,
      lifecycleEvent: event,
    });
    if (event === 'subscriptionRemoved') subscriptions.delete(id);
    return true;
  }

  function notifyOf(id: string, rowIds: readonly string[], changeType: TenantChange['changeType'], item: Row): boolean {
    const subscription = subscriptions.get(id);
    if (subscription === undefined) return false;
    for (const rowId of rowIds) {
      const change = { collection: subscription.target.collection, id: rowId, changeType };
      delivery.send(subscription.notificationUrl, { ...buildNotification(subscription, change, context), ...item });
    }
    return true;
  }

  return {
    add: (subscription) => subscriptions.set(subscription.id, subscription),
    list,
    get: (id) => list().find((subscription) => subscription.id === id),
    replace: (subscription) => subscriptions.set(subscription.id, subscription),
    remove: (id) => subscriptions.delete(id),
    sendLifecycle,
    notifyOf,
    scriptToken: (text) => {
      token = text;
    },
    scriptedToken: () => {
      const scripted = token;
      token = undefined;
      return scripted;
    },
    settled: () => delivery.settled(),
    clear() {
      subscriptions.clear();
      asked.clear();
      heldBack.length = 0;
      token = undefined;
      delivery.stop();
      delivery = createDelivery();
    },
    stop() {
      clearInterval(watch);
      unlisten();
      delivery.stop();
    },
  };
}

function rowOf({ collection, id, before }: TenantChange, { tenant }: EmulatorContext): Row | undefined {
  const map = collection === 'users' ? tenant.users : collection === 'legacyAlerts' ? tenant.legacyAlerts : undefined;
  return map?.get(id) ?? before;
}

/** @see https://learn.microsoft.com/graph/api/resources/changenotification */
function buildNotification(subscription: Subscription, change: TenantChange, context: EmulatorContext): Row {
  const isUser = change.collection === 'users';
  const path = isUser ? `Users/${change.id}` : `security/alerts/${change.id}`;
  return {
    id: randomUUID(),
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: subscription.expirationDateTime,
    clientState: subscription.clientState,
    changeType: change.changeType,
    resource: path,
    tenantId: context.identity.tenantId,
    resourceData: {
      '@odata.type': isUser ? '#Microsoft.Graph.User' : '#IsgWebApi.SecurityGraphModel.AlertEntity',
      '@odata.id': path,
      id: change.id,
    },
  };
}
