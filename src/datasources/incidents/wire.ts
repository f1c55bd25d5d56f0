import { z } from 'zod';
import { isInstant } from '../../time/instant.js';
import type { Page } from '../../upstream/contract.js';
import { parsePage } from '../../upstream/odata.js';
import { entityId, optionalInstant, optionalNumber, optionalText } from '../odata/wireKinds.js';

/**
 * `microsoft.graph.security.incident` as the wire has it. Published examples differ from the schema: words in
 * PascalCase, `tags` for `customTags`, `createdBy` and `createdTime` in comments; both spellings are read. Times order
 * the lists, so a malformed one is refused; other malformed members read as null.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/security-incident
 */
const instant = z.string().refine(isInstant, 'not an RFC 3339 date-time').nullish();
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
  createdDateTime: instant,
  customTags: texts,
  tags: texts,
  description: optionalText,
  determination: optionalText,
  displayName: optionalText,
  incidentWebUrl: optionalText,
  lastModifiedBy: optionalText,
  lastUpdateDateTime: instant,
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
