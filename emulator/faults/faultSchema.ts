import { z } from 'zod';

/** Faults that answer or change one call. */
const callKinds = [
  'status',
  'html',
  'truncated',
  'wrongType',
  'wrongContentType',
  'empty',
  'huge',
  'reset',
  'slow',
  'expiredToken',
  'forbidden',
  'partial206',
  'nonAdvancingNextLink',
  'emptyPage',
  'duplicateRows',
  'unknownEvidence',
  'unknownEnum',
  'clockSkew',
  'otherApplication',
] as const;

/** Faults that change what a write leaves behind, or how notifications are delivered. */
const effectKinds = [
  'writeLag',
  'staleListAfterPatch',
  'restamp',
  'silentComment',
  'duplicateNotification',
  'reorderedNotifications',
] as const;

export const faultKinds = [...callKinds, ...effectKinds] as const;
export type FaultKind = (typeof faultKinds)[number];

const faultUpstreams = [
  'graph',
  'alerts',
  'incidents',
  'scores',
  'identity',
  'directory',
  'subscriptions',
  'batch',
  'mcas',
  'authority',
] as const;

/** One scripted fault, as `POST /_control/faults` takes it. */
export const faultSchema = z.strictObject({
  /** Where it strikes; `graph` is every area of Microsoft Graph. */
  upstream: z.enum(faultUpstreams),
  kind: z.enum(faultKinds),
  /** Calls that it strikes; 1 when neither this nor `seconds` is given. */
  times: z.number().int().min(1).max(1_000_000).optional(),
  /** Seconds from now for which it strikes. For `writeLag` and `staleListAfterPatch` also how long reads stay old. */
  seconds: z.number().positive().max(86_400).optional(),
  /** Text that `METHOD /path?query` must hold, compared without case. */
  match: z.string().max(2000).optional(),
  /** Status of `status` (429), `html` (200), `empty` (unchanged) and `partial206`'s failed provider (504). */
  status: z.number().int().min(100).max(599).optional(),
  /** `Retry-After` of `status`: seconds, decimals allowed, or a text sent as it is; null or absent sends none. */
  retryAfter: z.union([z.number().min(0), z.string().max(100)]).nullish(),
  /** Sends a numeric `retryAfter` as an HTTP date instead. */
  retryAfterForm: z.enum(['seconds', 'date']).optional(),
  /** Milliseconds that `slow` holds the body back (5000). */
  delayMs: z.number().int().min(0).max(600_000).optional(),
  /** Units that `otherApplication` takes before each call; everything that the budget has, when absent. */
  units: z.number().int().min(1).max(1_000_000).optional(),
  /** Seconds that `clockSkew` adds to the `Date` header; may be negative. */
  skewSeconds: z.number().optional(),
  /** Bytes of `huge` (10 MiB). */
  bytes: z.number().int().min(1).max(100_000_000).optional(),
  /** Provider that fails in `partial206` (`WDATP`). */
  provider: z.string().max(100).optional(),
});

export type FaultInput = z.output<typeof faultSchema>;
