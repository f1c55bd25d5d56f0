import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { decodeJwt } from 'jose';
import type { Area, TokenClaims } from '../context.js';
import type { FaultInput } from '../faults/faultSchema.js';

/** What the hooks and routes know about the call at hand. */
export interface CallState {
  readonly area: Area;
  /** GUID that every answer of Graph carries. */
  readonly requestId: string;
  readonly clientRequestId: string;
  /** The caller's own id, if it sent one. */
  readonly givenClientRequestId: string | null;
  readonly batchPart: boolean;
  readonly fault: FaultInput | undefined;
  /** From the token without checking it; for the ledger. */
  readonly appId: string | null;
  /** Set once the token was accepted. */
  claims: TokenClaims | undefined;
  /** Units of the area's budget that the call costs. */
  units: number;
  /** Ends the call's place among those in flight. */
  leave: (() => void) | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    call: CallState;
  }
}

export function buildCallState(
  request: FastifyRequest,
  area: Area,
  batchPart: boolean,
  fault: FaultInput | undefined,
): CallState {
  const requestId = randomUUID();
  const given = request.headers['client-request-id'];
  const givenClientRequestId = typeof given === 'string' && given !== '' ? given : null;
  return {
    area,
    requestId,
    clientRequestId: givenClientRequestId ?? requestId,
    givenClientRequestId,
    batchPart,
    fault,
    appId: readAppId(request.headers.authorization),
    claims: undefined,
    units: area === 'batch' ? 0 : 1,
    leave: undefined,
  };
}

function readAppId(authorization: string | undefined): string | null {
  if (authorization?.startsWith('Bearer ') !== true) return null;
  try {
    const claims = decodeJwt(authorization.slice(7));
    return String(claims.appid ?? claims.azp ?? '') || null;
  } catch {
    return null;
  }
}
