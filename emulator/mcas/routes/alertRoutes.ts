import { createRandom } from '../../random.js';
import { changeAlert } from '../../tenant/mutations.js';
import { buildPortalActivity } from '../../tenant/portalActivity.js';
import type { Row } from '../../tenant/Tenant.js';
import { answerList, compileOrRefuse, type ListDefinition, requireRow } from '../answerList.js';
import { alertFilters } from '../filters/alertFilters.js';
import { isRow } from '../filters/FilterDefinition.js';
import { badRequest } from '../McasError.js';
import { toListInput } from '../readInput.js';
import type { Call, RouteKit } from './RouteKit.js';

const list: ListDefinition = {
  filters: alertFilters,
  sortFields: { date: (row) => Number(row.timestamp), severity: (row) => Number(row.severityValue) },
};

/** One way of closing alerts. */
interface Closing {
  readonly resolutionStatusValue: number;
  readonly classification: string;
  readonly determination: string;
  /** Accepted `reasonId` values; `undefined` when none is looked at. */
  readonly reasons?: readonly number[];
  readonly category: 'RESOLVE_ALERT' | 'DISMISS_ALERT';
  /** Member of the answer that counts the closed alerts. */
  readonly counter: string;
}

const benign: Closing = {
  resolutionStatusValue: 4,
  classification: 'informationalExpectedActivity',
  determination: 'confirmedActivity',
  reasons: [2, 4, 5, 6],
  category: 'DISMISS_ALERT',
  counter: 'closed_benign',
};
const falsePositive: Closing = {
  resolutionStatusValue: 3,
  classification: 'falsePositive',
  determination: 'notMalicious',
  reasons: [0, 1, 3, 4],
  category: 'DISMISS_ALERT',
  counter: 'closed_false_positive',
};
const truePositive: Closing = {
  resolutionStatusValue: 5,
  classification: 'truePositive',
  determination: 'compromisedAccount',
  category: 'RESOLVE_ALERT',
  counter: 'closed_true_positive',
};

/**
 * Alerts: list, one record, read and unread, the three ways of closing, and the obsolete routes that map to them.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-alerts
 */
export function addAlertRoutes(kit: RouteKit): void {
  kit.on(['GET', 'POST'], '/alerts/', 'readAlerts', ({ context, input }) =>
    answerList(context.tenant.mcasAlerts.values(), toListInput(input), list, context),
  );
  kit.on(['POST'], '/alerts/close_benign/', 'closeAlerts', (call) => closeMatching(call, benign));
  kit.on(['POST'], '/alerts/close_false_positive/', 'closeAlerts', (call) => closeMatching(call, falsePositive));
  kit.on(['POST'], '/alerts/close_true_positive/', 'closeAlerts', (call) => closeMatching(call, truePositive));
  kit.on(['POST'], '/alerts/dismiss_bulk/', 'closeAlerts', (call) =>
    closeMatching(call, obsolete(falsePositive, 'dismissed')),
  );
  kit.on(['POST'], '/alerts/resolve/', 'closeAlerts', (call) =>
    closeMatching(call, obsolete(truePositive, 'resolved')),
  );
  kit.on(['POST'], '/alerts/:id/dismiss/', 'closeAlerts', (call) => {
    close(call, requireRow(call.context.tenant.mcasAlerts, call.param('id')), falsePositive);
    return { dismissed: 1 };
  });
  kit.on(['GET'], '/alerts/:id/', 'readAlerts', ({ context, param }) =>
    requireRow(context.tenant.mcasAlerts, param('id')),
  );
  kit.on(['POST'], '/alerts/:id/read/', 'readAlerts', (call) => mark(call, 1));
  kit.on(['POST'], '/alerts/:id/unread/', 'readAlerts', (call) => mark(call, 0));
}

/** The obsolete routes know no reasons and count under another name. */
function obsolete({ reasons: _reasons, ...closing }: Closing, counter: string): Closing {
  return { ...closing, counter };
}

/** Archived alerts keep their status. */
function mark({ context, param }: Call, statusValue: 0 | 1): Row {
  const id = param('id');
  const before = requireRow(context.tenant.mcasAlerts, id);
  if (before.statusValue !== 2) {
    context.tenant.mcasAlerts.set(id, { ...before, statusValue });
    context.changes.publish({ collection: 'mcasAlerts', id, changeType: 'updated', before });
  }
  return {};
}

function closeMatching(call: Call, closing: Closing): Row {
  const { context, input } = call;
  const { filters } = toListInput(input);
  checkReason(input.reasonId, closing);
  const test = compileOrRefuse(filters, alertFilters, context);
  const matching = [...context.tenant.mcasAlerts.values()].filter(test);
  for (const row of matching) close(call, row, closing);
  const missing = askedIds(filters).filter((id) => !context.tenant.mcasAlerts.has(id));
  if (matching.length === 0) call.reply.status(context.switches.mcasCloseNoMatchStatus);
  return { [closing.counter]: matching.length, ...(missing.length === 0 ? {} : { alertsNotFound: missing }) };
}

function checkReason(reasonId: unknown, { reasons }: Closing): void {
  if (reasonId === undefined || reasonId === null || reasons === undefined) return;
  if (!reasons.includes(Number(reasonId))) throw badRequest('reasonId is not valid');
}

function askedIds(filters: Row): string[] {
  const condition = filters.id ?? filters.ID;
  const ids = isRow(condition) ? condition.eq : undefined;
  return (Array.isArray(ids) ? ids : [ids]).filter((id) => typeof id === 'string');
}

/** Closes one alert here and in Graph, and leaves an activity of the portal behind. */
function close({ context, caller, input }: Call, before: Row, closing: Closing): void {
  const { tenant, clock, changes } = context;
  const id = String(before._id);
  const at = clock.timestamp();
  const comment = typeof input.comment === 'string' ? input.comment : '';
  const { classification, determination } = closing;
  const mutation = changeAlert(tenant, `ca${id}`, { status: 'resolved', classification, determination }, at);
  const closed: Row = {
    ...before,
    statusValue: 2,
    resolutionStatusValue: closing.resolutionStatusValue,
    comment,
    handledByUser: caller.name,
    resolveTime: new Date(clock.now()).toISOString(),
  };
  tenant.mcasAlerts.set(id, closed);
  addPortalActivity({ context, caller }, closed, closing, comment);
  for (const change of mutation?.changes ?? []) changes.publish(change);
  if (mutation === undefined) changes.publish({ collection: 'mcasAlerts', id, changeType: 'updated', before });
}

function addPortalActivity(
  { context, caller }: Pick<Call, 'context' | 'caller'>,
  alert: Row,
  closing: Closing,
  comment: string,
): void {
  const { tenant, clock } = context;
  tenant.serial += 1;
  const atMs = Math.floor(clock.now());
  const id = `${atMs}_${createRandom(`${alert._id}/${tenant.serial}`).hex(32)}`;
  const activity = buildPortalActivity({ id, atMs, actor: caller.name, category: closing.category, alert, comment });
  tenant.activities.set(id, activity);
}
