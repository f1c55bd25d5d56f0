import { z } from 'zod';
import { flag, idText, lenientList, type McasPage, number, numbers, pageParser, text, texts } from '../wireParts.js';

const entity = z.looseObject({
  type: text,
  id: idText,
  label: text,
  inst: number,
  saas: number,
  pa: text,
  em: text,
  entityType: number,
  entityRole: text,
  policyType: text,
  triggeredAlert: flag,
});

/**
 * An alert of Cloud Apps as the wire has it; only `_id` is sure. Times are epoch milliseconds, but `resolveTime` is ISO
 * text; ids of entities are texts or numbers.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-alerts
 */
const alertWire = z.looseObject({
  _id: z.string().min(1),
  idValue: number,
  timestamp: number,
  title: text,
  description: text,
  isMarkdown: flag,
  isPreview: flag,
  isSystemAlert: flag,
  entities: lenientList(entity),
  statusValue: number,
  severityValue: number,
  resolutionStatusValue: number,
  stories: numbers,
  intent: numbers,
  evidence: z.unknown().optional(),
  audits: texts,
  threatScore: number,
  comment: text,
  handledByUser: text,
  resolveTime: z.union([z.string(), z.number()]).nullish().catch(null),
  contextId: text,
  URL: text,
});
export type AlertWire = z.infer<typeof alertWire>;

/** @throws {z.ZodError} when the body is no alert. */
export function parseAlert(body: unknown): AlertWire {
  return alertWire.parse(body);
}

/** Throws `z.ZodError` when the body is no list of alerts. */
export const parseAlertPage: (body: unknown) => McasPage<AlertWire> = pageParser(alertWire);

const closeWire = z.looseObject({
  closed_benign: number,
  closed_false_positive: number,
  closed_true_positive: number,
  alertsNotFound: texts,
});

/** What the upstream says of a close: how many it closed, and which of the ids it does not know. */
export interface CloseAnswer {
  /** Null when the answer does not count. */
  readonly closed: number | null;
  readonly notFound: readonly string[];
}

/** @throws {z.ZodError} when the body is no object. */
export function parseCloseAnswer(body: unknown): CloseAnswer {
  const answer = closeWire.parse(body ?? {});
  const closed = answer.closed_benign ?? answer.closed_false_positive ?? answer.closed_true_positive ?? null;
  return { closed, notFound: answer.alertsNotFound };
}
