import { type PortalChoice, portalChoices, type Screen, type Tools } from './portalOperations.js';
import { buildZipf } from './storm.js';
import type { VirtualAnswer, VirtualTenant } from './virtualTenant.js';

/** One operation of somebody at a portal. */
export interface PortalAnswer {
  readonly name: string;
  readonly tookMs: number;
  /** `extensions.gateway.upstreamCalls`. */
  readonly upstreamCalls: Readonly<Record<string, number>>;
  /** Upstream and code of each error. */
  readonly errors: readonly string[];
}

export interface PortalLoad {
  readonly users: number;
  readonly durationMs: number;
  /** Milliseconds between an answer and the next click, on the average. */
  readonly thinkMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

const hourMs = 3_600_000;

/** The longest that an answer may take, and the load goes on after its last click. */
const longestAnswerMs = 30_000;

/** People at portals for some time, each clicking on what the last answers showed. */
export async function loadPortals(tenant: VirtualTenant, load: PortalLoad): Promise<PortalAnswer[]> {
  const { clock } = tenant;
  const until = clock.now() + load.durationMs;
  const answers: PortalAnswer[] = [];
  const people = Array.from({ length: load.users }, (_, index) => sit(tenant, `analyst${index}`, load, until, answers));
  await clock.runUntil(until + longestAnswerMs);
  await Promise.all(people);
  return answers;
}

async function sit(tenant: VirtualTenant, name: string, load: PortalLoad, until: number, answers: PortalAnswer[]) {
  const { clock } = tenant;
  const { random, thinkMs } = load;
  const tools = buildTools(random, clock.now());
  let screen: Screen = { alertIds: [], userIds: [], incidentIds: [] };
  await clock.sleep(random() * thinkMs);
  while (clock.now() < until) {
    const choice = choose(random);
    const operation = choice.build(screen, tools);
    if (operation === undefined) continue;
    const startedAt = clock.now();
    const answer = await tenant.ask(operation.query, operation.variables, name);
    answers.push(toPortalAnswer(choice, answer, clock.now() - startedAt));
    screen = { ...screen, ...choice.show?.(answer.data ?? {}) };
    await clock.sleep(Math.min(-Math.log(1 - random()) * thinkMs, until - clock.now()));
  }
}

function choose(random: () => number): PortalChoice {
  let left = random() * portalChoices.reduce((sum, { weight }) => sum + weight, 0);
  const found = portalChoices.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  if (found === undefined) throw new Error('The weights do not add up.');
  return found;
}

function buildTools(random: () => number, now: number): Tools {
  return {
    pick: (items) => items[Math.floor(random() * items.length)],
    click: (ids) => (ids.length === 0 ? undefined : buildZipf(ids, random)()),
    daysAgo: (days) => new Date(Math.floor(now / hourMs) * hourMs - days * 24 * hourMs).toISOString(),
  };
}

function toPortalAnswer({ name }: PortalChoice, answer: VirtualAnswer, tookMs: number): PortalAnswer {
  return {
    name,
    tookMs,
    upstreamCalls: answer.extensions?.gateway?.upstreamCalls ?? {},
    errors: (answer.errors ?? []).map(
      ({ message, extensions }) => `${extensions?.upstream} ${extensions?.code} ${message}`,
    ),
  };
}
