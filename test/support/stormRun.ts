import { buildFeedScope } from '../../src/changes/feeds/feedScope.js';
import { riskDetectionsCall } from '../../src/datasources/identity/calls.js';
import type { Purpose, UpstreamName } from '../../src/upstream/contract.js';
import { type Rival, startRival } from './rivals.js';
import type { LedgerEntry } from './startStack.js';
import { raiseStorm, type StormRead, seeded } from './storm.js';
import { otherApplication, startVirtualTenant, type VirtualTenant } from './virtualTenant.js';
import type { Exchange, Pause } from './virtualWire.js';

const warmUpMs = 60_000;
const stormMs = 300_000;
const feedEveryMs = 30_000;

/** The limits that the storm draws on. */
export type StormyUpstream = Extract<UpstreamName, 'GRAPH_IDENTITY_PROTECTION' | 'MCAS'>;
const areas: Readonly<Record<StormyUpstream, string>> = { GRAPH_IDENTITY_PROTECTION: 'identity', MCAS: 'mcas' };

/** One call of the change feed. */
export interface FeedCall {
  readonly requestId: string;
  readonly askedAt: number;
  readonly isServed: boolean;
  readonly tookMs: number;
}

/** A call of ours, and for whom it was. */
export interface StormCall extends Exchange {
  readonly purpose: Purpose;
  /** Epoch milliseconds; known of operations. */
  readonly deadlineAt: number | undefined;
}

/** From a refusal by the upstream until the pause ends that it imposed. */
export interface BackOff {
  readonly from: number;
  readonly until: number;
}

export interface Storm {
  readonly everyRead: readonly StormRead[];
  /** Reads after the warm-up. */
  readonly reads: readonly StormRead[];
  readonly feed: readonly FeedCall[];
  readonly queues: readonly number[];
  readonly calls: Readonly<Record<StormyUpstream, readonly StormCall[]>>;
  /** When the upstream refused a call of ours, as its own ledger has it. */
  readonly refusals: Readonly<Record<StormyUpstream, readonly number[]>>;
  readonly backOffs: Readonly<Record<StormyUpstream, readonly BackOff[]>>;
}

/** 300 users read by 50 clients for five minutes and a warm-up, with the change feed beside them. */
export async function runStorm(seed: number, rival?: Rival): Promise<Storm> {
  const random = seeded(seed);
  const latencyMs = () => 50 + Math.floor(random() * 200);
  const tenant = await startVirtualTenant({ emulator: { users: 300, seed }, random, latencyMs });
  try {
    const users = await readUserIds(tenant);
    const start = tenant.clock.now();
    const durationMs = warmUpMs + stormMs;
    if (rival !== undefined) startRival(tenant, rival, start + durationMs);
    const feed = startFeed(tenant, start + durationMs);
    const everyRead = await raiseStorm(tenant, { users, clients: 50, everyMs: 2_000, durationMs, random });
    const feedCalls = await Promise.all(feed);
    const feedIds = new Set(feedCalls.map(({ requestId }) => requestId));
    const ledger = await tenant.control<LedgerEntry[]>('GET', '/_control/requests');
    const { GRAPH_IDENTITY_PROTECTION, MCAS } = tenant.upstreams;
    return {
      everyRead,
      reads: everyRead.filter(({ startedAt }) => startedAt >= start + warmUpMs),
      feed: feedCalls,
      queues: [GRAPH_IDENTITY_PROTECTION, MCAS].map((upstream) => upstream.status().queueDepth),
      calls: ofEach((name) => callsOf(name, tenant, feedIds)),
      refusals: ofEach((name) => refusalsOf(name, ledger)),
      backOffs: ofEach((name) => backOffsOf(name, tenant)),
    };
  } finally {
    await tenant.stop();
  }
}

function ofEach<T>(read: (name: StormyUpstream) => T): Readonly<Record<StormyUpstream, T>> {
  return { GRAPH_IDENTITY_PROTECTION: read('GRAPH_IDENTITY_PROTECTION'), MCAS: read('MCAS') };
}

function exchangesOf(name: StormyUpstream, { exchanges, emulator }: VirtualTenant): readonly Exchange[] {
  const { origin } = new URL(name === 'MCAS' ? emulator.mcasUrl : emulator.graphUrl);
  return exchanges.filter(
    (exchange) => exchange.origin === origin && (name === 'MCAS' || exchange.path.includes('identityProtection')),
  );
}

function callsOf(name: StormyUpstream, tenant: VirtualTenant, feedIds: ReadonlySet<string>): StormCall[] {
  return exchangesOf(name, tenant).map((exchange) => {
    const { requestId = '' } = exchange;
    const deadlineAt = tenant.operations.get(requestId)?.scope.deadlineAt;
    const purpose = feedIds.has(requestId) ? 'feed' : deadlineAt === undefined ? 'background' : 'interactive';
    return { ...exchange, purpose, deadlineAt };
  });
}

function refusalsOf(name: StormyUpstream, ledger: readonly LedgerEntry[]): number[] {
  const refused = ({ area, status, clientRequestId }: LedgerEntry) =>
    area === areas[name] && status === 429 && clientRequestId !== otherApplication;
  return ledger.filter(refused).map(({ time }) => Math.floor(Date.parse(time)));
}

function backOffsOf(name: StormyUpstream, tenant: VirtualTenant): BackOff[] {
  const refused = exchangesOf(name, tenant).filter(({ status }) => status === 429);
  const imposed = (pause: Pause) => pause.upstream === name;
  return tenant.pauses.filter(imposed).map(({ from, until }) => {
    const exchange = refused.find(({ endedAt }) => endedAt === from);
    return { from: exchange?.decidedAt ?? from, until };
  });
}

async function readUserIds(tenant: VirtualTenant): Promise<string[]> {
  const { graphUrl } = tenant.emulator;
  const { body } = await tenant.callAsOther(`${graphUrl}/v1.0/users?$select=id&$top=999`, {}, `${graphUrl}/.default`);
  const ids = (JSON.parse(body) as { value: { id: string }[] }).value.map(({ id }) => id);
  if (ids.length < 300) throw new Error(`The tenant has only ${ids.length} users.`);
  return ids.slice(0, 300);
}

/** What the change feed reads of risk detections, beside everything else. */
function startFeed({ clock, upstreams }: VirtualTenant, until: number): Promise<FeedCall>[] {
  const calls: Promise<FeedCall>[] = [];
  const callOnce = async (): Promise<FeedCall> => {
    const askedAt = clock.now();
    const scope = buildFeedScope('feed', askedAt, new AbortController().signal, 'feed');
    const sent = upstreams.GRAPH_IDENTITY_PROTECTION.send(riskDetectionsCall(undefined), scope);
    const isServed = await sent.then(
      () => true,
      () => false,
    );
    return { requestId: scope.requestId, askedAt, isServed, tookMs: clock.now() - askedAt };
  };
  const loop = async () => {
    for (; clock.now() < until; await clock.sleep(feedEveryMs)) calls.push(callOnce());
  };
  void loop();
  return calls;
}
