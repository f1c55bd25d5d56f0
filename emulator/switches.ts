import { z } from 'zod';

/**
 * Every behaviour of the real services that nobody has confirmed, or that was seen in more than one form.
 * Defaults follow the vendor's documents; where those are silent, the most careful reading. All can be set at start
 * (`EMULATOR_SWITCHES`, `createEmulator({ switches })`) and none of them changes while the emulator runs.
 */
export const switchesSchema = z.strictObject({
  /** Budgets are enforced. Off, nothing is ever throttled, except by a scripted fault. */
  limits: z.boolean().default(true),
  /** Form of `Retry-After` on Graph's 429 answers, where an area sends one: whole seconds, decimals, HTTP date, absent. */
  retryAfterForm: z.enum(['seconds', 'decimal', 'date', 'none']).default('seconds'),
  /** Spelling of the inner error; both occur in the services. */
  innerErrorKey: z.enum(['innerError', 'innererror']).default('innerError'),

  /** alerts_v2 pages carry `@odata.nextLink`: always (documented), only when `$top` is absent, or never (both observed). */
  alertsNextLink: z.enum(['always', 'withoutTop', 'never']).default('always'),
  /** Rows of an alerts_v2 page without `$top`; not published. */
  alertsDefaultPageSize: z.number().int().min(1).max(1000).default(100),
  /** Answer to a PATCH that names a property which is not writable: 400, or silently ignored. */
  alertsUnwritableProperty: z.enum(['reject', 'ignore']).default('reject'),
  /** Lambda filters over `evidence`, which only the migration guide shows. */
  alertsEvidenceFilter: z.boolean().default(true),
  /** Rows of an incidents page without `$top`; not published. */
  incidentsDefaultPageSize: z.number().int().min(1).max(50).default(50),
  /** `$expand=alerts` on the incident list answers 500 when one incident of the page has more alerts than this. */
  incidentsExpandLimit: z.number().int().min(0).default(150),
  /** Incidents draw on the budget of the alerts (assumed; the table of limits does not list them). */
  incidentsShareAlertsBudget: z.boolean().default(true),

  /** What the legacy alerts answer after their end: still data, an empty list, 404 or 410. */
  legacyAlerts: z.enum(['served', 'empty', 'notFound', 'gone']).default('served'),
  /** Rows of a legacy alerts page without `$top`, for each provider. */
  legacyDefaultPageSize: z.number().int().min(1).max(1000).default(100),
  /** The body that a legacy PATCH with `return=representation` answers shows the values from before the write (observed). */
  legacyStalePatchBody: z.boolean().default(false),

  /** `gt` on a date of riskDetections includes equal rows (observed). */
  riskDetectionsGtIsGe: z.boolean().default(true),
  /** Order of the riskDetections list: none that means anything (the documents promise none), or newest first. */
  riskDetectionsOrder: z.enum(['byId', 'newestFirst']).default('byId'),
  /** One risk detection arrives wrapped in `value: [ ]`, as one documentation example shows. */
  riskDetectionWrapped: z.boolean().default(false),
  /** Rows of a riskyUsers page without `$top`; not published. */
  riskyUsersDefaultPageSize: z.number().int().min(1).max(500).default(100),
  /** Risky-user actions on a user add a history row even if nothing changes. */
  riskyUserActionsAlwaysAddHistory: z.boolean().default(true),

  /** More `or` clauses than 15 in a users or devices filter are refused, as more than 15 values of `in` are. */
  directoryOrLimit: z.boolean().default(true),
  /** Seconds by which the directory's advanced index lags behind a write. */
  directoryIndexLagSeconds: z.number().min(0).default(0),
  /** Seconds for which reads show the values from before a write. */
  writeLagSeconds: z.number().min(0).default(0),

  /** Parts of a `$batch` answer in another order than asked (any order is allowed). */
  batchShuffle: z.boolean().default(true),
  /** Status of a `$batch` with more than 20 parts. */
  batchTooManyStatus: z.number().int().min(400).max(499).default(400),
  /** A second subscription with the same application, resource and change types: 409, or accepted. */
  duplicateSubscription: z.enum(['conflict', 'accept']).default('conflict'),

  /** MCAS 429 answers carry `Retry-After`. */
  mcasRetryAfterHeader: z.boolean().default(true),
  /** Body of an MCAS 429: the JSON that names the seconds, or an HTML page. */
  mcasThrottleBody: z.enum(['json', 'html']).default('json'),
  /** Window of MCAS's 30 calls a minute: sliding, or fixed from the first call. */
  mcasWindow: z.enum(['sliding', 'fixed']).default('sliding'),
  /** Refused MCAS calls count against the window too. */
  mcasCountRefused: z.boolean().default(false),
  /** Rows that MCAS gives at most in one page outside scan mode: 100 documented, 250 and 500 observed. */
  mcasPageCap: z.number().int().min(1).max(5000).default(100),
  /** Rows that a scan page holds at most, whatever was asked: 5000 documented, 500 observed. */
  mcasScanCap: z.number().int().min(1).max(5000).default(5000),
  /** Rows that a scan page withholds at its end, so that none repeats. */
  mcasScanWithheldRows: z.number().int().min(0).default(0),
  /** A scan answers the same window again with `hasNext` true when many rows share one millisecond (observed). */
  mcasScanStall: z.boolean().default(false),
  /** `total` of activities and entities is off by up to this fraction. */
  mcasTotalNoise: z.number().min(0).max(1).default(0),
  /** Answer when `skip + limit` exceeds 5000: 400, or an empty page. */
  mcasBeyondReach: z.enum(['error', 'empty']).default('error'),
  /** Order of MCAS lists when none is asked. */
  mcasDefaultSortDirection: z.enum(['asc', 'desc']).default('desc'),
  /** Days that the ordinary activity list reaches back. */
  mcasActivityDays: z.number().int().min(1).default(30),
  /** Status of an MCAS close that matched no alert. */
  mcasCloseNoMatchStatus: z.number().int().min(200).max(499).default(200),
  /** Status of an MCAS call with an unknown filter, operator or bad value. */
  mcasBadFilterStatus: z.number().int().min(400).max(499).default(400),
  /** Status of an MCAS call that names a discovery report which is not there. */
  mcasUnknownStreamStatus: z.number().int().min(400).max(499).default(400),
  /** Content type of MCAS block scripts, of which the documents only say that they are text. */
  mcasBlockScriptType: z.string().min(1).default('text/plain; charset=utf-8'),
});

/** The switches with every default filled in. */
export type EmulatorSwitches = Readonly<z.output<typeof switchesSchema>>;
/** What a caller may set. */
export type EmulatorSwitchesInput = z.input<typeof switchesSchema>;

/**
 * Fills the defaults in and refuses names that do not exist.
 * @throws {Error} listing every bad switch with the reason.
 */
export function readSwitches(input: EmulatorSwitchesInput | undefined): EmulatorSwitches {
  const result = switchesSchema.safeParse(input ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'switches'}: ${issue.message}`);
  throw new Error(`Bad emulator switches: ${problems.join('; ')}`);
}
