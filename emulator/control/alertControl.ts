import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { EmulatorContext } from '../context.js';
import { instantKey } from '../odata/instant.js';
import { changeAlert, createAlert, type Mutation, removeAlert } from '../tenant/mutations.js';
import type { Row } from '../tenant/Tenant.js';
import { ControlError, readControlBody } from './readControlBody.js';

const instant = z.string().refine((text) => instantKey(text) !== undefined, 'must be an RFC 3339 date');

/** Either one alert's own members, or a number of alerts at one time. */
const createSchema = z.looseObject({
  count: z.number().int().min(1).max(100_000).optional(),
  /** When they are created and last updated; now, when absent. */
  at: instant.optional(),
  id: z.string().min(1).optional(),
  createdDateTime: instant.optional(),
  lastUpdateDateTime: instant.optional(),
  evidence: z.array(z.looseObject({})).optional(),
});

const changeSchema = z.looseObject({
  /** False leaves the last update as it was, as a comment sometimes does. */
  touch: z.boolean().optional(),
  lastUpdateDateTime: instant.optional(),
});

const userSchema = z.looseObject({ id: z.never().optional() });

/** Alerts and users as other consoles, and retention, change them. */
export function alertControl(context: EmulatorContext): FastifyPluginAsync {
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;
  return async (app) => {
    app.post('/_control/alerts', (request, reply) => {
      const { count, at, ...fields } = readControlBody(createSchema, request.body);
      if (count !== undefined && count > 1 && fields.id !== undefined)
        throw new ControlError(400, 'id: only one alert can have it');
      const time = instantKey(at) ?? context.clock.timestamp();
      const rows = Array.from({ length: count ?? 1 }, () =>
        publish(createAlert(context.tenant, dropUndefined(fields), time), context),
      );
      return reply.status(201).send(count === undefined ? rows[0] : { value: rows });
    });
    app.patch('/_control/alerts/:id', (request) => {
      const { touch, ...fields } = readControlBody(changeSchema, request.body);
      const previous = context.tenant.alerts.get(idOf(request))?.lastUpdateDateTime;
      const kept = touch === false ? { lastUpdateDateTime: previous } : {};
      return publish(
        changeAlert(context.tenant, idOf(request), { ...dropUndefined(fields), ...kept }, context.clock.timestamp()),
        context,
      );
    });
    app.delete('/_control/alerts/:id', (request, reply) => {
      publish(removeAlert(context.tenant, idOf(request)), context);
      return reply.status(204).send();
    });
    app.patch('/_control/users/:id', (request) => {
      const before = context.tenant.users.get(idOf(request));
      if (before === undefined) throw new ControlError(404, `No user ${idOf(request)}`);
      const after = { ...before, ...readControlBody(userSchema, request.body) };
      context.tenant.users.set(idOf(request), after);
      context.changes.publish({ collection: 'users', id: idOf(request), changeType: 'updated', before });
      return after;
    });
  };
}

/** @throws {ControlError} 404 when the row was not there. */
function publish(mutation: Mutation | undefined, context: EmulatorContext): Row {
  if (mutation === undefined) throw new ControlError(404, 'No such alert');
  for (const change of mutation.changes) context.changes.publish(change);
  return mutation.row;
}

function dropUndefined(fields: Row): Row {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
