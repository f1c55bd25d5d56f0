import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ChangedCollection, EmulatorContext } from '../context.js';
import { instantKey } from '../odata/instant.js';
import { createRandom } from '../random.js';
import { inventAlert } from '../tenant/inventAlert.js';
import { createDetectionBuilder } from '../tenant/riskRows.js';
import type { Row } from '../tenant/Tenant.js';
import { ControlError, readControlBody } from './readControlBody.js';

const instant = z.string().refine((text) => instantKey(text) !== undefined, 'must be an RFC 3339 date');

const detectionSchema = z.looseObject({
  count: z.number().int().min(1).max(100_000).optional(),
  id: z.string().min(1).optional(),
  detectedDateTime: instant.optional(),
  lastUpdatedDateTime: instant.optional(),
});

const changeSchema = z.looseObject({ id: z.never().optional(), lastUpdatedDateTime: instant.optional() });

const riskyUserSchema = z.looseObject({ id: z.never().optional(), riskLastUpdatedDateTime: instant.nullish() });

const scoreSchema = z.looseObject({
  id: z.never().optional(),
  /** Today, when absent. */
  day: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
  currentScore: z.number().optional(),
});

/** What Identity Protection finds and forgets, and the secure score of a day, without what else would follow from it. */
export function identityControl(context: EmulatorContext): FastifyPluginAsync {
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;
  const write = (collection: 'riskDetections' | 'riskyUsers', row: Row): Row => {
    const id = String(row.id);
    const rows = context.tenant[collection];
    const before = rows.get(id);
    rows.set(id, row);
    const changeType = before === undefined ? 'created' : 'updated';
    context.changes.publish({ collection, id, changeType, ...(before === undefined ? {} : { before }) });
    return row;
  };
  return async (app) => {
    app.post('/_control/riskDetections', (request, reply) => {
      const { count, ...fields } = readControlBody(detectionSchema, request.body);
      if ((count ?? 1) > 1 && fields.id !== undefined)
        throw new ControlError(400, 'id: only one detection can have it');
      const rows = Array.from({ length: count ?? 1 }, () => write('riskDetections', inventDetection(context, fields)));
      return reply.status(201).send(count === undefined ? rows[0] : { value: rows });
    });
    app.patch('/_control/riskDetections/:id', (request) => {
      const before = context.tenant.riskDetections.get(idOf(request));
      if (before === undefined) throw new ControlError(404, 'No such detection');
      const fields = readControlBody(changeSchema, request.body);
      return write('riskDetections', { ...before, lastUpdatedDateTime: context.clock.timestamp(), ...fields });
    });
    app.post('/_control/riskyUsers/:id', (request) => {
      const id = idOf(request);
      const before = context.tenant.riskyUsers.get(id) ?? newRiskyUser(context, id);
      const fields = readControlBody(riskyUserSchema, request.body);
      return write('riskyUsers', { ...before, riskLastUpdatedDateTime: context.clock.timestamp(), ...fields });
    });
    for (const collection of ['riskDetections', 'riskyUsers'] as const) {
      app.delete(`/_control/${collection}/:id`, (request, reply) => {
        remove(context, collection, idOf(request));
        return reply.status(204).send();
      });
    }
    app.post('/_control/secureScores', (request, reply) => {
      const { day = context.clock.timestamp().slice(0, 10), ...fields } = readControlBody(scoreSchema, request.body);
      const { tenant } = context;
      const id = `${tenant.tenantId}_${day}`;
      const before = tenant.secureScores.get(id) ?? [...tenant.secureScores.values()][0] ?? {};
      const row = { ...before, ...fields, id, createdDateTime: `${day}T00:00:00Z` };
      tenant.secureScores.set(id, row);
      return reply.status(201).send(row);
    });
  };
}

/** A detection about a user of the tenant; about nobody whom the directory knows when it has no users. */
function inventDetection({ tenant, clock }: EmulatorContext, fields: Row): Row {
  tenant.serial += 1;
  const at = clock.timestamp();
  const random = createRandom(`${tenant.tenantId}/${tenant.serial}/detection`);
  const invented = inventAlert(tenant, at);
  const row = invented === undefined ? {} : createDetectionBuilder(random)(invented.planned, 'unfamiliarFeatures');
  const detectedDateTime = fields.detectedDateTime ?? at;
  return { id: random.hex(64), ...row, detectedDateTime, lastUpdatedDateTime: detectedDateTime, ...fields };
}

function newRiskyUser({ tenant }: EmulatorContext, id: string): Row {
  const user = tenant.users.get(id);
  return {
    id,
    isDeleted: false,
    isProcessing: false,
    riskLevel: 'medium',
    riskState: 'atRisk',
    riskDetail: 'none',
    userDisplayName: user?.displayName ?? null,
    userPrincipalName: user?.userPrincipalName ?? null,
  };
}

/** @throws {ControlError} 404 when the row was not there. */
function remove(
  context: EmulatorContext,
  collection: Extract<ChangedCollection, 'riskDetections' | 'riskyUsers'>,
  id: string,
): void {
  const rows = context.tenant[collection];
  if (!rows.delete(id)) throw new ControlError(404, `No such row of ${collection}`);
  context.changes.publish({ collection, id, changeType: 'deleted' });
}
