import { UpstreamError } from '../../errors/GatewayError.js';
import type { Logger } from '../../observability/logger.js';
import type { MutationError } from '../../schema/types/mutationError.type.js';
import type { Clock } from '../../time/clock.js';
import { compareInstants, toTicks } from '../../time/instant.js';
import { NotFoundError } from '../../upstream/contract.js';
import { outcomeIsUnknown } from '../../upstream/failures.js';
import type { ObjectWrites } from './createObjectWrites.js';
import { problem } from './mutationErrors.js';
import { later } from './PendingWrites.js';
import { type PatchBody, showsFields } from './patchFields.js';
import { type IdempotentRequest, runIdempotent } from './runIdempotent.js';
import type { Triaged, TriagedComment } from './Triaged.js';

/** A checked change to one object; `P` holds the fields to set, in GraphQL's words. */
export interface ObjectEdit<P extends object> {
  readonly id: string;
  /** Absent members stay as they are. */
  readonly patch: P;
  readonly comment?: string;
  readonly expectedLastUpdate?: string;
}

export type ReadEdit<P extends object> =
  | { readonly ok: true; readonly edit: ObjectEdit<P> }
  | { readonly ok: false; readonly errors: readonly MutationError[] };

/** What became of one edit. */
export interface EditOutcome<T> {
  readonly object: T | null;
  /** Null when nothing was written, or when nobody journals the object. */
  readonly cursor: string | null;
  readonly errors: readonly MutationError[];
  /** Whether anything was or may have been written; only such outcomes are remembered for an idempotency key. */
  readonly isFinal: boolean;
}

/** Where the objects are read and written. */
export interface EditableSource<T extends Triaged> {
  readonly writes: ObjectWrites<T>;
  readonly clock: Clock;
  readonly logger: Logger;
  byId(id: string): Promise<T | null>;
  /** Reads past every cache. */
  freshById(id: string): Promise<T | null>;
  patch(id: string, body: Readonly<Record<string, unknown>>): Promise<T | null>;
  postComment(id: string, comment: string): Promise<readonly TriagedComment[]>;
  /** Makes an object that we have just written what everybody reads from here on. */
  remember(object: T): Promise<void>;
}

/** In which objects of different kinds differ. */
export interface EditRules<T extends Triaged, P extends object> {
  /** Begins the sentence "… has changed". */
  readonly subject: string;
  /** Whether a PATCH needs members of the object as it is now. */
  readonly needsFreshRead: boolean;
  /** What the upstream cannot write; empty when it can write all of it. */
  unsupported(edit: ObjectEdit<P>): readonly MutationError[];
  toPatchBody(patch: P, before: T | undefined): PatchBody<T>;
  /** Tells the change to its journal, if it has one, and answers the cursor after it. */
  journal(object: T): Promise<string | null>;
}

type CommentOutcome =
  | { readonly kind: 'written'; readonly comment: TriagedComment }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'unknown' };

/** Clocks of the upstream and ours may differ by this much when a comment is searched by its time. */
const clockSkewMs = 2 * 60_000;

/** Writes checked edits, one at a time for each object. Fields go first, because a PATCH can be repeated and a comment cannot. */
export class ObjectEditor<T extends Triaged, P extends object> {
  constructor(
    private readonly source: EditableSource<T>,
    private readonly rules: EditRules<T, P>,
  ) {}

  /**
   * One edit for one idempotency key; an input that was refused writes nothing.
   * @throws {UpstreamError} when nothing was written because of missing rights, throttling or an outage.
   */
  async editOnce(request: IdempotentRequest, id: string, read: ReadEdit<P>): Promise<EditOutcome<T>> {
    if (!read.ok) return this.refuse(id, read.errors);
    const { idempotency } = this.source.writes;
    const edit = () => this.edit(read.edit);
    const answer = await runIdempotent(idempotency, request, edit, (since) => this.recover(read.edit, since));
    return answer.problem ? this.refuse(id, [answer.problem]) : answer.outcome;
  }

  /**
   * Finishes an edit over which another instance died. Fields that the object does not show are written, because a PATCH
   * can be repeated; a comment that it does not show may still come to light and is not written again.
   */
  private async recover(edit: ObjectEdit<P>, since: number): Promise<EditOutcome<T>> {
    const unsupported = this.rules.unsupported(edit);
    if (unsupported.length > 0) return this.refuse(edit.id, unsupported);
    const { comment, ...fieldsOnly } = edit;
    return this.source.writes.locks.run(edit.id, async () => {
      const now = await this.source.freshById(edit.id);
      if (now === null) return this.notFound();
      const { fields } = this.rules.toPatchBody(edit.patch, now);
      const isPatched = isEmpty(edit.patch) || showsFields(now, fields);
      const patched = isPatched ? await this.settle(now, []) : await this.editLocked(fieldsOnly);
      if (comment === undefined || patched.errors.length > 0) return patched;
      const sentAt = new Date(since - clockSkewMs).toISOString();
      if (findNewComment(now.comments, comment, [], sentAt) !== undefined) return patched;
      return { ...patched, errors: [commentUnknown], isFinal: true };
    });
  }

  private async edit(edit: ObjectEdit<P>): Promise<EditOutcome<T>> {
    const unsupported = this.rules.unsupported(edit);
    if (unsupported.length > 0) return this.refuse(edit.id, unsupported);
    return this.source.writes.locks.run(edit.id, () => this.editLocked(edit));
  }

  /** Nothing is written; the object is told as it is, when it can be read. */
  private async refuse(id: string, errors: readonly MutationError[]): Promise<EditOutcome<T>> {
    const object = await this.source.byId(id).catch(() => null);
    return { object, cursor: null, errors, isFinal: false };
  }

  private async editLocked(edit: ObjectEdit<P>): Promise<EditOutcome<T>> {
    try {
      const before = await this.readBefore(edit);
      if (before !== undefined && this.isOutdated(edit, before)) return this.conflict(before);
      const patched = isEmpty(edit.patch) ? undefined : await this.patch(edit, before);
      if (edit.comment === undefined) return await this.settle(patched ?? before ?? null, []);
      return await this.comment(edit.id, edit.comment, patched ?? before, patched !== undefined);
    } catch (error) {
      if (error instanceof NotFoundError) return this.notFound();
      if (isRefusal(error))
        return this.refuse(edit.id, [problem('INVALID_INPUT', 'The upstream refused these values.')]);
      throw error;
    }
  }

  /** A fresh read where the edit needs one: to compare versions, or because the PATCH holds more than what changes. */
  private async readBefore(edit: ObjectEdit<P>): Promise<T | undefined> {
    const needsFresh = edit.expectedLastUpdate !== undefined || this.rules.needsFreshRead;
    if (!needsFresh && !isEmpty(edit.patch)) return undefined;
    const before = needsFresh ? await this.source.freshById(edit.id) : await this.source.byId(edit.id);
    if (before === null) throw new NotFoundError('GRAPH_SECURITY');
    return before;
  }

  /** Compared at 100 ns; an object without a last update matches nothing. */
  private isOutdated({ expectedLastUpdate }: ObjectEdit<P>, before: T): boolean {
    if (expectedLastUpdate === undefined) return false;
    if (toTicks(expectedLastUpdate) === toTicks(before.lastUpdateDateTime ?? '')) return false;
    return !this.source.writes.pending.isOnlyRestamped(before, expectedLastUpdate);
  }

  private async patch(edit: ObjectEdit<P>, before: T | undefined): Promise<T> {
    const { source } = this;
    const { body, fields } = this.rules.toPatchBody(edit.patch, before);
    const answered = await this.sendPatch(edit.id, body, fields);
    const base = answered ?? before ?? (await source.freshById(edit.id));
    if (base === null) throw new NotFoundError('GRAPH_SECURITY');
    const lastUpdateDateTime = later(base.lastUpdateDateTime, before?.lastUpdateDateTime ?? null);
    source.writes.pending.record(edit.id, { fields, lastUpdateDateTime });
    return source.writes.overlay.apply(base);
  }

  /** When the answer is lost the object is read back; a write that it does not show counts as failed. */
  private async sendPatch(id: string, body: Readonly<Record<string, unknown>>, fields: Partial<T>): Promise<T | null> {
    try {
      return await this.source.patch(id, body);
    } catch (error) {
      if (!outcomeIsUnknown(error)) throw error;
      const now = await this.source.freshById(id).catch(() => null);
      if (now === null || !showsFields(now, fields)) throw error;
      return now;
    }
  }

  private async comment(id: string, text: string, base: T | undefined, isPatched: boolean): Promise<EditOutcome<T>> {
    const { source } = this;
    const outcome = await this.sendComment(id, text, base?.comments ?? []);
    if (outcome.kind === 'failed' && !isPatched) throw outcome.error;
    if (outcome.kind === 'failed')
      return this.settle(base ?? null, [problem('PARTLY_APPLIED', 'The comment was not written.', 'comment')]);
    if (outcome.kind === 'unknown') return this.settleUnknown(base, isPatched);
    source.writes.pending.record(id, {
      fields: {},
      lastUpdateDateTime: base?.lastUpdateDateTime ?? null,
      comment: outcome.comment,
    });
    const now = await source.freshById(id).catch(() => null);
    return this.settle(now ?? (base === undefined ? null : source.writes.overlay.apply(base)), []);
  }

  private async sendComment(id: string, text: string, known: readonly TriagedComment[]): Promise<CommentOutcome> {
    const sentAt = new Date(this.source.clock.now() - clockSkewMs).toISOString();
    try {
      const all = await this.source.postComment(id, text);
      const written = all.findLast((comment) => comment.comment === text) ?? justText(text);
      return { kind: 'written', comment: written };
    } catch (error) {
      if (!outcomeIsUnknown(error)) return { kind: 'failed', error };
      const now = await this.source.freshById(id).catch(() => null);
      const found = now === null ? undefined : findNewComment(now.comments, text, known, sentAt);
      return found === undefined ? { kind: 'unknown' } : { kind: 'written', comment: found };
    }
  }

  private async settleUnknown(base: T | undefined, isPatched: boolean): Promise<EditOutcome<T>> {
    const errors = [commentUnknown];
    if (isPatched) return this.settle(base ?? null, errors);
    return { object: base ?? null, cursor: null, errors, isFinal: true };
  }

  /** Everybody who reads from here on reads the written object, and subscribers hear of it, before the caller does. */
  private async settle(object: T | null, errors: readonly MutationError[]): Promise<EditOutcome<T>> {
    if (object === null) return { object, cursor: null, errors, isFinal: true };
    this.source.writes.pending.settle(object);
    const cursor = await this.journal(object);
    await this.source.remember(object);
    return { object, cursor, errors, isFinal: true };
  }

  /** The object is written, so a journal that fails must not make the caller write again. */
  private async journal(object: T): Promise<string | null> {
    try {
      return await this.rules.journal(object);
    } catch (error) {
      this.source.logger.error({ err: error, objectId: object.id }, 'a written change could not be journalled');
      return null;
    }
  }

  private notFound(): EditOutcome<T> {
    const errors = [problem('NOT_FOUND', `${this.rules.subject} of this id does not exist.`, 'id')];
    return { object: null, cursor: null, errors, isFinal: false };
  }

  private conflict(object: T): EditOutcome<T> {
    const message = `${this.rules.subject} has changed since "expectedLastUpdate".`;
    const errors = [problem('CONFLICT', message, 'expectedLastUpdate')];
    return { object, cursor: null, errors, isFinal: false };
  }
}

const commentUnknown = problem(
  'OUTCOME_UNKNOWN',
  'Whether the comment was written could not be found out; it was not sent again.',
  'comment',
);

/** The upstream understood the request and found the values wrong. */
export function isRefusal(error: unknown): boolean {
  return error instanceof UpstreamError && error.logFields.status === 400;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function justText(comment: string): TriagedComment {
  return { comment, createdByDisplayName: null, createdDateTime: null };
}

/** A comment of this text, as young as our call, that was not there before it. */
function findNewComment(
  shown: readonly TriagedComment[],
  text: string,
  known: readonly TriagedComment[],
  sentAt: string,
): TriagedComment | undefined {
  const knownTimes = new Set(
    known.filter((comment) => comment.comment === text).map((comment) => comment.createdDateTime),
  );
  return shown.findLast(
    ({ comment, createdDateTime }) =>
      comment === text &&
      createdDateTime !== null &&
      !knownTimes.has(createdDateTime) &&
      compareInstants(createdDateTime, sentAt) >= 0,
  );
}
