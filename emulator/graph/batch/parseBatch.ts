import { z } from 'zod';
import { badRequest, GraphError } from '../GraphError.js';

const maxParts = 20;

const partSchema = z.object({
  id: z.union([z.string().min(1), z.number()]).transform(String),
  method: z.string().regex(/^(?:GET|POST|PATCH|PUT|DELETE)$/i),
  url: z.string().min(1),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).nullish(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).nullish(),
});

/** One call inside a batch. */
export type BatchPart = z.output<typeof partSchema>;

const bodySchema = z.object({ requests: z.array(partSchema) });

/**
 * Reads the envelope; whatever is wrong with one part fails the whole batch.
 * @throws {GraphError} 400, or `tooManyStatus` for more than 20 parts.
 * @see https://learn.microsoft.com/graph/json-batching
 */
export function parseBatch(body: unknown, tooManyStatus: number): readonly BatchPart[] {
  const result = bodySchema.safeParse(body);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw badRequest(`Invalid batch payload format: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  const parts = result.data.requests;
  if (parts.length > maxParts) {
    throw new GraphError(
      tooManyStatus,
      'BadRequest',
      `Number of batch request steps exceeds the maximum value of ${maxParts}.`,
    );
  }
  checkIds(parts);
  for (const part of parts) checkPart(part);
  return parts;
}

/** Ids are unique without regard to case, and dependencies name parts that come before. */
function checkIds(parts: readonly BatchPart[]): void {
  const seen = new Set<string>();
  for (const { id, dependsOn } of parts) {
    const key = id.toLowerCase();
    if (seen.has(key)) throw badRequest(`Request Id '${id}' has to be unique in a batch.`);
    const missing = dependsOn?.find((dependency) => !seen.has(dependency.toLowerCase()));
    if (missing !== undefined)
      throw badRequest(`The dependsOn value '${missing}' of request '${id}' names no earlier request.`);
    seen.add(key);
  }
}

function checkPart({ id, url, body, headers }: BatchPart): void {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) throw badRequest(`The url of request '${id}' must be relative.`);
  if (/^\/?\$batch/i.test(url)) throw badRequest('Nested batch requests are not supported.');
  const hasContentType = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type');
  if (body !== undefined && body !== null && !hasContentType) {
    throw badRequest(`Write request id : ${id} does not contain Content-Type header or body.`);
  }
}
