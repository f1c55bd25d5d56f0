import type { MCASAlertClosing, MCASCloseReason } from '../../../schema/enums/mcasAlert.enums.js';
import type { CloseMCASAlertsInput, MarkMCASAlertsReadInput } from '../../../schema/inputs/mcasMutations.input.js';
import type { MCASAlert } from '../../../schema/types/mcasAlert.type.js';
import type {
  CloseMCASAlertsPayload,
  MarkMCASAlertsReadPayload,
  MCASAlertResult,
} from '../../../schema/types/mcasMutation.type.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import { NotFoundError } from '../../../upstream/contract.js';
import { outcomeIsUnknown } from '../../../upstream/failures.js';
import { lengthProblems, maxCharacters } from '../../mutations/inputChecks.js';
import { invalid, problem } from '../../mutations/mutationErrors.js';
import { isRefusal, type McasCaller, runMutation } from '../mutationParts.js';
import { toCloudAlertId } from './alertId.js';
import type { CloseOrder } from './calls.js';
import type { McasAlertsDataSource } from './McasAlertsDataSource.js';

const maxClosed = 100;
const maxMarked = 20;

/** Numbers of the reasons that each way of closing takes. */
const reasonIds: Readonly<Record<MCASAlertClosing, Partial<Record<MCASCloseReason, number>>>> = {
  BENIGN: { ACTUAL_SEVERITY_LOWER: 2, OTHER: 4, CONFIRMED_WITH_END_USER: 5, TRIGGERED_BY_TEST: 6 },
  FALSE_POSITIVE: { NOT_OF_INTEREST: 0, TOO_MANY_SIMILAR: 1, ALERT_NOT_ACCURATE: 3, OTHER: 4 },
  TRUE_POSITIVE: {},
};

type Outcome<T> = T & { readonly isFinal: boolean };
/** What became of one alert, by Cloud Apps' own id. */
type Verdicts = ReadonlyMap<string, readonly MutationError[]>;

const done: readonly MutationError[] = [];
const missing: readonly MutationError[] = [problem('NOT_FOUND', 'There is no alert with this id.', 'ids')];
const refused: readonly MutationError[] = [invalid(null, 'The upstream refused these values.')];
const archived: readonly MutationError[] = [invalid('read', 'A closed alert cannot be marked as unread.')];
const undecided: readonly MutationError[] = [
  problem('OUTCOME_UNKNOWN', 'Whether this was done could not be found out; it was not sent again.', 'ids'),
];

/** The mutations of Cloud Apps alerts, from input to payload. */
export class McasAlertMutations {
  constructor(
    private readonly alerts: McasAlertsDataSource,
    private readonly caller: McasCaller,
  ) {}

  /**
   * Closes 1 to 100 alerts with one call. When its answer is lost the alerts are read back, and nothing is sent again.
   * @throws {UpstreamError} when nothing was written because of missing rights, throttling or an outage.
   */
  async close(input: CloseMCASAlertsInput): Promise<CloseMCASAlertsPayload> {
    const fail = (errors: readonly MutationError[]) => ({ results: [], errors, isFinal: false });
    const problems = [
      ...idProblems(input.ids, maxClosed),
      ...reasonProblems(input),
      ...lengthProblems('comment', input.comment, maxCharacters.comment),
    ];
    return runMutation<Outcome<CloseMCASAlertsPayload>>(
      this.caller,
      'closeMCASAlerts',
      input,
      problems,
      fail,
      async () => toCloseOutcome(input, await this.#closeAll(toOrder(input))),
      async () => toCloseOutcome(input, await this.#readBack(toOrder(input), undefined)),
    );
  }

  /**
   * Marks 1 to 20 alerts, a call each; several are read first with one call, and those that are as asked left alone.
   * @throws {UpstreamError} when nothing was written because of missing rights, throttling or an outage.
   */
  async markRead(input: MarkMCASAlertsReadInput): Promise<MarkMCASAlertsReadPayload> {
    const fail = (errors: readonly MutationError[]) => ({ results: [], errors, isFinal: false });
    return runMutation<Outcome<MarkMCASAlertsReadPayload>>(
      this.caller,
      'markMCASAlertsRead',
      input,
      idProblems(input.ids, maxMarked),
      fail,
      () => this.#markAll(input),
      // A mark may be set twice.
      () => this.#markAll(input),
    );
  }

  async #closeAll(order: CloseOrder): Promise<Verdicts> {
    if (order.ids.length === 0) return new Map();
    try {
      const { closed, notFound } = await this.alerts.close(order);
      const unknown = new Set(notFound.map((id) => toCloudAlertId(id)));
      const expected = order.ids.filter((id) => !unknown.has(id)).length;
      if (closed === null || closed < expected) return await this.#readBack(order, undefined);
      return new Map(order.ids.map((id) => [id, unknown.has(id) ? missing : done]));
    } catch (error) {
      if (outcomeIsUnknown(error) || error instanceof NotFoundError) return await this.#readBack(order, error);
      if (isRefusal(error)) return await this.#explainRefusal(order);
      throw error;
    } finally {
      await this.alerts.forget(order.ids);
    }
  }

  /**
   * What the alerts themselves say.
   * @throws the error of the call when none of them is closed as asked: then it was not carried out.
   */
  async #readBack(order: CloseOrder, error: unknown): Promise<Verdicts> {
    const now = await this.alerts.freshByIds(order.ids).catch(() => undefined);
    if (now === undefined) return new Map(order.ids.map((id) => [id, undecided]));
    const verdicts = order.ids.map((id) => [id, verdictOf(now.get(id), order)] as const);
    const wasDone = verdicts.some(([, verdict]) => verdict === done);
    const wasThere = verdicts.some(([, verdict]) => verdict === undecided);
    if (error !== undefined && wasThere && !wasDone) throw error;
    return new Map(verdicts);
  }

  /** The upstream refuses a close as a whole, also when it knows none of the alerts. */
  async #explainRefusal({ ids }: CloseOrder): Promise<Verdicts> {
    const now = await this.alerts.freshByIds(ids).catch(() => undefined);
    return new Map(ids.map((id) => [id, now?.has(id) === false ? missing : refused]));
  }

  async #markAll({ ids, read }: MarkMCASAlertsReadInput): Promise<Outcome<MarkMCASAlertsReadPayload>> {
    const own = ownIds(ids);
    const present = own.length > 1 ? await this.alerts.freshByIds(own) : undefined;
    const verdicts = new Map<string, readonly MutationError[] | Error>();
    try {
      await Promise.all(own.map(async (id) => verdicts.set(id, await this.#markOne(id, read, present))));
    } finally {
      await this.alerts.forget(own);
    }
    const results = ids.map((id) => {
      const verdict = verdicts.get(toCloudAlertId(id) ?? '');
      return verdict instanceof Error ? verdict : { id, done: verdict === done, errors: verdict ?? missing };
    });
    const isWhole = results.every((result) => !(result instanceof Error));
    return {
      results,
      errors: [],
      isFinal: isWhole && [...verdicts.values()].some((verdict) => verdict === done || verdict === undecided),
    };
  }

  async #markOne(
    id: string,
    read: boolean,
    present: ReadonlyMap<string, MCASAlert> | undefined,
  ): Promise<readonly MutationError[] | Error> {
    const before = present?.get(id);
    if (present !== undefined && before === undefined) return missing;
    if (isMarked(before, read)) return done;
    if (before?.status === 'ARCHIVED') return archived;
    try {
      await this.alerts.mark(id, read);
      return done;
    } catch (error) {
      if (error instanceof NotFoundError) return missing;
      if (!outcomeIsUnknown(error)) return error as Error;
      const now = await this.alerts.freshByIds([id]).catch(() => undefined);
      return now === undefined ? undecided : isMarked(now.get(id), read) ? done : (error as Error);
    }
  }
}

/** A closed alert counts as read. */
function isMarked(alert: MCASAlert | undefined, read: boolean): boolean {
  const wanted = read ? ['READ', 'ARCHIVED'] : ['UNREAD'];
  return wanted.includes(alert?.status ?? '');
}

function verdictOf(alert: MCASAlert | undefined, { as, comment }: CloseOrder): readonly MutationError[] {
  if (alert === undefined) return missing;
  const isClosed = alert.resolutionStatus === as && (comment === undefined || alert.comment === comment);
  return isClosed ? done : undecided;
}

function toResult(id: string, verdicts: Verdicts): MCASAlertResult {
  const errors = verdicts.get(toCloudAlertId(id) ?? '') ?? missing;
  return { id, done: errors === done, errors };
}

function toCloseOutcome({ ids }: CloseMCASAlertsInput, verdicts: Verdicts): Outcome<CloseMCASAlertsPayload> {
  return { results: ids.map((id) => toResult(id, verdicts)), errors: [], isFinal: isWritten(verdicts) };
}

/** Whether anything was or may have been written. */
function isWritten(verdicts: Verdicts): boolean {
  return [...verdicts.values()].some((verdict) => verdict === done || verdict === undecided);
}

function toOrder({ ids, as, reason, comment }: CloseMCASAlertsInput): CloseOrder {
  const reasonId = reason ? reasonIds[as][reason] : undefined;
  return {
    ids: ownIds(ids),
    as,
    ...(reasonId === undefined ? {} : { reasonId }),
    ...(comment ? { comment } : {}),
  };
}

/** Each alert once; what cannot be an id of an alert is left out and reported as not found. */
function ownIds(ids: readonly string[]): string[] {
  return [...new Set(ids.flatMap((id) => toCloudAlertId(id) ?? []))];
}

function idProblems(ids: readonly string[], max: number): MutationError[] {
  return ids.length >= 1 && ids.length <= max ? [] : [invalid('ids', `"ids" wants 1 to ${max} items.`)];
}

function reasonProblems({ as, reason }: CloseMCASAlertsInput): MutationError[] {
  if (!reason || reasonIds[as][reason] !== undefined) return [];
  const fitting = Object.keys(reasonIds[as]).join(', ');
  return [
    invalid('reason', fitting === '' ? `"${as}" takes no reason.` : `"${as}" takes one of these reasons: ${fitting}.`),
  ];
}
