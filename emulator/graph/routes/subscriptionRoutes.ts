import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { instantKey } from '../../odata/instant.js';
import type { Row } from '../../tenant/Tenant.js';
import type { GraphContext } from '../GraphContext.js';
import { badRequest, GraphError, notFound } from '../GraphError.js';
import { readJsonObject } from '../patches/readPatch.js';
import type { Subscriptions } from '../subscriptions/createSubscriptions.js';
import { buildToken, requireReceiverUrl, validateReceiver } from '../subscriptions/handshake.js';
import { readTarget } from '../subscriptions/readTarget.js';
import { presentSubscription, type Subscription } from '../subscriptions/Subscription.js';

const minMinutes = 45;
const writePermission = 'SecurityEvents.ReadWrite.All';

/** `subscriptions`. @see https://learn.microsoft.com/graph/api/resources/subscription */
export function subscriptionRoutes(graph: GraphContext, subscriptions: Subscriptions): FastifyPluginAsync {
  const contextUrl = () => `${graph.urls.graph}/v1.0/$metadata#subscriptions`;
  const own = (request: FastifyRequest) => requireOwn(request, subscriptions);
  return async (app) => {
    app.get('/subscriptions', (request) => ({
      '@odata.context': contextUrl(),
      value: subscriptions
        .list()
        .filter((item) => isVisible(item, request))
        .map((item) => presentSubscription(item, false)),
    }));
    app.get('/subscriptions/:id', (request) => present(own(request)));
    app.post('/subscriptions', async (request, reply) => {
      const subscription = readSubscription(readJsonObject(request.body), request, graph);
      refuseDuplicate(subscription, subscriptions, graph);
      const token = subscriptions.scriptedToken() ?? buildToken(request.call.requestId);
      await validateReceiver(subscription.notificationUrl, token);
      const { lifecycleNotificationUrl } = subscription;
      if (lifecycleNotificationUrl !== null) await validateReceiver(lifecycleNotificationUrl, token);
      subscriptions.add(subscription);
      return reply.status(201).send(present(subscription));
    });
    app.patch('/subscriptions/:id', (request) => {
      const current = own(request);
      const { expirationDateTime, ...rest } = readJsonObject(request.body);
      const unknown = Object.keys(rest).find((name) => !name.startsWith('@odata.'));
      if (unknown !== undefined) throw badRequest(`The property '${unknown}' cannot be updated.`, 'InvalidRequest');
      const changed = {
        ...current,
        expirationDateTime: readExpiry(expirationDateTime, current.target.maxMinutes, graph),
      };
      subscriptions.replace(changed);
      return present(changed);
    });
    app.post('/subscriptions/:id/reauthorize', (request, reply) => {
      own(request);
      return reply.status(204).send();
    });
    app.delete('/subscriptions/:id', (request, reply) => {
      subscriptions.remove(own(request).id);
      return reply.status(204).send();
    });
  };

  function present(subscription: Subscription): Row {
    return { '@odata.context': `${contextUrl()}/$entity`, ...presentSubscription(subscription, true) };
  }
}

/** @throws {GraphError} 404 for a subscription of another application, too. */
function requireOwn(request: FastifyRequest, subscriptions: Subscriptions): Subscription {
  const { id } = request.params as { id: string };
  const found = subscriptions.get(id);
  if (found !== undefined && isVisible(found, request)) return found;
  throw notFound('The object was not found.');
}

function isVisible({ applicationId }: Subscription, request: FastifyRequest): boolean {
  const { claims } = request.call;
  return claims?.appId === applicationId || claims?.roles.includes('Subscription.Read.All') === true;
}

function readSubscription(body: Row, request: FastifyRequest, graph: GraphContext): Subscription {
  const { claims } = request.call;
  const resource = requireText(body.resource, 'resource');
  const changeType = requireText(body.changeType, 'changeType');
  const changeTypes = changeType.split(',').map((type) => type.trim().toLowerCase());
  if (!changeTypes.every((type) => ['created', 'updated', 'deleted'].includes(type))) {
    throw badRequest('Invalid changeType property.', 'InvalidRequest');
  }
  const notificationUrl = requireReceiverUrl(body.notificationUrl, 'notificationUrl');
  const target = readTarget(resource, graph.resources);
  if (target.collection === 'legacyAlerts') requirePermission(request);
  const { clientState = null, lifecycleNotificationUrl } = body;
  if (clientState !== null && (typeof clientState !== 'string' || clientState.length > 128)) {
    throw badRequest("The property 'clientState' must be a string of at most 128 characters.", 'InvalidRequest');
  }
  return {
    id: randomUUID(),
    applicationId: claims?.appId ?? '',
    tenantId: claims?.tid ?? '',
    creatorId: claims?.oid ?? '',
    resource,
    changeType,
    changeTypes,
    notificationUrl,
    lifecycleNotificationUrl: readLifecycleUrl(lifecycleNotificationUrl),
    clientState,
    latestSupportedTlsVersion:
      typeof body.latestSupportedTlsVersion === 'string' ? body.latestSupportedTlsVersion : 'v1_2',
    expirationDateTime: readExpiry(body.expirationDateTime, target.maxMinutes, graph),
    target,
  };
}

function readLifecycleUrl(value: unknown): string | null {
  return value === undefined || value === null ? null : requireReceiverUrl(value, 'lifecycleNotificationUrl');
}

/** Too short a life is raised to 45 minutes. @throws {GraphError} 400 for one that is past or too long. */
function readExpiry(value: unknown, maxMinutes: number, { clock }: GraphContext): string {
  const text = instantKey(value);
  if (text === undefined) throw badRequest("The property 'expirationDateTime' must be a date.", 'InvalidRequest');
  const lifeMs = Date.parse(text) - clock.now();
  if (lifeMs <= 0) throw badRequest('Subscription expiration must be in the future.', 'InvalidRequest');
  if (lifeMs > maxMinutes * 60_000) {
    throw badRequest(`Subscription expiration can only be ${maxMinutes} minutes in the future.`, 'ExtensionError');
  }
  return lifeMs < minMinutes * 60_000 ? new Date(clock.now() + minMinutes * 60_000).toISOString() : text;
}

function refuseDuplicate(wanted: Subscription, subscriptions: Subscriptions, graph: GraphContext): void {
  if (graph.switches.duplicateSubscription === 'accept') return;
  const isSame = (item: Subscription) =>
    item.applicationId === wanted.applicationId &&
    item.resource === wanted.resource &&
    item.changeType === wanted.changeType;
  if (subscriptions.list().some(isSame)) {
    throw new GraphError(409, 'Conflict', 'A subscription with the same resource and change types already exists.');
  }
}

function requirePermission(request: FastifyRequest): void {
  const { roles = [], scopes = [] } = request.call.claims ?? {};
  if (![...roles, ...scopes].includes(writePermission)) throw new GraphError(403, 'Forbidden', '');
}

function requireText(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw badRequest(`The property '${name}' is required.`, 'InvalidRequest');
}
