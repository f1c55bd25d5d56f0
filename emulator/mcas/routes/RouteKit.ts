import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../../context.js';
import type { Row } from '../../tenant/Tenant.js';
import { admit, type Caller, type Duty } from '../access.js';
import { readInput } from '../readInput.js';

/** What a handler gets to see. */
export interface Call {
  readonly context: EmulatorContext;
  readonly caller: Caller;
  /** Query string, JSON and form members together. */
  readonly input: Row;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** A part of the path, decoded. */
  readonly param: (name: string) => string;
}

export type Handler = (call: Call) => unknown;
type Method = 'GET' | 'POST' | 'DELETE';

/** Registers routes whose callers are admitted first. */
export interface RouteKit {
  on(methods: readonly Method[], url: string, duty: Duty, handler: Handler): void;
}

export function buildRouteKit(app: FastifyInstance, context: EmulatorContext): RouteKit {
  return {
    on(methods, url, duty, handler) {
      app.route({
        method: [...methods],
        url,
        handler: async (request, reply) => {
          const caller = await admit(request, reply, duty, context);
          const input = await readInput(request);
          const param = (name: string) => (request.params as Record<string, string>)[name] ?? '';
          return handler({ context, caller, input, request, reply, param });
        },
      });
    },
  };
}
