import type { VirtualAnswer, VirtualTenant } from './virtualTenant.js';

/** One read of the storm. */
export interface StormRead {
  readonly startedAt: number;
  readonly tookMs: number;
  /** Every part of the answer is there, fresh or marked stale. */
  readonly isAnswered: boolean;
  readonly isStale: boolean;
  /** Codes of `extensions.gateway.warnings`. */
  readonly warnings: readonly string[];
  /** Milliseconds between the oldest data of the answer and the answer. */
  readonly ageMs: number;
  readonly errors: readonly string[];
}

export interface StormOptions {
  /** Object ids, the most wanted first. */
  readonly users: readonly string[];
  readonly clients: number;
  readonly everyMs: number;
  readonly durationMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

const query = /* GraphQL */ `
  query Storm($id: ID!) {
    user(id: $id) {
      id
      riskEvents(first: 10) { nodes { id } info { stale asOf } }
      riskyUser { id riskLevel }
      mcasActivities(first: 5) { nodes { id } info { stale asOf truncated } }
    }
  }
`;

/** The longest that an answer may take, and the storm goes on after its last read. */
const longestAnswerMs = 30_000;

/** Clients that each read one user at a fixed pace, whether or not the last answer came; users by Zipf's law. */
export async function raiseStorm(tenant: VirtualTenant, options: StormOptions): Promise<StormRead[]> {
  const { clock } = tenant;
  const reads: Promise<StormRead>[] = [];
  const pick = buildZipf(options.users, options.random);
  const start = clock.now();
  const client = async (index: number) => {
    await clock.sleep((index * options.everyMs) / options.clients);
    for (; clock.now() < start + options.durationMs; await clock.sleep(options.everyMs)) {
      reads.push(readOne(tenant, pick(), `client${index}`));
    }
  };
  const clients = Promise.all(Array.from({ length: options.clients }, (_, index) => client(index)));
  await clock.runUntil(start + options.durationMs + longestAnswerMs);
  await clients;
  return Promise.all(reads);
}

async function readOne(tenant: VirtualTenant, id: string, caller: string): Promise<StormRead> {
  const startedAt = tenant.clock.now();
  const answer = await tenant.ask(query, { id }, caller);
  const now = tenant.clock.now();
  const gateway = answer.extensions?.gateway;
  return {
    startedAt,
    tookMs: now - startedAt,
    isAnswered: isWhole(answer),
    isStale: gateway?.stale === true,
    warnings: (gateway?.warnings ?? []).map(({ code }: { code: string }) => code),
    ageMs: gateway?.asOf === undefined ? 0 : now - Date.parse(gateway.asOf),
    errors: (answer.errors ?? []).map(({ extensions }) => `${extensions?.upstream} ${extensions?.code}`),
  };
}

function isWhole({ data, errors }: VirtualAnswer): boolean {
  const user = data?.user;
  return errors === undefined && user != null && user.riskEvents !== null && user.mcasActivities !== null;
}

/** Picks the first items most, the one at rank n 1/n times as often as the first. */
export function buildZipf<T>(items: readonly T[], random: () => number): () => T {
  let sum = 0;
  const ends = items.map((_item, index) => {
    sum += 1 / (index + 1);
    return sum;
  });
  return () => {
    const at = random() * sum;
    return items[ends.findIndex((end) => at < end)] as T;
  };
}

/** A small seeded generator. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
