import type { Alert } from '../schema/types/alert.type.js';
import type { FeedGap, FeedState, FeedStep, StepResult } from './changeStore.js';
import { compareWithHead } from './compareWithHead.js';
import type { AlertChange } from './contract.js';
import { buildHead, type Head, type Observation, ticksOf } from './head.js';

/** An alert created this long before the feed began still counts as created under our eyes. In ticks: 5 minutes. */
export const overlapTicks = 3_000_000_000n;

/** The tables of a store inside one transaction. */
export interface ChangeTables {
  readState(): FeedState;
  writeState(state: FeedState): void;
  readHead(id: string): Head | undefined;
  writeHead(head: Head): void;
  /** Count remembered for a gap, null for "unknown", `undefined` when the gap was never told. */
  readGap(at: bigint): number | null | undefined;
  writeGap(at: bigint, count: number | null): void;
  forgetBefore(version: bigint): void;
}

/** The rules of one step, the same for every store. Runs inside the store's transaction. */
export function applyStep(tables: ChangeTables, step: FeedStep): StepResult {
  const before = tables.readState();
  const during: FeedState = { ...before, start: step.feed?.start ?? before.start };
  const changes: AlertChange[] = [];
  const moved: Alert[] = [];
  const publish = (draft: Draft) => changes.push(toChange(draft, step, before, changes.length));
  for (const observation of step.observations) observe(tables, observation, step, during, moved, publish);
  if (step.gap !== undefined && isNewGap(tables, step.gap) && isAfterStart(during, step.gap.at)) {
    publish({ change: 'RESYNC', alert: null, previous: null, changedFields: [], reason: step.gap.reason });
  }
  if (step.gap !== undefined) tables.writeGap(step.gap.at, step.gap.count);
  if (step.forgetBefore !== undefined) tables.forgetBefore(step.forgetBefore);
  const state = nextState(before, step, changes.length);
  tables.writeState(state);
  return { changes, moved, state };
}

type Draft = Pick<AlertChange, 'change' | 'alert' | 'previous' | 'changedFields' | 'reason'>;

function observe(
  tables: ChangeTables,
  observation: Observation,
  step: FeedStep,
  feed: FeedState,
  moved: Alert[],
  publish: (draft: Draft) => void,
): void {
  const { alert } = observation;
  const head = tables.readHead(alert.id);
  const seen = buildHead(observation);
  const comparison = compareWithHead(head, seen);
  if (comparison.is === 'known') return;
  tables.writeHead(seen);
  const isTold = step.detectedBy === 'MUTATION' || isAfterStart(feed, seen.version);
  if (isTold) moved.push(alert);
  if (comparison.is !== 'news' || !isTold) return;
  const change = head === undefined && isCreatedInSight(alert, feed) ? 'CREATED' : 'UPDATED';
  publish({ change, alert, previous: head?.snapshot ?? null, changedFields: comparison.changedFields, reason: null });
}

/** During the first fill only what happens after its start is an event; afterwards everything that is news. */
function isAfterStart(feed: FeedState, at: bigint): boolean {
  return feed.isFilled || (feed.start !== null && at >= feed.start);
}

/** An alert that was never seen is new only if it was created late enough that we would have seen and kept it before. */
function isCreatedInSight(alert: Alert, feed: FeedState): boolean {
  const created = ticksOf(alert.createdDateTime);
  if (created === undefined || feed.start === null) return false;
  return created >= feed.start - overlapTicks && created >= feed.forgottenBefore;
}

function isNewGap(tables: ChangeTables, gap: FeedGap): boolean {
  const told = tables.readGap(gap.at);
  return told === undefined || (gap.count ?? 0) > (told ?? Number.POSITIVE_INFINITY);
}

function toChange(draft: Draft, step: FeedStep, before: FeedState, index: number): AlertChange {
  const cursor = toCursor(before.epoch, before.sequence + index + 1);
  return Object.freeze({ cursor, ...draft, detectedBy: step.detectedBy, detectedAt: step.detectedAt });
}

export function toCursor(epoch: string, sequence: number): string {
  return `${epoch}.${sequence}`;
}

function nextState(before: FeedState, { feed, forgetBefore = 0n }: FeedStep, published: number): FeedState {
  return {
    epoch: before.epoch,
    sequence: before.sequence + published,
    position: feed?.position ?? before.position,
    start: feed?.start ?? before.start,
    isFilled: feed?.isFilled ?? before.isFilled,
    forgottenBefore: forgetBefore > before.forgottenBefore ? forgetBefore : before.forgottenBefore,
  };
}
