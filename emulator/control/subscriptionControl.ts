import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { Subscriptions } from '../graph/subscriptions/createSubscriptions.js';
import { ControlError, readControlBody } from './readControlBody.js';

const lifecycleSchema = z.strictObject({ event: z.enum(['reauthorizationRequired', 'subscriptionRemoved', 'missed']) });

/** Sends lifecycle events on demand, and waits for what is on its way. */
export function subscriptionControl(subscriptions: Subscriptions): FastifyPluginAsync {
  return async (app) => {
    app.post('/_control/subscriptions/:id/lifecycle', (request, reply) => {
      const { event } = readControlBody(lifecycleSchema, request.body);
      const { id } = request.params as { id: string };
      if (!subscriptions.sendLifecycle(id, event))
        throw new ControlError(404, `No subscription ${id} with a lifecycle URL`);
      return reply.status(202).send();
    });
    app.post('/_control/subscriptions/settle', async (_request, reply) => {
      await subscriptions.settled();
      return reply.status(204).send();
    });
  };
}
