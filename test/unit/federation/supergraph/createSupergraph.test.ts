import { afterEach, describe, expect, it } from '@jest/globals';
import { GraphQLError, getOperationAST, parse } from 'graphql';
import type { Supergraph } from '../../../../src/federation/supergraph/contract.js';
import { anyonesContext } from '../../../support/subgraphs/operationContext.js';
import { settle } from '../../cache/manualClock.js';
import { extending, joining, openWorld, pollIntervalMs, TellingSubgraph, unreachable } from './support.js';

const running: Supergraph[] = [];

async function start(...args: Parameters<typeof joining>): Promise<Supergraph> {
  const supergraph = await joining(...args);
  running.push(supergraph);
  return supergraph;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((supergraph) => supergraph.stop()));
});

describe('a supergraph of subgraphs', () => {
  it('joins our own schema with what the others tell', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const supergraph = await start(world, [cmdb]);
    expect(supergraph.current().sdl).toContain('@join__graph(name: "cmdb", url: "")');
    expect(supergraph.current().sdl).toContain('owner: String @join__field(graph: CMDB)');
    expect(supergraph.current().sdl).toContain('name: String @join__field(graph: SECURITY)');
    expect(supergraph.status()).toEqual({
      state: 'current',
      reasons: [],
      composedAt: '2026-11-21T08:00:00.000Z',
      subgraphs: [{ name: 'cmdb', state: 'ok', since: '2026-11-21T08:00:00.000Z' }],
    });
  });

  it('asks with nobody’s rights and nobody’s headers', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    await start(world, [cmdb]);
    const [request] = cmdb.requests;
    expect(request?.context.forwardedHeaders).toEqual({});
    expect([...(request?.context.principal.permissions ?? [])]).toEqual([]);
    expect(request?.context.scope).toMatchObject({ purpose: 'background', deadlineAt: world.clock.now() + 5_000 });
    expect(request?.operation).toContain('_service');
  });

  it.each([
    [0, 54_000],
    [0.5, 60_000],
    [0.999, 65_988],
  ])('spreads its looks: random %p rests %p ms', async (random, expected) => {
    const world = openWorld({ random: () => random });
    await start(world, [new TellingSubgraph('cmdb', extending('owner: String'))]);
    await settle();
    expect(world.clock.sleepers().map(Math.round)).toEqual([expected]);
  });

  it('asks at every look, and builds nothing as long as nothing changes', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const supergraph = await start(world, [cmdb]);
    const before = supergraph.current();
    for (let look = 0; look < 5; look += 1) await world.clock.advance(pollIntervalMs);
    expect(cmdb.requests).toHaveLength(6);
    expect(world.builds.built).toHaveLength(1);
    expect(supergraph.current()).toBe(before);
  });

  it('swaps the schema once a subgraph tells another, and calls each listener once', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const supergraph = await start(world, [cmdb]);
    const heard: unknown[] = [];
    const forget = supergraph.onChange((next) => heard.push(next));
    cmdb.tells = extending('owner: String', 'team: String');
    await world.clock.advance(pollIntervalMs);
    expect(supergraph.current().sdl).toContain('team: String');
    expect(heard).toEqual([supergraph.current()]);
    expect(supergraph.status().composedAt).toBe('2026-11-21T08:01:00.000Z');
    await world.clock.advance(pollIntervalMs);
    expect(heard).toHaveLength(1);
    forget();
    cmdb.tells = extending('owner: String');
    await world.clock.advance(pollIntervalMs);
    expect(heard).toHaveLength(1);
  });

  it('does not swap for a text that means the same', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const supergraph = await start(world, [cmdb]);
    const before = supergraph.current();
    cmdb.tells = `# deployed anew\n${extending('owner: String')}`;
    await world.clock.advance(pollIntervalMs);
    expect(supergraph.current()).toBe(before);
    expect(world.builds.built).toHaveLength(1);
  });

  it('tells the others when one listener fails', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const supergraph = await start(world, [cmdb]);
    let heard = 0;
    supergraph.onChange(() => {
      throw new Error('I cannot.');
    });
    supergraph.onChange(() => {
      heard += 1;
    });
    for (const field of ['team: String', 'site: String']) {
      cmdb.tells = extending(field);
      await world.clock.advance(pollIntervalMs);
    }
    expect(heard).toBe(2);
  });

  it('never has two looks under way', async () => {
    const world = openWorld();
    const slow = new TellingSubgraph('cmdb', 'silence');
    await Promise.all([start(world, [slow]), settle().then(() => world.clock.advance(5_000))]);
    for (let look = 0; look < 40; look += 1) await world.clock.advance(1_000);
    expect(slow.requests.length).toBeGreaterThan(3);
    expect(slow.mostInFlight).toBe(1);
  });
});

describe('trouble with a subgraph', () => {
  const troubles = {
    'is away': [unreachable('cmdb'), 'unreachable', 'cmdb: UPSTREAM_UNAVAILABLE: cmdb is away.'],
    'never answers': ['silence', 'unreachable', 'cmdb: UPSTREAM_TIMEOUT: It did not tell its schema in time.'],
    'fails in a way that nobody foresaw': [
      new TypeError('http://cmdb.internal/secret'),
      'unreachable',
      'cmdb: INTERNAL: The subgraph could not be asked for its schema.',
    ],
    'reports an error': [
      { data: null, faults: [{ error: unreachable('cmdb') }] },
      'unreachable',
      'cmdb: UPSTREAM_UNAVAILABLE: cmdb is away.',
    ],
    'reports an error in the words of GraphQL': [
      { data: null, faults: [{ error: new GraphQLError('secret words') }] },
      'unreachable',
      'cmdb: INTERNAL: The subgraph could not be asked for its schema.',
    ],
    'tells no schema': [
      { data: { _service: { sdl: ' ' } }, faults: [] },
      'invalid',
      'cmdb: UPSTREAM_BAD_RESPONSE: It tells no schema in _service.sdl.',
    ],
    'answers without _service': [
      { data: null, faults: [] },
      'invalid',
      'cmdb: UPSTREAM_BAD_RESPONSE: It tells no schema in _service.sdl.',
    ],
    'tells no GraphQL': [
      'type User {',
      'invalid',
      'cmdb: GRAPHQL_PARSE_FAILED: Syntax Error: Expected Name, found <EOF>.',
    ],
    'tells a schema that does not fit': [
      extending('name: Int'),
      'invalid',
      'FIELD_TYPE_MISMATCH: Type of field "User.name" is incompatible across subgraphs: it has type "Int" in subgraph "cmdb" but type "String" in subgraph "security"',
    ],
  } as const;

  it.each(Object.entries(troubles))('that %s leaves what is served, is told, and passes', async (_title, trouble) => {
    const [tells, state, reason] = trouble;
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const supergraph = await start(world, [cmdb]);
    const before = supergraph.current();

    cmdb.tells = tells;
    await world.clock.advance(pollIntervalMs);
    await world.clock.advance(5_000);
    expect(supergraph.current()).toBe(before);
    expect(supergraph.status()).toMatchObject({
      state: 'outdated',
      composedAt: '2026-11-21T08:00:00.000Z',
      subgraphs: [{ name: 'cmdb', state }],
    });
    expect(supergraph.status().reasons).toContain(reason);
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    const { since } = supergraph.status().subgraphs[0] ?? {};
    await world.clock.advance(pollIntervalMs);
    await world.clock.advance(5_000);
    expect(supergraph.status().subgraphs[0]?.since).toBe(since);
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);

    cmdb.tells = extending('owner: String', 'team: String');
    await world.clock.advance(pollIntervalMs);
    expect(supergraph.current().sdl).toContain('team: String');
    expect(supergraph.status()).toMatchObject({ state: 'current', reasons: [], subgraphs: [{ state: 'ok' }] });
    expect(JSON.stringify(world.log.lines)).not.toContain('secret');
  });

  it('keeps its place in the schema while others change', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const tickets = new TellingSubgraph('tickets', extending('ticket: String'));
    const supergraph = await start(world, [cmdb, tickets]);
    cmdb.tells = unreachable('cmdb');
    tickets.tells = extending('ticket: String', 'queue: String');
    await world.clock.advance(pollIntervalMs);
    expect(supergraph.current().sdl).toContain('owner: String @join__field(graph: CMDB)');
    expect(supergraph.current().sdl).toContain('queue: String');
    expect(supergraph.status().state).toBe('outdated');
  });

  it('is blamed on the one that changed', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const tickets = new TellingSubgraph('tickets', extending('ticket: String'));
    const supergraph = await start(world, [cmdb, tickets]);
    tickets.tells = extending('ticket: String', 'owner: Int');
    await world.clock.advance(pollIntervalMs);
    const states = supergraph.status().subgraphs.map(({ name, state }) => `${name} ${state}`);
    expect(states).toEqual(['cmdb ok', 'tickets invalid']);
  });

  it('is told in at most 20 lines of at most 300 characters', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const supergraph = await start(world, [cmdb]);
    const fields = Array.from({ length: 30 }, (_, index) => `x${index}: Missing${'y'.repeat(400)}`);
    cmdb.tells = extending(...fields);
    await world.clock.advance(pollIntervalMs);
    const { reasons } = supergraph.status();
    expect(reasons).toHaveLength(20);
    expect(reasons.at(-1)).toBe('And 11 more.');
    expect(Math.max(...reasons.map((reason) => reason.length))).toBe(300);
  });
});

describe('trouble at the start', () => {
  it('leaves out a subgraph that is away, and lets it in as soon as it answers', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', unreachable('cmdb'));
    const tickets = new TellingSubgraph('tickets', extending('ticket: String'));
    const supergraph = await start(world, [cmdb, tickets]);
    expect(supergraph.current().sdl).toContain('ticket: String');
    expect(supergraph.current().sdl).not.toContain('CMDB');
    expect(supergraph.status()).toMatchObject({
      state: 'outdated',
      reasons: ['cmdb: UPSTREAM_UNAVAILABLE: cmdb is away.'],
      subgraphs: [{ state: 'unreachable' }, { state: 'ok' }],
    });
    cmdb.tells = extending('owner: String');
    await world.clock.advance(1_000);
    expect(supergraph.current().sdl).toContain('owner: String');
    expect(supergraph.status()).toMatchObject({ state: 'current', reasons: [] });
  });

  it('asks one that has never answered ever less often, down to the interval', async () => {
    const world = openWorld();
    await start(world, [new TellingSubgraph('cmdb', unreachable('cmdb'))]);
    const rests: number[] = [];
    for (let look = 0; look < 9; look += 1) {
      await settle();
      const [restMs = 0] = world.clock.sleepers();
      rests.push(restMs);
      await world.clock.advance(restMs);
    }
    expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('leaves out a subgraph that does not fit, and nobody else, until it is mended', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('name: Int'));
    const tickets = new TellingSubgraph('tickets', extending('ticket: String'));
    const supergraph = await start(world, [cmdb, tickets]);
    expect(supergraph.current().sdl).toContain('ticket: String');
    expect(supergraph.status().subgraphs).toMatchObject([{ state: 'invalid' }, { state: 'ok' }]);
    expect(supergraph.status().reasons[0]).toMatch(/^cmdb: FIELD_TYPE_MISMATCH: /);

    tickets.tells = extending('ticket: String', 'queue: String');
    await world.clock.advance(pollIntervalMs);
    expect(supergraph.current().sdl).toContain('queue: String');

    cmdb.tells = extending('owner: String');
    await world.clock.advance(pollIntervalMs);
    expect(supergraph.current().sdl).toContain('owner: String');
    expect(supergraph.status()).toMatchObject({ state: 'current', reasons: [] });
  });

  it('lets in a subgraph that needs one which comes after it', async () => {
    const world = openWorld();
    const stub = 'type Site @key(fields: "id", resolvable: false) { id: ID! name: String @external }';
    const needsSites = new TellingSubgraph('assets', `${extending('site: Site @provides(fields: "name")')} ${stub}`);
    const misfit = new TellingSubgraph('misfit', extending('name: Int'));
    const sites = new TellingSubgraph(
      'sites',
      `${extending('x: Int')} type Site @key(fields: "id") { id: ID! name: String @shareable }`,
    );
    const supergraph = await start(world, [misfit, needsSites, sites]);
    expect(supergraph.status().subgraphs.map(({ state }) => state)).toEqual(['invalid', 'ok', 'ok']);
  });

  it('serves our own schema alone when the joined one cannot be executed', async () => {
    const world = openWorld();
    world.builds.fails = (supergraphSdl) => supergraphSdl.includes('CMDB');
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const supergraph = await start(world, [cmdb]);
    expect(supergraph.current().sdl).toContain('SECURITY');
    expect(supergraph.current().sdl).not.toContain('CMDB');
    const unusable = 'SUPERGRAPH_UNUSABLE: The supergraph cannot be executed; the log says why.';
    expect(supergraph.status()).toMatchObject({ state: 'outdated', reasons: [unusable] });

    await world.clock.advance(pollIntervalMs);
    expect(supergraph.status()).toMatchObject({ state: 'outdated', reasons: [unusable] });
    expect(world.builds.built).toHaveLength(2);

    world.builds.fails = () => false;
    cmdb.tells = extending('owner: String', 'team: String');
    await world.clock.advance(pollIntervalMs);
    expect(supergraph.status()).toMatchObject({ state: 'current', reasons: [] });
  });

  it('starts in time although a subgraph never answers', async () => {
    const world = openWorld();
    const starting = start(world, [new TellingSubgraph('cmdb', 'silence')]);
    await settle();
    await world.clock.advance(5_000);
    expect((await starting).current().sdl).toContain('SECURITY');
  });
});

describe('a supergraph without our own schema', () => {
  const people = `${extending('owner: String')} type Query { me: User }`;

  it('waits a while for a first answer', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', unreachable('cmdb'));
    const starting = start(world, [cmdb], {});
    await settle();
    cmdb.tells = people;
    await world.clock.advance(1_000);
    const supergraph = await starting;
    expect(supergraph.status().state).toBe('current');
    expect(supergraph.current().sdl).toContain('me: User');
  });

  it('starts without any after that, says so, and recovers', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', unreachable('cmdb'));
    const starting = start(world, [cmdb], { startPatienceMs: 3_000 });
    await settle();
    await world.clock.advance(3_000);
    const supergraph = await starting;
    expect(supergraph.status()).toMatchObject({
      state: 'missing',
      composedAt: null,
      reasons: ['cmdb: UPSTREAM_UNAVAILABLE: cmdb is away.'],
    });
    expect(supergraph.current().schema.getQueryType()?.toConfig().fields).toHaveProperty('_supergraph');
    cmdb.tells = people;
    await world.clock.advance(pollIntervalMs);
    expect(supergraph.status().state).toBe('current');
  });

  it('tells in an error why nothing can be asked', async () => {
    const world = openWorld();
    const starting = start(world, [new TellingSubgraph('cmdb', 'type Query {')], { startPatienceMs: 1 });
    await settle();
    await world.clock.advance(1);
    const document = parse('{ _supergraph }');
    const definition = getOperationAST(document);
    if (!definition) throw new Error('There is one operation.');
    const prepared = await (await starting).current().prepare(document, definition);
    expect(await prepared.execute({ variables: {}, context: anyonesContext() })).toMatchObject({
      data: { _supergraph: null },
      errors: [{ message: 'The joined schema is not available yet.', path: ['_supergraph'] }],
    });
  });

  it('is composed of those that answer', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', people);
    const supergraph = await start(world, [cmdb, new TellingSubgraph('tickets', unreachable('tickets'))], {});
    expect(supergraph.status()).toMatchObject({ state: 'outdated' });
    expect(supergraph.current().sdl).toContain('me: User');
  });
});

describe('stopping', () => {
  it('ends the rest between looks', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const supergraph = await joining(world, [cmdb]);
    await supergraph.stop();
    expect(world.clock.sleepers()).toEqual([]);
    await world.clock.advance(10 * pollIntervalMs);
    expect(cmdb.requests).toHaveLength(1);
  });

  it('ends a look that is under way, and takes over nothing of it', async () => {
    const world = openWorld();
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const supergraph = await joining(world, [cmdb]);
    const heard: unknown[] = [];
    supergraph.onChange((next) => heard.push(next));
    cmdb.tells = 'silence';
    await world.clock.advance(pollIntervalMs);
    expect(cmdb.inFlight).toBe(1);
    await supergraph.stop();
    expect(cmdb.inFlight).toBe(0);
    expect(world.clock.sleepers()).toEqual([]);
    expect(heard).toEqual([]);
  });

  it('drops a schema that is finished only afterwards', async () => {
    const world = openWorld();
    let finish: () => void = () => undefined;
    const cmdb = new TellingSubgraph('cmdb', extending('owner: String'));
    const build = async (supergraphSdl: string) => {
      if (supergraphSdl.includes('team')) await new Promise<void>((resolve) => (finish = resolve));
      return world.builds.build(supergraphSdl);
    };
    const supergraph = await joining({ ...world, deps: { ...world.deps, build } }, [cmdb]);
    const before = supergraph.current();
    cmdb.tells = extending('team: String');
    await world.clock.advance(pollIntervalMs);
    const stopped = supergraph.stop();
    finish();
    await stopped;
    expect(supergraph.current()).toBe(before);
  });
});
