import type { Cache, Filled } from '../../cache/contract.js';
import type { Alert } from '../../schema/types/alert.type.js';
import type { Connection } from '../../schema/types/connection.js';
import { compareInstants } from '../../time/instant.js';
import { type AnswerWarning, type CallScope, NotFoundError, type Upstream } from '../../upstream/contract.js';
import { toConnection } from '../paging/connection.js';
import type { ReadPage } from '../paging/coveredPage.js';
import { decodeTimeCursor, encodeCursor, type KeysetPosition, listKeyOf } from '../paging/cursor.js';
import { type MirroredSource, orWhileAway, readMirrored, toOrderPosition } from '../paging/mirroredPage.js';
import type { PageRequest } from '../paging/pageArgs.js';

import { incidentAlertsCall } from './alertCalls.js';
import { alertKey } from './alertKeys.js';
import type { AlertOverlay } from './overlay.js';
import { alertsOfIncidentTag, alertsTag, alertTag, incidentAlertsPolicy, truncatedWarning } from './policies.js';

/** An incident of thousands of alerts must not spend the budget of a minute. */
const maxPages = 10;

export interface IncidentAlertsParts {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly overlay: AlertOverlay;
  readonly mirrored: MirroredSource<'alert'>;
}

interface StoredAlerts {
  readonly rows: readonly Alert[];
  readonly truncated: boolean;
  readonly warnings: readonly AnswerWarning[];
}

/** The alerts of incidents. The upstream neither filters nor orders them, so they are read whole and paged here. */
export class IncidentAlerts {
  constructor(
    private readonly parts: IncidentAlertsParts,
    private readonly scope: CallScope,
  ) {}

  /** @param withTotal Without it, a page that ends inside the mirrored window costs no call. */
  async list(incidentId: string, page: PageRequest, withTotal: boolean): Promise<Connection<Alert>> {
    const listKey = listKeyOf('incidentAlerts', incidentId);
    const after = page.after === undefined ? undefined : decodeTimeCursor(page.after, listKey);
    const fromMirror = (staleMs?: number) => {
      const mirrored = this.readMirrored(incidentId, page.first, after, staleMs);
      return mirrored && this.toMirroredPage(mirrored, listKey);
    };
    const mirrored = withTotal ? undefined : fromMirror();
    if (mirrored !== undefined) return mirrored;
    const reading = this.readWhole(incidentId, page, after, listKey);
    return orWhileAway(reading, () => fromMirror(incidentAlertsPolicy.staleIfErrorMs));
  }

  private async readWhole(
    incidentId: string,
    page: PageRequest,
    after: KeysetPosition | undefined,
    listKey: string,
  ): Promise<Connection<Alert>> {
    const cached = await this.parts.cache.read<StoredAlerts>(incidentAlertsPolicy, incidentId, this.scope, (scope) =>
      this.fill(incidentId, scope),
    );
    const { rows, truncated, warnings } = cached.value ?? { rows: [], truncated: false, warnings: [] };
    for (const warning of warnings) this.scope.meter.warning(warning);
    const rest = rows.filter((row) => after === undefined || compare(positionOf(row), after) > 0);
    return toConnection({
      rows: rest.slice(0, page.first).map((row) => this.parts.overlay.apply(row)),
      cursorOf: (row) => encodeCursor(positionOf(row), listKey),
      hasNextPage: rest.length > page.first,
      totalCount: truncated ? null : rows.length,
      info: { asOf: cached.asOf, source: cached.source, stale: cached.stale, truncated, warnings },
    });
  }

  private readMirrored(incidentId: string, first: number, after: KeysetPosition | undefined, staleMs?: number) {
    const key = alertKey('incident', incidentId);
    return readMirrored(
      { ...this.parts.mirrored, staleMs },
      {
        order: 'created',
        direction: 'desc',
        matches: () => true,
        spans: { created: null, updated: null },
        key,
        after: toOrderPosition(after),
        first,
        withTotal: false,
      },
    );
  }

  private toMirroredPage({ value, asOf, source, stale }: ReadPage<Alert>, listKey: string): Connection<Alert> {
    return toConnection({
      rows: (value?.rows ?? []).map((row) => this.parts.overlay.apply(row)),
      cursorOf: (row) => encodeCursor(positionOf(row), listKey),
      hasNextPage: value?.hasNextPage ?? false,
      info: { asOf, source, stale },
    });
  }

  private async fill(incidentId: string, scope: CallScope): Promise<Filled<StoredAlerts>> {
    const rows = new Map<string, Alert>();
    const warnings: AnswerWarning[] = [];
    let asOf: string | undefined;
    let truncated = false;
    let pages = 0;
    for await (const answer of this.parts.upstream.pages(incidentAlertsCall(incidentId), scope)) {
      for (const row of answer.value.rows) rows.set(row.id, row);
      warnings.push(...answer.warnings);
      asOf ??= answer.asOf;
      pages += 1;
      truncated = pages >= maxPages && answer.value.nextLink !== undefined;
      if (truncated) break;
    }
    if (asOf === undefined) throw new NotFoundError(this.parts.upstream.name, this.scope.requestId);
    const sorted = [...rows.values()].sort((a, b) => compare(positionOf(a), positionOf(b)));
    if (truncated) warnings.push(truncatedWarning);
    const own = [alertsTag, `incident:${incidentId}`, alertsOfIncidentTag(incidentId)];
    const tags = [...own, ...sorted.map((row) => alertTag(row.id))];
    return { value: { rows: sorted, truncated, warnings }, asOf, tags };
  }
}

function positionOf(alert: Alert): KeysetPosition {
  return { order: alert.createdDateTime ?? '', id: alert.id };
}

/** Newest first, then by id. */
function compare(a: KeysetPosition, b: KeysetPosition): number {
  return compareInstants(b.order, a.order) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
