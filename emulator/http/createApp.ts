import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Area, EmulatorContext, LedgerUpstream } from '../context.js';
import { bodyFaults } from '../faults/bodyFaults.js';
import type { Faults } from '../faults/createFaults.js';
import type { FaultInput } from '../faults/faultSchema.js';
import { batchPartHeader, isBatchPart } from './batchPart.js';
import { buildCallState } from './callState.js';

/** How one upstream words the refusals that faults can script. */
export interface Refusals {
  status(request: FastifyRequest, status: number, retryAfterSeconds: number | undefined): unknown;
  expiredToken(request: FastifyRequest): unknown;
  forbidden(request: FastifyRequest): unknown;
}

export interface AppOptions {
  readonly context: EmulatorContext;
  readonly faults: Faults;
  readonly upstream: LedgerUpstream;
  readonly areaOf: (method: string, path: string) => Area;
  readonly refusals: Refusals;
  /** Takes the upstream's budget away, as another application would. */
  readonly eatBudget: (area: Area, units: number | undefined) => void;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly rewriteUrl?: (url: string) => string;
}

/**
 * One upstream's server: scripted faults, the `Date` of the tenant's clock and the ledger are hooks around every route,
 * so that routes know nothing of them.
 */
export function createApp(options: AppOptions): FastifyInstance {
  const { context, faults, upstream } = options;
  const { rewriteUrl } = options;
  // With and without TLS Fastify has two types, which differ in the raw server only; no route touches that.
  const app = Fastify({
    logger: false,
    bodyLimit: 16 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4000, caseSensitive: false, ignoreTrailingSlash: true },
    ...(rewriteUrl === undefined
      ? {}
      : { rewriteUrl: (request: { url?: string | undefined }) => rewriteUrl(request.url ?? '/') }),
    ...(options.tls === undefined ? {} : { https: options.tls }),
  }) as unknown as FastifyInstance;
  acceptEmptyJson(app);
  app.decorateRequest('call', null as never);

  app.addHook('onRequest', async (request, reply) => {
    const path = request.originalUrl;
    const area = options.areaOf(request.method, path);
    const fault = faults.takeForCall({ upstream, area, method: request.method, path });
    request.call = buildCallState(request, area, isBatchPart(request.headers[batchPartHeader]), fault);
    reply.header('date', new Date(context.clock.now() + (fault?.skewSeconds ?? 0) * 1000).toUTCString());
    if (fault !== undefined) await refuse(request, reply, fault, options);
  });
  app.addHook('onSend', async (request, reply, payload) => changeAnswer(request, reply, payload));
  app.addHook('onResponse', async (request, reply) => {
    request.call.leave?.();
    record(request, reply.statusCode, options);
  });
  return app;
}

/** Answers at once, when the fault at hand leaves the service no say. */
async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  fault: FaultInput,
  options: AppOptions,
): Promise<void> {
  switch (fault.kind) {
    case 'status': {
      const status = fault.status ?? 429;
      const seconds = typeof fault.retryAfter === 'number' ? fault.retryAfter : undefined;
      const header = retryAfterHeader(fault, options.context.clock.now());
      if (header !== undefined) reply.header('retry-after', header);
      await reply.status(status).send(options.refusals.status(request, status, seconds));
      return;
    }
    case 'expiredToken':
      await reply.status(401).send(options.refusals.expiredToken(request));
      return;
    case 'forbidden':
      await reply.status(403).send(options.refusals.forbidden(request));
      return;
    case 'otherApplication':
      options.eatBudget(request.call.area, fault.units);
      return;
    case 'reset':
      await resetConnection(request, reply, options);
      return;
    default:
  }
}

/** A part of a batch has no connection of its own to lose; there the service answers that its backend did not. */
async function resetConnection(request: FastifyRequest, reply: FastifyReply, options: AppOptions): Promise<void> {
  if (request.call.batchPart) {
    await reply.status(504).send(options.refusals.status(request, 504, undefined));
    return;
  }
  record(request, 0, options);
  reply.hijack();
  const { socket } = request.raw;
  // Node refuses to reset what is encrypted; such a connection is cut without a goodbye.
  if ('resetAndDestroy' in socket && !('encrypted' in socket)) socket.resetAndDestroy();
  else request.raw.destroy();
}

function retryAfterHeader(fault: FaultInput, nowMs: number): string | undefined {
  if (fault.retryAfter === null || fault.retryAfter === undefined) return undefined;
  if (typeof fault.retryAfter === 'string') return fault.retryAfter;
  if (fault.retryAfterForm === 'date') return new Date(nowMs + fault.retryAfter * 1000).toUTCString();
  return String(fault.retryAfter);
}

async function changeAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const { fault } = request.call;
  if (fault === undefined) return payload;
  const body = typeof payload === 'string' ? payload : '';
  const change = bodyFaults[fault.kind];
  if (change !== undefined) {
    const url = `${request.protocol}://${request.host}${request.originalUrl}`;
    const changed = change({ body, url }, fault);
    if (changed.status !== undefined) reply.status(changed.status);
    for (const [name, value] of Object.entries(changed.headers ?? {})) reply.header(name, value);
    reply.header('content-length', Buffer.byteLength(changed.body));
    return changed.body;
  }
  return fault.kind === 'slow' ? holdBack(reply, body, fault.delayMs ?? 5000) : payload;
}

/** Sends the head at once and the body after the delay. */
function holdBack(reply: FastifyReply, body: string, delayMs: number): Readable {
  reply.header('content-length', Buffer.byteLength(body));
  return Readable.from(
    (async function* () {
      yield Buffer.from(body.slice(0, 1));
      await delay(delayMs, undefined, { ref: false });
      yield Buffer.from(body.slice(1));
    })(),
  );
}

function record(request: FastifyRequest, status: number, { context, upstream }: AppOptions): void {
  const { area, givenClientRequestId, appId, batchPart, units } = request.call;
  context.ledger.add({
    upstream,
    area,
    method: request.method,
    path: request.originalUrl,
    status,
    time: context.clock.timestamp(),
    clientRequestId: givenClientRequestId,
    appId,
    batchPart,
    units,
  });
}

/** Clients announce JSON on calls without a body; the services do not mind. */
function acceptEmptyJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body);
    try {
      done(null, text.trim() === '' ? undefined : JSON.parse(text));
    } catch (error) {
      done(Object.assign(error as Error, { statusCode: 400 }));
    }
  });
}
