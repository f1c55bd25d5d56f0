import type { FastifyPluginAsync } from 'fastify';
import type { TokenService } from '../authority/tokenService.js';
import type { EmulatorContext } from '../context.js';
import type { Faults } from '../faults/createFaults.js';
import { faultSchema } from '../faults/faultSchema.js';
import type { Subscriptions } from '../graph/subscriptions/createSubscriptions.js';
import { presentSubscription } from '../graph/subscriptions/Subscription.js';
import { alertControl } from './alertControl.js';
import { clockControl } from './clockControl.js';
import { delegationControl } from './delegationControl.js';
import { identityControl } from './identityControl.js';
import { readControlBody } from './readControlBody.js';
import { subscriptionControl } from './subscriptionControl.js';
import { tokenControl } from './tokenControl.js';

export interface ControlOptions {
  readonly context: EmulatorContext;
  readonly faults: Faults;
  readonly subscriptions: Subscriptions;
  readonly tokens: TokenService;
  readonly gatewayAudience: string;
  /** Puts the emulator back to how it started. */
  readonly reset: () => void;
}

/** Steers the emulator from outside: data, faults, time, tokens and the ledger. */
export function controlRoutes(options: ControlOptions): FastifyPluginAsync {
  const { context, faults, subscriptions } = options;
  return async (app) => {
    app.post('/_control/reset', (_request, reply) => {
      options.reset();
      return reply.status(204).send();
    });
    app.post('/_control/faults', (request, reply) => {
      faults.add(readControlBody(faultSchema, request.body));
      return reply.status(201).send({ pending: faults.pending() });
    });
    app.get('/_control/faults', () => faults.pending());
    app.delete('/_control/faults', (_request, reply) => {
      faults.clear();
      return reply.status(204).send();
    });
    app.get('/_control/requests', () => context.ledger.entries());
    app.delete('/_control/requests', (_request, reply) => {
      context.ledger.clear();
      return reply.status(204).send();
    });
    app.get('/_control/subscriptions', () => subscriptions.list().map((item) => presentSubscription(item, true)));
    await app.register(alertControl(context));
    await app.register(clockControl(context.clock));
    await app.register(delegationControl(context));
    await app.register(identityControl(context));
    await app.register(subscriptionControl(subscriptions));
    await app.register(tokenControl(options));
  };
}
