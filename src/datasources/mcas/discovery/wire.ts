import { z } from 'zod';
import { flag, idText, number, numbers, text } from '../wireParts.js';

const isoOrMs = z.union([z.string(), z.number()]).nullish().catch(null);

/**
 * A discovery report as the wire has it. Times are ISO text, but one is milliseconds; the documentation leaves out the id.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-discovery-list
 */
const streamWire = z.looseObject({
  _id: idText,
  displayName: text,
  comment: text,
  logType: number,
  receiverType: text,
  protocol: text,
  streamType: number,
  builtInStreamType: number,
  isManual: flag,
  globalAggregated: flag,
  anonymizeUsers: flag,
  anonymizeMachines: flag,
  created: isoOrMs,
  lastModified: isoOrMs,
  lastDataReceived: isoOrMs,
  lastAlertProcessingTime: isoOrMs,
  logFilesHistoryCount: number,
  logFilesFailsCount: number,
  supportedEntityTypes: numbers,
  supportedTrafficTypes: numbers,
  timeFrames: z.unknown().optional(),
  validTimeFrames: z.unknown().optional(),
  sourceStreams: z.unknown().optional(),
});
export type StreamWire = z.infer<typeof streamWire>;

const streams = z.array(streamWire);
const answerWire = z.union([
  streams,
  z.looseObject({ streams }).transform((body) => body.streams),
  z.looseObject({ data: streams }).transform((body) => body.data),
  z.looseObject({ streams: streamWire }).transform((body) => [body.streams]),
  z.looseObject({ data: streamWire }).transform((body) => [body.data]),
  streamWire.refine(({ displayName, _id }) => displayName || _id).transform((stream) => [stream]),
]);

/**
 * The documentation prints one report, clients read `streams`; a list and `data` are taken too.
 * @throws {z.ZodError} when it is none of them.
 */
export function parseStreams(body: unknown): readonly StreamWire[] {
  return answerWire.parse(body);
}

const categoryWire = z.looseObject({ id: z.string().min(1), total: number });
export type CategoryWire = z.infer<typeof categoryWire>;

/** @throws {z.ZodError} when the body is no list of rows with an id. */
export function parseCategories(body: unknown): readonly CategoryWire[] {
  return z.array(categoryWire).parse(body);
}

const uploadWire = z.looseObject({
  url: z.url({ protocol: /^https?$/ }).max(8_192),
  provider: z.string().min(1),
});

/** Where a log goes, and whose storage it is. */
export interface UploadPlace {
  readonly url: string;
  /** `azure` or `aws`. */
  readonly provider: string;
}

/** @throws {z.ZodError} when the body names no web address. */
export function parseUploadPlace(body: unknown): UploadPlace {
  const { url, provider } = uploadWire.parse(body);
  return { url, provider };
}
