import type { EmulatorContext } from '../../context.js';
import type { Row } from '../../tenant/Tenant.js';
import { DAY_MS } from '../../tenant/timestamps.js';
import { answerList, type ListDefinition, requireRow, selectRows } from '../answerList.js';
import { answerScan } from '../answerScan.js';
import { activityFilters, archiveFilters } from '../filters/activityFilters.js';
import { badRequest } from '../McasError.js';
import { toListInput } from '../readInput.js';
import type { RouteKit } from './RouteKit.js';

/** Largest `skip + limit` of the activity list. */
const reach = 5000;
/** Days that activities are kept. */
const retentionDays = 180;

const sortFields = {
  date: (row: Row) => Number(row.timestamp),
  created: (row: Row) => Number(row.created),
  timestamp: (row: Row) => Number(row.timestamp),
};

/** The activity log: ordinary list, scan, archive, one record, feedback. */
export function addActivityRoutes(kit: RouteKit): void {
  kit.on(['GET', 'POST'], '/activities/', 'activities', ({ context, input }) => {
    const query = toListInput(input);
    const list = ordinaryList(context);
    const rows = recentRows(context);
    return query.isScan ? answerScan(rows, query, list, context) : answerList(rows, query, list, context);
  });
  kit.on(['POST'], '/activities/count/', 'activities', ({ context, input }) => {
    return selectRows(recentRows(context), toListInput(input), ordinaryList(context), context).length;
  });
  kit.on(['GET'], '/activities/metadata/', 'activities', ({ context }) => describeFilters(context));
  kit.on(['GET', 'POST'], '/archived_activities/', 'activities', ({ context, input }) => {
    const query = toListInput(input);
    return answerList(archivedRows(context, query.filters), query, archiveList(context), context);
  });
  kit.on(['POST'], '/archived_activities/count/', 'activities', ({ context, input }) => {
    const query = toListInput(input);
    return selectRows(archivedRows(context, query.filters), query, archiveList(context), context).length;
  });
  kit.on(['GET'], '/activities/:id/', 'activities', ({ context, param }) =>
    requireRow(context.tenant.activities, param('id')),
  );
  kit.on(['POST'], '/activities/:id/feedback', 'activities', ({ context, param }) => {
    requireRow(context.tenant.activities, param('id'));
    return {};
  });
}

function ordinaryList({ tenant }: EmulatorContext): ListDefinition {
  return { filters: activityFilters(tenant), sortFields, approximateTotal: true, reach };
}

function archiveList({ tenant }: EmulatorContext): ListDefinition {
  return { filters: archiveFilters(tenant), sortFields, approximateTotal: true, reach };
}

/** What the ordinary list shows: the last days, and only what has been stored by now. */
function recentRows(context: EmulatorContext): Row[] {
  return storedRows(context, context.switches.mcasActivityDays);
}

function archivedRows(context: EmulatorContext, filters: Row): Row[] {
  const date = filters.date as Row | null | undefined;
  if (date?.range === undefined) throw badRequest('date.range is required');
  return storedRows(context, retentionDays);
}

/** Captured records are shown whatever their age: whoever replays them wants to see them. */
function storedRows({ tenant, clock }: EmulatorContext, days: number): Row[] {
  if (tenant.captured) return [...tenant.activities.values()];
  const nowMs = clock.now();
  const oldestMs = nowMs - days * DAY_MS;
  return [...tenant.activities.values()].filter(
    (row) => Number(row.timestamp) >= oldestMs && Number(row.created ?? row.timestamp) <= nowMs,
  );
}

function describeFilters({ tenant }: EmulatorContext): Row {
  const filters = Object.entries(activityFilters(tenant)).map(([name, definition]) => ({
    name,
    operators: definition.operators.map((id) => ({ id })),
    inputType: { type: definition.kind },
    deprecated: name === 'activity.eventType',
  }));
  return { filters };
}
