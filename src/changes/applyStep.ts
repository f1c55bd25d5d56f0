import type { FeedGap, FeedState, FeedStep, Observation } from './changeStore.js';
import { compareWithHead } from './compareWithHead.js';
import type { ChangeKind, ChangeTopic } from './contract.js';
import { buildHead, type Head, type HeadRef, headKey } from './head.js';
import type { EntryDraft, StepNeeds, StepPlan, StepReads } from './stepPlan.js';
import { creationOf, rulesOf } from './topics.js';

/** An entity created this long before the feed began still counts as created under our eyes. In ticks: 5 minutes. */
export const overlapTicks = 3_000_000_000n;

/** What has to be read before the step can be planned. */
export function needsOf(step: FeedStep): StepNeeds {
  const removed = (step.removals ?? []).map((id) => ({ topic: step.topic, id }));
  const heads = new Map<string, HeadRef>();
  for (const { topic, id } of [...step.observations, ...removed]) heads.set(headKey({ topic, id }), { topic, id });
  return {
    heads: [...heads.values()],
    feeds: [...new Set([step.topic, ...step.observations.map(({ topic }) => topic)])],
    ...(step.gap === undefined ? {} : { gapAt: step.gap.at }),
  };
}

/** The rules of one step, the same for every store. Pure: what it returns is yet to be carried out. */
export function planStep(reads: StepReads, step: FeedStep): StepPlan {
  return new StepPlanner(reads, step).plan();
}

class StepPlanner {
  readonly #drafts: EntryDraft[] = [];
  /** Heads that the step has touched; null stands for a deleted one. */
  readonly #touched = new Map<string, Head | null>();

  constructor(
    private readonly reads: StepReads,
    private readonly step: FeedStep,
  ) {}

  plan(): StepPlan {
    const { step } = this;
    for (const observation of step.observations) this.#observe(observation);
    for (const id of step.removals ?? []) this.#remove(id);
    const gaps = step.gap === undefined ? [] : this.#declareGap(step.gap);
    if (step.resync !== undefined) this.#resync(step.resync);
    const heads = [...this.#touched.values()];
    return {
      drafts: this.#drafts,
      heads: heads.filter((head) => head !== null),
      deletedHeads: [...new Set(step.removals)].flatMap((id) => this.#deleted(id)),
      feed: nextFeed(this.reads.feed(step.topic), step),
      gaps,
      forgetBefore: step.forgetBefore,
    };
  }

  #observe(observation: Observation): void {
    const head = this.#head(observation);
    const seen = buildHead(observation);
    const comparison = compareWithHead(head, seen);
    if (comparison.is === 'known') return;
    this.#touched.set(headKey(seen), seen);
    const feed = this.#feed(seen.topic);
    const isOwn = this.step.detectedBy === 'MUTATION';
    const isKnown = isOwn || head !== undefined;
    if (comparison.is === 'confirmed' || !(isKnown || isAfterStart(feed, seen.version))) return;
    const isNews = comparison.is === 'news' && (isKnown || isInSight(feed, seen.version));
    const isCreated = isNews && head === undefined && isCreatedInSight(seen, feed);
    this.#draft({
      topic: seen.topic,
      id: seen.id,
      change: isCreated ? 'CREATED' : 'UPDATED',
      entity: seen.entity,
      before: head?.entity ?? null,
      changedFields: comparison.is === 'news' ? comparison.changedFields : [rulesOf(seen.topic).versionField],
      isSilent: !isNews,
    });
  }

  #remove(id: string): void {
    const { topic } = this.step;
    const head = this.#head({ topic, id });
    if (head === undefined) return;
    this.#touched.set(headKey(head), null);
    this.#draft({ topic, id, change: 'REMOVED', before: head.entity });
  }

  /** Told once, and again when there are more entities that cannot be reached; what lies before the start nobody has seen. */
  #declareGap(gap: FeedGap): StepPlan['gaps'] {
    const told = this.reads.gapCount(gap.at);
    if (told !== undefined && (gap.count ?? 0) <= (told ?? Number.POSITIVE_INFINITY)) return [];
    if (isAfterStart(this.#feed(this.step.topic), gap.at)) this.#resync(gap.reason);
    return [{ at: gap.at, count: gap.count }];
  }

  #resync(reason: string): void {
    this.#draft({ topic: this.step.topic, id: null, change: 'RESYNC', reason });
  }

  #draft(draft: Partial<EntryDraft> & { readonly topic: ChangeTopic; readonly change: ChangeKind }): void {
    this.#drafts.push({ ...emptyDraft, ...draft });
  }

  #head(ref: HeadRef): Head | undefined {
    const touched = this.#touched.get(headKey(ref));
    if (touched === null) return undefined;
    return touched ?? this.reads.head(ref.topic, ref.id);
  }

  #deleted(id: string): HeadRef[] {
    const { topic } = this.step;
    return this.#touched.get(headKey({ topic, id })) === null ? [{ topic, id }] : [];
  }

  /** The first page of a fill names its own start. */
  #feed(topic: ChangeTopic): FeedState {
    const feed = this.reads.feed(topic);
    const start = topic === this.step.topic ? (this.step.feed?.start ?? feed.start) : feed.start;
    return { ...feed, start };
  }
}

const emptyDraft = { id: null, entity: null, before: null, changedFields: [], reason: null, isSilent: false };

/** During the first fill, what is unknown is an event only when it happened after the start; afterwards always. */
function isAfterStart(feed: FeedState, at: bigint): boolean {
  return feed.isFilled || (feed.start !== null && at >= feed.start);
}

/** What is older than everything that is remembered is an old state learned late, not a change. */
function isInSight(feed: FeedState, at: bigint): boolean {
  return !feed.isFilled || feed.coveredFrom === null || at >= feed.coveredFrom;
}

/**
 * An entity that was never seen is new only if it came to be late enough that we would have seen and kept it before. What
 * has changed since, while nothing is remembered yet, clients may have read in an earlier state: then it is not new to all.
 */
function isCreatedInSight({ topic, entity, version }: Head, feed: FeedState): boolean {
  if (rulesOf(topic).creationField === null) return feed.isFilled && version >= feed.forgottenBefore;
  const created = creationOf(topic, entity);
  if (created === undefined || feed.start === null) return false;
  if (!feed.isFilled && version > created) return false;
  return created >= feed.start - overlapTicks && created >= feed.forgottenBefore;
}

function nextFeed(before: FeedState, { feed, forgetBefore }: FeedStep): FeedState | undefined {
  if (feed === undefined && forgetBefore === undefined) return undefined;
  const after = { ...before, ...feed };
  if (forgetBefore === undefined) return after;
  const coveredFrom = after.coveredFrom === null ? null : later(after.coveredFrom, forgetBefore);
  return { ...after, coveredFrom, forgottenBefore: later(after.forgottenBefore, forgetBefore) };
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
