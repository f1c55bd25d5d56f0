import { z } from 'zod';
import type { Page } from '../../upstream/contract.js';
import { parsePage } from '../../upstream/odata.js';
import { entityId, optionalInstant, optionalNumber, optionalText } from '../odata/wireKinds.js';

/**
 * `microsoft.graph.security.incident` as the wire has it. Published examples differ from the schema: words in
 * PascalCase, `tags` for `customTags`, `createdBy` and `createdTime` in comments, `String (timestamp)` for a time; both
 * spellings are read, and malformed members but the id read as null.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/security-incident
 */
const numericId = z.number().int().transform(String);

const texts = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((list) => list?.filter((item) => typeof item === 'string'));

const commentWire = z.looseObject({
  comment: optionalText,
  createdByDisplayName: optionalText,
  createdBy: optionalText,
  createdDateTime: optionalInstant,
  createdTime: optionalInstant,
});

const incidentWire = z.looseObject({
  id: z.union([entityId, numericId]),
  assignedTo: optionalText,
  classification: optionalText,
  comments: z.array(commentWire).nullish().catch(null),
  createdDateTime: optionalInstant,
  customTags: texts,
  tags: texts,
  description: optionalText,
  determination: optionalText,
  displayName: optionalText,
  incidentWebUrl: optionalText,
  lastModifiedBy: optionalText,
  lastUpdateDateTime: optionalInstant,
  priorityScore: optionalNumber,
  redirectIncidentId: z.union([z.string(), numericId]).nullish().catch(null),
  resolvingComment: optionalText,
  severity: optionalText,
  status: optionalText,
  summary: optionalText,
  systemTags: texts,
  tenantId: optionalText,
});
export type IncidentWire = z.infer<typeof incidentWire>;
export type CommentWire = z.infer<typeof commentWire>;

/** @throws {z.ZodError} when the body is no incident. */
export function parseIncident(body: unknown): IncidentWire {
  return incidentWire.parse(body);
}

/** @throws {z.ZodError} when the body is no page of incidents. */
export function parseIncidentPage(body: unknown): Page<IncidentWire> {
  return parsePage(body, parseIncident);
}

/** All comments of an incident, as the upstream answers a new one: a collection, or a bare array in newer descriptions. */
export function parseIncidentComments(body: unknown): readonly CommentWire[] {
  const comments = z.array(commentWire);
  return Array.isArray(body) ? comments.parse(body) : z.looseObject({ value: comments }).parse(body).value;
}
