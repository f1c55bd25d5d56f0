import type { AlertChanges } from '../../../changes/contract.js';
import { UpstreamError } from '../../../errors/GatewayError.js';
import type { Alert, AlertComment } from '../../../schema/types/alert.type.js';
import type { MutationError, MutationErrorCode } from '../../../schema/types/mutationError.type.js';
import { compareInstants, toTicks } from '../../../time/instant.js';
import { NotFoundError } from '../../../upstream/contract.js';
import { outcomeIsUnknown } from '../../../upstream/failures.js';
import type { AlertsDataSource } from '../AlertsDataSource.js';
import { later } from './PendingWrites.js';
import { showsFields, toPatchBody, unsupportedParts } from './patchBody.js';
import type { AlertEdit } from './readAlertEdit.js';

/** What became of one edit. */
export interface AlertEditOutcome {
  readonly alert: Alert | null;
  /** Null when nothing was written. */
  readonly cursor: string | null;
  readonly errors: readonly MutationError[];
  /** Whether anything was or may have been written; only such outcomes are remembered for an idempotency key. */
  readonly isFinal: boolean;
}

export interface AlertEditorParts {
  readonly alerts: AlertsDataSource;
  readonly changes: AlertChanges;
}

type CommentOutcome =
  | { readonly kind: 'written'; readonly comment: AlertComment }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'unknown' };

/** Clocks of the upstream and ours may differ by this much when a comment is searched by its time. */
const clockSkewMs = 2 * 60_000;

/** Writes checked edits to alerts, one at a time for each alert. Fields go first, because a PATCH can be repeated and a comment cannot. */
export class AlertEditor {
  constructor(private readonly parts: AlertEditorParts) {}

  /** @throws {UpstreamError} when nothing was written because of missing rights, throttling or an outage. */
  async edit(edit: AlertEdit): Promise<AlertEditOutcome> {
    const unsupported = unsupportedParts(this.parts.alerts.dialect, edit);
    if (unsupported.length > 0) return this.refuse(edit.id, unsupported);
    return this.parts.alerts.writes.locks.run(edit.id, () => this.editLocked(edit));
  }

  /** Nothing is written; the alert is told as it is, when it can be read. */
  async refuse(id: string, errors: readonly MutationError[]): Promise<AlertEditOutcome> {
    const alert = await this.parts.alerts.byId(id).catch(() => null);
    return { alert, cursor: null, errors, isFinal: false };
  }

  private async editLocked(edit: AlertEdit): Promise<AlertEditOutcome> {
    try {
      const before = await this.readBefore(edit);
      if (before !== undefined && this.isOutdated(edit, before)) return conflict(before);
      const patched = isEmpty(edit.patch) ? undefined : await this.patch(edit, before);
      if (edit.comment === undefined) return await this.settle(patched ?? before ?? null, []);
      return await this.comment(edit.id, edit.comment, patched ?? before, patched !== undefined);
    } catch (error) {
      if (error instanceof NotFoundError) return notFound();
      if (isRefusal(error))
        return this.refuse(edit.id, [problem('INVALID_INPUT', 'The upstream refused these values.')]);
      throw error;
    }
  }

  /** A fresh read where the edit needs one: to compare versions, for the vendor of the legacy API. */
  private async readBefore(edit: AlertEdit): Promise<Alert | undefined> {
    const { alerts } = this.parts;
    const needsFresh = edit.expectedLastUpdate !== undefined || alerts.dialect.name === 'legacy';
    if (!needsFresh && !isEmpty(edit.patch)) return undefined;
    const before = needsFresh ? await alerts.freshById(edit.id) : await alerts.byId(edit.id);
    if (before === null) throw new NotFoundError('GRAPH_SECURITY');
    return before;
  }

  /** Compared at 100 ns; an alert without a last update matches nothing. */
  private isOutdated({ expectedLastUpdate }: AlertEdit, before: Alert): boolean {
    if (expectedLastUpdate === undefined) return false;
    if (toTicks(expectedLastUpdate) === toTicks(before.lastUpdateDateTime ?? '')) return false;
    return !this.parts.alerts.writes.pending.isOnlyRestamped(before, expectedLastUpdate);
  }

  private async patch(edit: AlertEdit, before: Alert | undefined): Promise<Alert> {
    const { alerts } = this.parts;
    const { body, fields } = toPatchBody(alerts.dialect, edit.patch, before);
    const answered = await this.sendPatch(edit.id, body, fields);
    const base = answered ?? before ?? (await alerts.freshById(edit.id));
    if (base === null) throw new NotFoundError('GRAPH_SECURITY');
    const lastUpdateDateTime = later(base.lastUpdateDateTime, before?.lastUpdateDateTime ?? null);
    alerts.writes.pending.record(edit.id, { fields, lastUpdateDateTime });
    return alerts.writes.overlay.apply(base);
  }

  /** When the answer is lost the alert is read back; a write that it does not show counts as failed. */
  private async sendPatch(
    id: string,
    body: Readonly<Record<string, unknown>>,
    fields: Partial<Alert>,
  ): Promise<Alert | null> {
    try {
      return await this.parts.alerts.patch(id, body);
    } catch (error) {
      if (!outcomeIsUnknown(error)) throw error;
      const now = await this.parts.alerts.freshById(id).catch(() => null);
      if (now === null || !showsFields(now, fields)) throw error;
      return now;
    }
  }

  private async comment(
    id: string,
    text: string,
    base: Alert | undefined,
    isPatched: boolean,
  ): Promise<AlertEditOutcome> {
    const { alerts } = this.parts;
    const outcome = await this.sendComment(id, text, base?.comments ?? []);
    if (outcome.kind === 'failed' && !isPatched) throw outcome.error;
    if (outcome.kind === 'failed')
      return this.settle(base ?? null, [problem('PARTLY_APPLIED', 'The comment was not written.', 'comment')]);
    if (outcome.kind === 'unknown') return this.settleUnknown(base, isPatched);
    alerts.writes.pending.record(id, {
      fields: {},
      lastUpdateDateTime: base?.lastUpdateDateTime ?? null,
      comment: outcome.comment,
    });
    const now = await alerts.freshById(id).catch(() => null);
    return this.settle(now ?? (base === undefined ? null : alerts.writes.overlay.apply(base)), []);
  }

  private async sendComment(id: string, text: string, known: readonly AlertComment[]): Promise<CommentOutcome> {
    const sentAt = new Date(this.parts.alerts.clock.now() - clockSkewMs).toISOString();
    try {
      const all = await this.parts.alerts.postComment(id, text);
      const written = all.findLast((comment) => comment.comment === text) ?? justText(text);
      return { kind: 'written', comment: written };
    } catch (error) {
      if (!outcomeIsUnknown(error)) return { kind: 'failed', error };
      const now = await this.parts.alerts.freshById(id).catch(() => null);
      const found = now === null ? undefined : findNewComment(now, text, known, sentAt);
      return found === undefined ? { kind: 'unknown' } : { kind: 'written', comment: found };
    }
  }

  private async settleUnknown(base: Alert | undefined, isPatched: boolean): Promise<AlertEditOutcome> {
    const errors = [
      problem(
        'OUTCOME_UNKNOWN',
        'Whether the comment was written could not be found out; it was not sent again.',
        'comment',
      ),
    ];
    if (isPatched) return this.settle(base ?? null, errors);
    return { alert: base ?? null, cursor: null, errors, isFinal: true };
  }

  /** Everybody who reads from here on reads the written alert, and subscribers hear of it, before the caller does. */
  private async settle(alert: Alert | null, errors: readonly MutationError[]): Promise<AlertEditOutcome> {
    if (alert === null) return { alert, cursor: null, errors, isFinal: true };
    this.parts.alerts.writes.pending.settle(alert);
    const cursor = await this.journal(alert);
    await this.parts.alerts.remember(alert);
    return { alert, cursor, errors, isFinal: true };
  }

  /** The alert is written, so a journal that fails must not make the caller write again. */
  private async journal(alert: Alert): Promise<string | null> {
    try {
      return await this.parts.changes.recordMutation(alert);
    } catch (error) {
      this.parts.alerts.logger.error({ err: error, alertId: alert.id }, 'a written alert could not be journalled');
      return null;
    }
  }
}

function problem(code: MutationErrorCode, message: string, member?: string): MutationError {
  return { code, message, inputPath: member === undefined ? null : [member] };
}

function notFound(): AlertEditOutcome {
  return {
    alert: null,
    cursor: null,
    errors: [problem('NOT_FOUND', 'There is no alert with this id.', 'id')],
    isFinal: false,
  };
}

function conflict(alert: Alert): AlertEditOutcome {
  const message = 'The alert has changed since "expectedLastUpdate".';
  return { alert, cursor: null, errors: [problem('CONFLICT', message, 'expectedLastUpdate')], isFinal: false };
}

/** The upstream understood the request and found the values wrong. */
function isRefusal(error: unknown): boolean {
  return error instanceof UpstreamError && error.logFields.status === 400;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function justText(comment: string): AlertComment {
  return { comment, createdByDisplayName: null, createdDateTime: null };
}

/** A comment of this text, as young as our call, that was not there before it. */
function findNewComment(
  alert: Alert,
  text: string,
  known: readonly AlertComment[],
  sentAt: string,
): AlertComment | undefined {
  const knownTimes = new Set(
    known.filter((comment) => comment.comment === text).map((comment) => comment.createdDateTime),
  );
  return alert.comments.findLast(
    ({ comment, createdDateTime }) =>
      comment === text &&
      createdDateTime !== null &&
      !knownTimes.has(createdDateTime) &&
      compareInstants(createdDateTime, sentAt) >= 0,
  );
}
