import type { Cached } from '../../cache/contract.js';
import { isOutage, staleWarning } from '../../cache/outage.js';
import type { ChangeTopic, EntityOf } from '../../changes/contract.js';
import { UpstreamError } from '../../errors/GatewayError.js';
import type { Mirror, Proof } from '../../mirror/contract.js';
import { noTime } from '../../mirror/MirrorTable.js';
import type { OrderPosition } from '../../mirror/OrderIndex.js';
import { type MirrorQuestion, readMirrorPage } from '../../mirror/readPage.js';
import { outsideMirror } from '../../mirror/refusals.js';
import { toTicks } from '../../time/instant.js';
import type { AnswerWarning, CallScope, UpstreamName } from '../../upstream/contract.js';
import type { ReadPage } from './coveredPage.js';
import type { KeysetPosition } from './cursor.js';

/** Where mirrored rows of a topic come from, for one operation. */
export interface MirroredSource<T extends ChangeTopic> {
  readonly mirror: Mirror;
  readonly topic: T;
  /** The upstream that was spared. */
  readonly upstream: UpstreamName;
  readonly scope: CallScope;
  /** As of a {@link MirrorReader}. */
  readonly staleMs?: number | undefined;
}

/** One page from the mirror; `undefined` when it cannot prove the page complete. */
export function readMirrored<T extends ChangeTopic>(
  { mirror, topic, upstream, scope, staleMs }: MirroredSource<T>,
  question: MirrorQuestion<EntityOf<T>>,
): ReadPage<EntityOf<T>> | undefined {
  const proof = mirror.prove(topic, { ...scope, staleMs });
  const page = proof === undefined ? undefined : readMirrorPage(proof, question);
  if (proof === undefined || page === undefined) return undefined;
  tellMirrored(scope, upstream, proof);
  const { asOf, stale } = proof;
  return { value: { ...page, warnings: [], truncated: false }, asOf, stale, source: 'MIRROR' };
}

/** Tells the answer that the mirror is part of it. */
export function tellMirrored(
  { meter }: CallScope,
  upstream: UpstreamName,
  { asOf, stale }: Pick<Proof<unknown>, 'asOf' | 'stale'>,
): void {
  meter.mirrorHit(upstream);
  meter.dataAsOf(asOf);
  if (!stale) return;
  meter.stale(asOf);
  meter.warning(staleWarning(upstream));
}

/**
 * What a reading brings, or what stands in for it while the upstream is throttled, silent or away.
 * @throws what the reading threw, when nothing stands in or the upstream has answered.
 */
export async function orWhileAway<V>(reading: Promise<V>, standIn: () => V | undefined): Promise<V> {
  try {
    return await reading;
  } catch (error) {
    const value = isOutage(error) ? standIn() : undefined;
    if (value === undefined) throw error;
    return value;
  }
}

/** A page that the mirror cannot prove, read elsewhere or else as the mirror last had it; then a total may be missing. */
export function orLastKnownPage<T extends ChangeTopic>(
  source: MirroredSource<T> & { readonly staleMs: number },
  question: MirrorQuestion<EntityOf<T>>,
  reading: Promise<ReadPage<EntityOf<T>>>,
): Promise<ReadPage<EntityOf<T>>> {
  return orWhileAway(reading, () => {
    const page = readMirrored(source, question);
    if (!page?.value || !question.withTotal || page.value.total !== undefined) return page;
    return { ...page, value: { ...page.value, warnings: [...page.value.warnings, countless] } };
  });
}

/**
 * Why a page that only the mirror can answer has none.
 * @returns `BAD_USER_INPUT` with `coveredFrom`, or `UPSTREAM_UNAVAILABLE` while the mirror is not caught up.
 */
export function mirrorRefusal<T extends ChangeTopic>({ mirror, topic, scope }: MirroredSource<T>): Error {
  const proof = mirror.prove(topic, scope);
  return proof === undefined ? mirror.refusal(topic, scope) : outsideMirror(proof.coveredFrom);
}

/**
 * A mirrored page with the total that the upstream tells. A total that cannot be had is missing, with a warning, because
 * the rows are good without it.
 */
export async function withTotalOf<T>(page: ReadPage<T>, asked: Promise<Cached<number>>): Promise<ReadPage<T>> {
  if (page.value === null) return page;
  try {
    return { ...page, value: { ...page.value, total: (await asked).value ?? undefined } };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { ...page, value: { ...page.value, warnings: [...page.value.warnings, countless] } };
  }
}

const countless: AnswerWarning = {
  code: 'UPSTREAM_PARTIAL',
  upstream: 'GRAPH_SECURITY',
  message: 'The number of all rows could not be read; `totalCount` is null.',
};

/** The place of a cursor in the orders of the mirror, which are those of the lists. */
export function toOrderPosition(position: KeysetPosition | undefined): OrderPosition | undefined {
  return position === undefined ? undefined : { ticks: toTicks(position.order) ?? noTime, id: position.id };
}

/** Entities by id that the mirror may speak for. */
export function recallMany<T extends ChangeTopic>(
  { mirror, topic, upstream, scope, staleMs }: MirroredSource<T>,
  ids: readonly string[],
): Map<string, EntityOf<T>> {
  const found = new Map<string, EntityOf<T>>();
  for (const id of ids) {
    const recalled = mirror.recall(topic, id, { ...scope, staleMs });
    if (recalled === undefined) continue;
    found.set(id, recalled.entity);
    tellMirrored(scope, upstream, recalled);
  }
  return found;
}

/** Entities that could not be read because the upstream is away, as the mirror last had them. */
export function recallLastKnown<T extends ChangeTopic>(
  source: MirroredSource<T> & { readonly staleMs: number },
  read: ReadonlyMap<string, unknown>,
): Map<string, EntityOf<T>> {
  const unread = [...read].filter(([, answer]) => isOutage(answer));
  return recallMany(
    source,
    unread.map(([id]) => id),
  );
}
