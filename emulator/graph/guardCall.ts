import type { FastifyReply, FastifyRequest } from 'fastify';
import { graphAudiences } from '../authority/resources.js';
import type { Area, EmulatorContext, LimitVerdict, TokenProblem } from '../context.js';
import { GraphError } from './GraphError.js';
import { permissionsOfPath } from './permissionsOfPath.js';
import { resourceUnits } from './resourceUnits.js';

/**
 * What Graph does before a workload sees the call: token, budget, permission, in this order.
 * @throws {GraphError} 401, 429 or 403.
 */
export async function guardCall(request: FastifyRequest, reply: FastifyReply, context: EmulatorContext): Promise<void> {
  const verdict = await context.tokens.verify(request.headers.authorization, graphAudiences(context.urls.graph));
  if (!verdict.ok) throw refuseToken(verdict.problem);
  request.call.claims = verdict.claims;
  takeBudget(request, reply, context);
  const needed = permissionsOfPath(request.method, request.originalUrl);
  const held = context.delegations.heldBy(verdict.claims);
  if (needed.length > 0 && !needed.some((permission) => held.includes(permission)))
    throw refusePermission(request.call.area);
}

function refuseToken(problem: TokenProblem): GraphError {
  const messages: Readonly<Record<TokenProblem, string>> = {
    empty: 'Access token is empty.',
    malformed: 'CompactToken parsing failed with error code: 80049217',
    badSignature: 'Access token validation failure. Invalid signature.',
    expired: 'Lifetime validation failed, the token is expired.',
    wrongAudience: 'Access token validation failure. Invalid audience.',
    wrongTenant: 'Access token validation failure. Invalid tenant.',
  };
  return new GraphError(401, 'InvalidAuthenticationToken', messages[problem]);
}

function refusePermission(area: Area): GraphError {
  return area === 'directory'
    ? new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
    : new GraphError(403, 'Forbidden', '');
}

function takeBudget(request: FastifyRequest, reply: FastifyReply, context: EmulatorContext): void {
  const { call } = request;
  const key = `${call.claims?.appId}/${call.claims?.tid}`;
  const tenantKey = call.claims?.tid ?? '';
  switch (call.area) {
    case 'alerts':
      requireBudget(context.limits.security.take(key), context);
      return;
    case 'incidents': {
      const limit = context.switches.incidentsShareAlertsBudget ? context.limits.security : context.limits.incidents;
      requireBudget(limit.take(key), context);
      return;
    }
    case 'scores':
      requireBudget(context.limits.security.take(key), context);
      enterScores(request, key, context);
      return;
    case 'identity':
      if (!context.limits.identity.take(tenantKey).allowed)
        throw new GraphError(429, 'TooManyRequests', 'Too many requests.');
      return;
    case 'directory':
      takeResourceUnits(request, reply, key, context);
      return;
    case 'subscriptions':
      if (request.method !== 'GET') requireBudget(context.limits.subscriptions.take(key), context);
      return;
    default:
  }
}

function requireBudget(verdict: LimitVerdict, context: EmulatorContext): void {
  if (!verdict.allowed) throw tooMany(context, verdict.retryAfterSeconds);
}

function enterScores(request: FastifyRequest, key: string, context: EmulatorContext): void {
  request.call.leave = context.limits.enterScores(key);
  if (request.call.leave === undefined) throw tooMany(context, 1);
}

function takeResourceUnits(request: FastifyRequest, reply: FastifyReply, key: string, context: EmulatorContext): void {
  const units = resourceUnits(request.originalUrl);
  request.call.units = units;
  reply.header('x-ms-resource-unit', String(units));
  const verdict = context.limits.directory.take(key, units);
  if (verdict.usedFraction > 0.8) {
    reply.header('x-ms-throttle-limit-percentage', Math.min(1.8, verdict.usedFraction).toFixed(1));
  }
  if (verdict.allowed) return;
  throw tooMany(context, verdict.retryAfterSeconds, {
    'x-ms-throttle-scope': `Tenant_Application/Read/${key}`,
    'x-ms-throttle-information': verdict.limit,
  });
}

function tooMany(
  context: EmulatorContext,
  seconds: number,
  headers: Readonly<Record<string, string>> = {},
): GraphError {
  const retryAfter = formatRetryAfter(seconds, context);
  const all = retryAfter === undefined ? headers : { ...headers, 'retry-after': retryAfter };
  return new GraphError(429, 'TooManyRequests', 'Please retry again later.', all);
}

function formatRetryAfter(seconds: number, { switches, clock }: EmulatorContext): string | undefined {
  switch (switches.retryAfterForm) {
    case 'seconds':
      return String(Math.max(1, Math.ceil(seconds)));
    case 'decimal':
      return Math.max(0.001, seconds).toFixed(3);
    case 'date':
      return new Date(clock.now() + Math.ceil(seconds) * 1000).toUTCString();
    case 'none':
      return undefined;
  }
}
