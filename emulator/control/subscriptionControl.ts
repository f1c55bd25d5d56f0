import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { Subscriptions } from '../graph/subscriptions/createSubscriptions.js';
import { ControlError, readControlBody } from './readControlBody.js';

const lifecycleSchema = z.strictObject({ event: z.enum(['reauthorizationRequired', 'subscriptionRemoved', 'missed']) });

const notifySchema = z.strictObject({
  ids: z.array(z.string().min(1)).min(1),
  changeType: z.enum(['created', 'updated', 'deleted']).default('updated'),
  /** Members of every item over what the service would send: another `clientState`, a repeated `id`. */
  item: z.looseObject({}).default({}),
});
const handshakeSchema = z.strictObject({ token: z.string().min(1) });

/** Sends notifications and lifecycle events on demand, scripts the next handshake, and waits for what is on its way. */
export function subscriptionControl(subscriptions: Subscriptions): FastifyPluginAsync {
  return async (app) => {
    app.post('/_control/subscriptions/:id/lifecycle', (request, reply) => {
      const { event } = readControlBody(lifecycleSchema, request.body);
      const { id } = request.params as { id: string };
      if (!subscriptions.sendLifecycle(id, event))
        throw new ControlError(404, `No subscription ${id} with a lifecycle URL`);
      return reply.status(202).send();
    });
    app.post('/_control/subscriptions/:id/notify', (request, reply) => {
      const { ids, changeType, item } = readControlBody(notifySchema, request.body);
      const { id } = request.params as { id: string };
      if (!subscriptions.notifyOf(id, ids, changeType, item)) throw new ControlError(404, `No subscription ${id}`);
      return reply.status(202).send();
    });
    app.post('/_control/subscriptions/handshake', (request, reply) => {
      subscriptions.scriptToken(readControlBody(handshakeSchema, request.body).token);
      return reply.status(204).send();
    });
    app.post('/_control/subscriptions/settle', async (_request, reply) => {
      await subscriptions.settled();
      return reply.status(204).send();
    });
  };
}
