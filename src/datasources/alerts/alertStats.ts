import { UserInputError } from '../../errors/GatewayError.js';
import type { Proof } from '../../mirror/contract.js';
import { rowsSince } from '../../mirror/readPage.js';
import { outsideMirror } from '../../mirror/refusals.js';
import type { AlertFilter } from '../../schema/inputs/alertFilter.input.js';
import type { Alert } from '../../schema/types/alert.type.js';
import type {
  AlertStats,
  AlertStatsBucket,
  AlertStatsGroup,
  AlertStatsMetric,
} from '../../schema/types/alertStats.type.js';
import { fromTicks, toTicks } from '../../time/instant.js';
import { isTimeZone, type SpanUnit, zonedEdges } from '../../time/zonedEdges.js';
import type { MirroredSource } from '../paging/mirroredPage.js';
import { matchesAlertFilter } from './matchesAlertFilter.js';
import type { AlertOverlay } from './overlay.js';

export interface AlertStatsRequest {
  readonly metric: AlertStatsMetric;
  readonly groupBy?: AlertStatsGroup | null;
  readonly interval: SpanUnit;
  readonly from: string;
  readonly to: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly filter?: AlertFilter | null;
}

const maxIntervals = 1_000;
const maxBuckets = 10_000;
const ticksPerMs = 10_000n;

/** Counts alerts of the mirror, with our own writes over them. @throws as `AlertsDataSource.stats`. */
export function readAlertStats(
  { mirror, topic, upstream, scope }: MirroredSource<'alert'>,
  overlay: AlertOverlay,
  request: AlertStatsRequest,
): AlertStats {
  const span = readSpan(request);
  const proof = mirror.prove(topic, scope);
  if (proof === undefined) throw mirror.refusal(topic, scope);
  if (span.from < proof.coveredFrom) throw outsideMirror(proof.coveredFrom);
  const edges = edgesOf(span, request);
  const counts = new Counts(edges, request.groupBy ?? null);
  for (const [alert, at] of countedIn(proof, overlay, request, span)) counts.add(alert, at);
  scope.meter.mirrorHit(upstream);
  scope.meter.dataAsOf(proof.asOf);
  return {
    total: counts.total,
    coveredFrom: fromTicks(proof.coveredFrom),
    info: { asOf: proof.asOf, source: 'MIRROR', stale: false, truncated: false, partial: false, warnings: [] },
    buckets: counts.buckets(),
  };
}

/** Half-open, in 100 ns ticks. */
interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

function readSpan({ from, to, timeZone }: AlertStatsRequest): Span {
  const span = { from: toTicks(from), to: toTicks(to) };
  if (span.from === undefined || span.to === undefined || span.from >= span.to) {
    throw new UserInputError('"to" has to be after "from".', { argument: 'to' });
  }
  if (!isTimeZone(timeZone)) {
    throw new UserInputError('"timeZone" wants the name of an IANA time zone.', { argument: 'timeZone' });
  }
  return { from: span.from, to: span.to };
}

/** Begin of every interval and the end of the last, within the span. */
function edgesOf({ from, to }: Span, { timeZone, interval }: AlertStatsRequest): bigint[] {
  const [fromMs, toMs] = [Number(from / ticksPerMs), Number((to + ticksPerMs - 1n) / ticksPerMs)];
  const edges = zonedEdges(timeZone, interval, fromMs, toMs, maxIntervals + 1);
  if (edges.length > maxIntervals + 1) {
    throw new UserInputError(`"from" and "to" are more than ${maxIntervals} intervals apart.`, {
      argument: 'interval',
    });
  }
  const inner = edges.map((ms) => BigInt(ms) * ticksPerMs).filter((edge) => edge > from && edge < to);
  return [from, ...inner, to];
}

/** Alerts that the metric counts, with the time at which it counts them. */
function* countedIn(
  { rows }: Proof<Alert>,
  overlay: AlertOverlay,
  { metric, filter }: AlertStatsRequest,
  { from, to }: Span,
): Generator<readonly [Alert, bigint]> {
  // What was resolved since an instant was updated since then.
  const order = metric === 'RESOLVED' ? 'updated' : 'created';
  for (const row of rowsSince(rows, order, from)) {
    if (order === 'created' && row.created >= to) return;
    const alert = overlay.apply(row.entity);
    const at = metric === 'RESOLVED' ? toTicks(alert.resolvedDateTime ?? '') : row.created;
    const isCounted = metric === 'CREATED' || (metric === 'RESOLVED') === (alert.status === 'RESOLVED');
    if (at === undefined || at < from || at >= to || !isCounted) continue;
    if (matchesAlertFilter(filter, alert)) yield [alert, at];
  }
}

const groupFields = {
  SEVERITY: 'severity',
  STATUS: 'status',
  SOURCE: 'serviceSource',
  ASSIGNEE: 'assignedTo',
  CATEGORY: 'category',
} as const satisfies Record<AlertStatsGroup, keyof AlertStatsBucket>;

interface Group {
  readonly value: string | null;
  /** One for each interval. */
  readonly counts: number[];
}

/** Tallies by interval and group. */
class Counts {
  total = 0;
  readonly #groups = new Map<string, Group>();

  constructor(
    private readonly edges: readonly bigint[],
    private readonly groupBy: AlertStatsGroup | null,
  ) {}

  add(alert: Alert, at: bigint): void {
    const index = this.#intervalOf(at);
    this.total += 1;
    for (const value of groupsOf(alert, this.groupBy)) {
      const { counts } = this.#group(value);
      counts[index] = (counts[index] ?? 0) + 1;
    }
  }

  buckets(): AlertStatsBucket[] {
    const groups = this.#groups.size === 0 ? [this.#group(null)] : [...this.#groups.values()];
    groups.sort((a, b) => compareValues(a.value, b.value));
    return this.#starts().flatMap((start, index) =>
      groups.map(({ value, counts }) => ({
        start: fromTicks(start),
        end: fromTicks(this.edges[index + 1] as bigint),
        severity: null,
        status: null,
        serviceSource: null,
        assignedTo: null,
        category: null,
        ...(this.groupBy === null ? {} : { [groupFields[this.groupBy]]: value }),
        count: counts[index] ?? 0,
      })),
    );
  }

  #starts(): readonly bigint[] {
    return this.edges.slice(0, -1);
  }

  #group(value: string | null): Group {
    const key = value === null ? '' : `=${this.groupBy === 'ASSIGNEE' ? value.toLowerCase() : value}`;
    const group = this.#groups.get(key) ?? { value, counts: this.#starts().map(() => 0) };
    this.#groups.set(key, group);
    if (this.#groups.size * this.#starts().length > maxBuckets) throw tooManyBuckets();
    return group;
  }

  #intervalOf(at: bigint): number {
    let [low, high] = [0, this.edges.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.edges[middle] as bigint) <= at) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Every group that the alert counts in. */
function groupsOf(alert: Alert, groupBy: AlertStatsGroup | null): readonly (string | null)[] {
  if (groupBy === null) return [null];
  if (groupBy !== 'CATEGORY') return [alert[groupFields[groupBy]]];
  return alert.categories.length > 0 ? [...new Set(alert.categories)] : [alert.category];
}

/** Null last. */
function compareValues(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function tooManyBuckets(): UserInputError {
  return new UserInputError(
    `The answer would have more than ${maxBuckets} buckets; take longer intervals, a shorter time or another group.`,
    { argument: 'groupBy' },
  );
}
