import { z } from 'zod';

/**
 * JSON of Microsoft Graph's alerts, as far as it is relied on. Members that decide what an alert is have to have their
 * type; everything else is read leniently when it is mapped.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/security-alert
 * @see https://learn.microsoft.com/en-us/graph/api/resources/alert
 */

const optionalText = z.string().nullish();
const optionalList = z.array(z.unknown()).nullish();

const alertV2 = z.looseObject({
  id: z.string().min(1),
  status: optionalText,
  severity: optionalText,
  assignedTo: optionalText,
  createdDateTime: optionalText,
  lastUpdateDateTime: optionalText,
  evidence: optionalList,
  comments: optionalList,
});

const legacyAlert = z.looseObject({
  id: z.string().min(1),
  status: optionalText,
  severity: optionalText,
  assignedTo: optionalText,
  createdDateTime: optionalText,
  lastModifiedDateTime: optionalText,
});

const comments = z.looseObject({ value: z.array(z.unknown()) });

export type WireAlertV2 = z.infer<typeof alertV2>;
export type WireLegacyAlert = z.infer<typeof legacyAlert>;

/** @throws {z.ZodError} when the body is no alert. */
export const parseAlertV2 = (body: unknown): WireAlertV2 => alertV2.parse(body);

/** @throws {z.ZodError} when the body is no legacy alert. */
export const parseLegacyAlert = (body: unknown): WireLegacyAlert => legacyAlert.parse(body);

/** All comments of an alert, as the upstream answers a new one: a collection, or a bare array in newer descriptions. */
export function parseComments(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : comments.parse(body).value;
}
