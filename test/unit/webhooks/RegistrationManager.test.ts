import { afterEach, describe, expect, it } from '@jest/globals';
import type { Leadership } from '../../../src/changes/leadership.js';
import { NewsBell } from '../../../src/changes/newsBell.js';
import { UpstreamError } from '../../../src/errors/GatewayError.js';
import { silentLogger } from '../../../src/observability/logger.js';
import type { LifecycleEvent, WantedRegistration } from '../../../src/webhooks/contract.js';
import { Registrar } from '../../../src/webhooks/Registrar.js';
import { RegistrationManager } from '../../../src/webhooks/RegistrationManager.js';
import { settle } from '../cache/manualClock.js';
import { buildScope } from '../datasources/support/fakeUpstream.js';
import { ManualClock } from '../upstream/support/manualClock.js';
import { FakeGraph, MemoryRegistrationStore, notificationUrl, registration } from './support.js';

const hour = 3_600_000;
const alerts: WantedRegistration = {
  kind: 'alert',
  resource: "/security/alerts?$filter=vendorInformation/provider eq 'MCAS'",
  changeType: 'created,updated',
  permission: 'SecurityEvents.ReadWrite.All',
};
const users: WantedRegistration = {
  kind: 'user',
  resource: '/users',
  changeType: 'updated',
  permission: 'User.Read.All',
};

class SwitchableLeadership implements Leadership {
  readonly #bell = new NewsBell();
  constructor(private isLeading: boolean) {}
  isLeader = () => this.isLeading;
  fence = () => undefined;
  onChange = (listener: () => void) => this.#bell.listen(listener);
  set(isLeading: boolean): void {
    this.isLeading = isLeading;
    this.#bell.ring();
  }
}

interface Options {
  readonly clock?: ManualClock;
  readonly graph?: FakeGraph;
  readonly store?: MemoryRegistrationStore;
  readonly leads?: boolean;
  readonly removeAtStop?: boolean;
  readonly wanted?: readonly WantedRegistration[];
}

const running: RegistrationManager[] = [];
afterEach(async () => {
  for (const manager of running.splice(0)) await manager.stop();
});

async function setUp(options: Options = {}) {
  const { clock = new ManualClock(), store = new MemoryRegistrationStore(), wanted = [alerts, users] } = options;
  const graph = options.graph ?? new FakeGraph(() => clock.now());
  const leadership = new SwitchableLeadership(options.leads ?? true);
  const caughtUp: string[] = [];
  const parts = { store, clock, random: () => 0, logger: silentLogger, leadership };
  const makeScope = (signal: AbortSignal) => ({ ...buildScope(), signal });
  const catchUp = (kind: string) => void caughtUp.push(kind);
  const registrar = new Registrar({ ...parts, upstream: graph.upstream, makeScope, wanted, notificationUrl, catchUp });
  const manager = new RegistrationManager({ ...parts, registrar, removeAtStop: options.removeAtStop ?? false });
  running.push(manager);
  manager.start();
  await settle(20);
  return {
    clock,
    graph,
    store,
    leadership,
    manager,
    caughtUp,
    known: () => store.state.registrations.map(({ id }) => id),
    /** What the intake of any instance does with a lifecycle event. */
    tell: async (registrationId: string, event: LifecycleEvent) => {
      await store.update((state) => ({ ...state, requests: [...state.requests, { registrationId, event }] }));
      await settle(20);
      await clock.advance(1_000);
      await settle(20);
    },
    pass: async (milliseconds: number) => {
      await clock.advance(milliseconds);
      await settle(20);
    },
  };
}

describe('a leader that starts', () => {
  it('makes what is wanted, with a secret of its own each, and catches up on what nobody was told of', async () => {
    const { graph, store, caughtUp, clock } = await setUp();
    expect(graph.takeCalls()).toEqual(['GET', 'POST', 'POST']);
    const [made, other] = [...graph.standing.values()];
    expect(made).toMatchObject({
      resource: alerts.resource,
      notificationUrl,
      lifecycleNotificationUrl: notificationUrl,
      changeType: 'created,updated',
      expirationDateTime: new Date(clock.now() + 24 * hour).toISOString(),
    });
    expect(made?.clientState).toMatch(/^[\w-]{32}$/);
    expect(other?.clientState).not.toBe(made?.clientState);
    expect(store.state.registrations.map(({ id, clientState }) => [id, clientState])).toEqual(
      [...graph.standing.values()].map(({ id, clientState }) => [id, clientState]),
    );
    expect(caughtUp).toEqual(['alert', 'user']);
  });

  it('keeps what the instance before it made', async () => {
    const first = await setUp();
    await first.manager.stop();
    first.graph.takeCalls();
    const second = await setUp({ ...first });
    expect(second.graph.takeCalls()).toEqual(['GET']);
    expect(second.known()).toEqual(['r1', 'r2']);
  });

  it('replaces what is ours and whose secret is lost, and leaves alone what another deployment made', async () => {
    const clock = new ManualClock();
    const graph = new FakeGraph(() => clock.now());
    const orphan = graph.add();
    const foreign = graph.add({ notificationUrl: 'https://staging.example/webhooks/microsoft-graph' });
    const { known } = await setUp({ clock, graph });
    expect(graph.takeCalls()).toEqual(['GET', `DELETE ${orphan.id}`, 'POST', 'POST']);
    expect([...graph.standing.keys()]).toEqual([foreign.id, ...known()]);
  });

  it('removes what is not wanted any more, and what was made for another address', async () => {
    const clock = new ManualClock();
    const graph = new FakeGraph(() => clock.now());
    const moved = graph.add({ notificationUrl: 'https://before.example/webhooks/microsoft-graph' });
    const unwanted = graph.add();
    const stored = [moved, unwanted].map(({ id }) =>
      registration(id, { resource: id === moved.id ? alerts.resource : '/groups', renewAt: clock.now() + hour }),
    );
    const { known } = await setUp({ clock, graph, wanted: [alerts], store: new MemoryRegistrationStore(...stored) });
    expect(graph.takeCalls()).toEqual(['GET', `DELETE ${moved.id}`, `DELETE ${unwanted.id}`, 'POST']);
    expect([...graph.standing.keys()]).toEqual(known());
  });

  it('makes anew what ended while nobody was there', async () => {
    const clock = new ManualClock();
    const ended = registration('old', { ...alerts, renewAt: clock.now() - hour, expiresAt: clock.now() - 1 });
    const { graph, known } = await setUp({ clock, wanted: [alerts], store: new MemoryRegistrationStore(ended) });
    expect(graph.takeCalls()).toEqual(['GET', 'POST']);
    expect(known()).toEqual(['r1']);
  });
});

describe('a registration', () => {
  it('is renewed at two thirds of the life that was granted, over and over', async () => {
    const clock = new ManualClock();
    const graph = new FakeGraph(() => clock.now());
    graph.grantedMs = 3 * hour;
    const { pass } = await setUp({ clock, graph, wanted: [alerts] });
    graph.takeCalls();
    await pass(2 * hour - 1_000);
    expect(graph.takeCalls()).toEqual([]);
    await pass(1_000);
    expect(graph.takeCalls()).toEqual(['PATCH r1']);
    expect(Date.parse(graph.standing.get('r1')?.expirationDateTime ?? '')).toBe(clock.now() + 3 * hour);
    await pass(2 * hour);
    expect(graph.takeCalls()).toEqual(['PATCH r1']);
  });

  it('is renewed when the upstream asks for it', async () => {
    const { graph, tell, store } = await setUp({ wanted: [alerts] });
    graph.takeCalls();
    await tell('r1', 'reauthorizationRequired');
    expect([graph.takeCalls(), store.state.requests]).toEqual([['PATCH r1'], []]);
  });

  it('is made anew, and caught up on, when the upstream removed it', async () => {
    const { graph, tell, known, caughtUp } = await setUp({ wanted: [alerts] });
    graph.takeCalls();
    graph.standing.delete('r1');
    caughtUp.length = 0;
    await tell('r1', 'subscriptionRemoved');
    expect([graph.takeCalls(), known(), caughtUp]).toEqual([['GET', 'POST'], ['r2'], ['alert', 'alert']]);
  });

  it('is made anew when a renewal finds that it is gone', async () => {
    const clock = new ManualClock();
    const graph = new FakeGraph(() => clock.now());
    graph.grantedMs = 3 * hour;
    const { pass, known } = await setUp({ clock, graph, wanted: [alerts] });
    graph.takeCalls();
    graph.standing.clear();
    await pass(2 * hour);
    expect([graph.takeCalls(), known()]).toEqual([['PATCH r1', 'GET', 'POST'], ['r2']]);
  });

  it('that vanished without a word is made anew within six hours', async () => {
    const { graph, pass, known } = await setUp({ wanted: [alerts] });
    graph.takeCalls();
    graph.standing.clear();
    await pass(6 * hour - 1_000);
    expect(graph.takeCalls()).toEqual([]);
    await pass(1_000);
    expect([graph.takeCalls(), known()]).toEqual([['GET', 'POST'], ['r2']]);
  });

  it('of which notifications were missed is caught up on, without a call about it', async () => {
    const { graph, tell, caughtUp, store } = await setUp({ wanted: [alerts] });
    graph.takeCalls();
    caughtUp.length = 0;
    await tell('r1', 'missed');
    expect([graph.takeCalls(), caughtUp, store.state.requests]).toEqual([[], ['alert'], []]);
  });

  it('that nobody knows is not acted on', async () => {
    const { graph, tell, store, caughtUp } = await setUp({ wanted: [alerts] });
    graph.takeCalls();
    caughtUp.length = 0;
    await tell('stranger', 'subscriptionRemoved');
    expect([graph.takeCalls(), caughtUp, store.state.requests]).toEqual([[], [], []]);
  });
});

describe('failures', () => {
  const forbidden = () =>
    new UpstreamError('UPSTREAM_FORBIDDEN', 'No.', { upstream: 'GRAPH_DIRECTORY', permission: 'User.Read.All' });

  it('of one registration do not keep the others from being made, and are tried again ever later', async () => {
    const clock = new ManualClock();
    const graph = new FakeGraph(() => clock.now());
    graph.refuse = ({ method, body }) => {
      if (method === 'POST' && body.resource === alerts.resource) throw forbidden();
    };
    const { known, pass } = await setUp({ clock, graph });
    expect([graph.takeCalls(), known()]).toEqual([['GET', 'POST', 'POST'], ['r1']]);
    await pass(7_500);
    expect(graph.takeCalls()).toEqual(['GET', 'POST']);
    await pass(7_500);
    expect(graph.takeCalls()).toEqual([]);
    graph.refuse = () => undefined;
    await pass(7_500);
    expect(known()).toEqual(['r1', 'r2']);
  });

  it('are not tried again sooner because lifecycle events come', async () => {
    const clock = new ManualClock();
    const graph = new FakeGraph(() => clock.now());
    graph.refuse = ({ method }) => {
      if (method === 'POST') throw forbidden();
    };
    const { store } = await setUp({ clock, graph, wanted: [alerts] });
    graph.takeCalls();
    for (let turn = 0; turn < 20; turn += 1) {
      await store.update((state) => ({ ...state, requests: [{ registrationId: `x${turn}`, event: 'missed' }] }));
      await clock.advance(100);
    }
    expect(graph.takeCalls()).toEqual([]);
  });

  it('of the store are survived', async () => {
    const store = new MemoryRegistrationStore();
    store.failure = new Error('away');
    const { graph, pass } = await setUp({ store, wanted: [alerts] });
    expect(graph.takeCalls()).toEqual([]);
    store.failure = undefined;
    await pass(60_000);
    expect(graph.takeCalls()).toEqual(['GET', 'POST']);
  });
});

describe('an instance that does not lead', () => {
  it('registers nothing until it does, and nothing any more afterwards', async () => {
    const { graph, leadership, pass, tell } = await setUp({ leads: false, wanted: [alerts] });
    await pass(100 * hour);
    expect(graph.takeCalls()).toEqual([]);
    leadership.set(true);
    await settle(20);
    expect(graph.takeCalls()).toEqual(['GET', 'POST']);
    leadership.set(false);
    await tell('r1', 'reauthorizationRequired');
    await pass(100 * hour);
    expect(graph.takeCalls()).toEqual([]);
  });
});

describe('stopping', () => {
  it('removes what was registered where nobody goes on, and leaves no timer', async () => {
    const { graph, manager, clock, known } = await setUp({ removeAtStop: true });
    graph.takeCalls();
    await manager.stop();
    expect([graph.takeCalls().sort(), known(), clock.sleepers]).toEqual([['DELETE r1', 'DELETE r2'], [], 0]);
  });

  it('leaves what others go on with', async () => {
    const { graph, manager, known } = await setUp();
    graph.takeCalls();
    await manager.stop();
    expect([graph.takeCalls(), known()]).toEqual([[], ['r1', 'r2']]);
  });

  it('forgets only what could be removed', async () => {
    const { graph, manager, known } = await setUp({ removeAtStop: true });
    graph.refuse = ({ path }) => {
      if (path.endsWith('/r1')) throw new Error('lost');
    };
    await manager.stop();
    expect(known()).toEqual(['r1']);
  });
});
