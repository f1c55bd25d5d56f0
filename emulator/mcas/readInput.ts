import type { FastifyRequest } from 'fastify';
import type { Row } from '../tenant/Tenant.js';
import { badRequest } from './McasError.js';

/** What a caller asks of a list, however it was sent. */
export interface ListInput {
  readonly filters: Row;
  readonly skip: number;
  /** `undefined` when none was asked. */
  readonly limit: number | undefined;
  readonly sortField: string | undefined;
  readonly sortDirection: 'asc' | 'desc' | undefined;
  readonly isScan: boolean;
}

/**
 * The members of a call: query string, JSON or form body. A body wins over the query string; a GET may carry one.
 * @throws {McasError} 400 for a body that is neither JSON nor a form.
 */
export async function readInput(request: FastifyRequest): Promise<Row> {
  const body = request.method === 'GET' ? parseText(await readRaw(request)) : request.body;
  const fromQuery = request.query as Row;
  if (body === undefined || body === null) return fromQuery;
  if (typeof body !== 'object' || Array.isArray(body)) throw badRequest('The body is not an object');
  return { ...fromQuery, ...(body as Row) };
}

async function readRaw(request: FastifyRequest): Promise<string> {
  const announced = request.headers['content-length'] ?? request.headers['transfer-encoding'];
  if (announced === undefined || announced === '0') return '';
  const chunks: Buffer[] = [];
  for await (const chunk of request.raw) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads JSON, or a form; command-line clients label JSON as a form. */
export function parseText(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (!/^[[{"]/.test(trimmed)) return Object.fromEntries(new URLSearchParams(trimmed));
  try {
    return JSON.parse(trimmed);
  } catch {
    throw badRequest('The body is not JSON');
  }
}

/** @throws {McasError} 400 for filters, numbers or directions that cannot be read. Unknown members are ignored. */
export function toListInput(input: Row): ListInput {
  return {
    filters: readFilters(input.filters),
    skip: readInteger('skip', input.skip) ?? 0,
    limit: readInteger('limit', input.limit),
    sortField: typeof input.sortField === 'string' && input.sortField !== '' ? input.sortField : undefined,
    sortDirection: readDirection(input.sortDirection),
    isScan: input.isScan === true || input.isScan === 'true',
  };
}

function readFilters(filters: unknown): Row {
  const value = typeof filters === 'string' ? parseText(filters) : filters;
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest('filters is not an object');
  return value as Row;
}

/** @throws {McasError} 400 for what is no whole number of 0 or more. */
export function readInteger(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) throw badRequest(`${name} is not valid`);
  return number;
}

function readDirection(value: unknown): 'asc' | 'desc' | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (value !== 'asc' && value !== 'desc') throw badRequest('sortDirection is not valid');
  return value;
}
