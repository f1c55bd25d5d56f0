import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../context.js';
import { ControlError, readControlBody } from './readControlBody.js';

const delegationSchema = z.strictObject({
  /** Object id or user principal name of a user of the tenant. */
  user: z.string().min(1),
  permissions: z.array(z.string().min(1)).optional(),
  serviceSources: z.array(z.string().min(1)).optional(),
});

/** Says what a person may do and see through an application that acts for them. */
export function delegationControl(context: EmulatorContext): FastifyPluginAsync {
  return async (app) => {
    app.post('/_control/delegations', (request, reply) => {
      const { user, permissions, serviceSources } = readControlBody(delegationSchema, request.body);
      context.delegations.set(idOf(user, context), {
        ...(permissions === undefined ? {} : { permissions }),
        ...(serviceSources === undefined ? {} : { serviceSources }),
      });
      return reply.status(204).send();
    });
    app.delete('/_control/delegations', (_request, reply) => {
      context.delegations.clear();
      return reply.status(204).send();
    });
  };
}

/** @throws {ControlError} 404 for somebody whom the directory does not know. */
function idOf(user: string, { tenant }: EmulatorContext): string {
  const wanted = user.toLowerCase();
  const row = [...tenant.users.values()].find(({ id, userPrincipalName }) =>
    [id, userPrincipalName].some((name) => String(name).toLowerCase() === wanted),
  );
  if (row === undefined) throw new ControlError(404, `No user ${user}`);
  return String(row.id);
}
