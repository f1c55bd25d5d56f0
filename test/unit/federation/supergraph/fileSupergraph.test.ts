import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExecutableSchema } from '../../../../src/execution/contract.js';
import { compose } from '../../../../src/federation/supergraph/compose.js';
import type { Supergraph } from '../../../../src/federation/supergraph/contract.js';
import { createSupergraph, type SupergraphOptions } from '../../../../src/federation/supergraph/createSupergraph.js';
import { systemClock } from '../../../../src/time/clock.js';
import { extending, openWorld, own, type World } from './support.js';

let folder: string;
const running: Supergraph[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((supergraph) => supergraph.stop()));
  await rm(folder, { recursive: true });
});

function composed(...fields: string[]): string {
  const composition = compose([own, { name: 'cmdb', sdl: extending(...fields) }]);
  if (!composition.ok) throw new Error(composition.reasons.join());
  return composition.supergraphSdl;
}

async function serve(world: World, path: string, options: Partial<SupergraphOptions> = {}): Promise<Supergraph> {
  const supergraph = await createSupergraph({ from: { kind: 'file', path }, ...options }, world.deps);
  running.push(supergraph);
  return supergraph;
}

function nextOf(supergraph: Supergraph): Promise<ExecutableSchema> {
  return new Promise((resolve) => {
    const forget = supergraph.onChange((next) => {
      forget();
      resolve(next);
    });
  });
}

/** Each way in which a file becomes another. */
const ways: Readonly<Record<string, (path: string, text: string) => Promise<void>>> = {
  'written in place': (path, text) => writeFile(path, text),
  'replaced by another': async (path, text) => {
    await writeFile(join(folder, 'next'), text);
    await rename(join(folder, 'next'), path);
  },
  'removed and written again': async (path, text) => {
    await rm(path);
    await writeFile(path, text);
  },
};

describe('a supergraph of a file', () => {
  it('is what the file holds, and names its subgraphs', async () => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, composed('owner: String'));
    const supergraph = await serve(openWorld(), path);
    expect(supergraph.current().sdl).toBe(composed('owner: String'));
    expect(supergraph.status()).toMatchObject({
      state: 'current',
      reasons: [],
      subgraphs: [
        { name: 'cmdb', state: 'ok' },
        { name: 'security', state: 'ok' },
      ],
    });
  });

  it.each(Object.entries(ways))('follows the file when it is %s', async (_way, change) => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, composed('owner: String'));
    const supergraph = await serve(openWorld({ clock: systemClock }), path);
    for (const field of ['team: String', 'site: String']) {
      const next = nextOf(supergraph);
      await change(path, composed(field));
      expect((await next).sdl).toContain(field);
    }
    expect(supergraph.status().state).toBe('current');
  });

  it('follows a mounted config map, whose files are links through a link that is swapped', async () => {
    const publish = async (version: string, text: string) => {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'supergraph.graphql'), text);
      await symlink(version, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await publish('..1', composed('owner: String'));
    const path = join(folder, 'supergraph.graphql');
    await symlink(join('..data', 'supergraph.graphql'), path);
    const supergraph = await serve(openWorld({ clock: systemClock }), path);
    const next = nextOf(supergraph);
    await publish('..2', composed('team: String'));
    expect((await next).sdl).toContain('team: String');
  });

  it('follows the file where its folder cannot be watched', async () => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, composed('owner: String'));
    const watch = () => {
      throw new Error('ENOSPC');
    };
    const world = openWorld({ watch });
    const supergraph = await serve(world, path);
    let isNoticed = false;
    const next = nextOf(supergraph).finally(() => {
      isNoticed = true;
    });
    await writeFile(path, composed('team: String'));
    while (!isNoticed) await world.clock.advance(100);
    expect((await next).sdl).toContain('team: String');
  });

  it.each([
    ['is no GraphQL', 'type Query {', 'GRAPHQL_PARSE_FAILED: Syntax Error: Expected Name, found <EOF>.'],
    [
      'is no supergraph',
      'type Query { a: Int }',
      'SUPERGRAPH_FILE: The file names no subgraphs, so it is no composed supergraph.',
    ],
    ['is empty', '', 'GRAPHQL_PARSE_FAILED: Syntax Error: Unexpected <EOF>.'],
  ])('keeps the last good one when the file %s, tells why, and goes on with a good one', async (_how, text, reason) => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, composed('owner: String'));
    const world = openWorld({ clock: systemClock });
    const supergraph = await serve(world, path);
    const before = supergraph.current();
    const warned = world.log.next('warn');
    await writeFile(path, text);
    await warned;
    expect(supergraph.current()).toBe(before);
    expect(supergraph.status()).toMatchObject({ state: 'outdated', reasons: [reason] });
    const next = nextOf(supergraph);
    await writeFile(path, composed('team: String'));
    await next;
    expect(supergraph.status()).toMatchObject({ state: 'current', reasons: [] });
  });

  it('keeps the last good one when the file is gone', async () => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, composed('owner: String'));
    const world = openWorld({ clock: systemClock });
    const supergraph = await serve(world, path);
    const warned = world.log.next('warn');
    await rm(path);
    await warned;
    const reasons = ['SUPERGRAPH_FILE: The file cannot be read (ENOENT).'];
    expect(supergraph.status()).toMatchObject({ state: 'outdated', reasons });
    expect(supergraph.current().sdl).toBe(composed('owner: String'));
    expect(JSON.stringify(world.log.lines)).not.toContain(folder);
  });

  it('keeps the last good one when the new one cannot be executed', async () => {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, composed('owner: String'));
    const world = openWorld({ clock: systemClock });
    world.builds.fails = (supergraphSdl) => supergraphSdl.includes('team');
    const supergraph = await serve(world, path);
    const warned = world.log.next('warn');
    await writeFile(path, composed('team: String'));
    await warned;
    expect(supergraph.status().reasons).toEqual([expect.stringContaining('SUPERGRAPH_UNUSABLE')]);
    expect(supergraph.current().sdl).toContain('owner');
  });

  it('serves our own schema alone until there is a file that holds it', async () => {
    const path = join(folder, 'supergraph.graphql');
    const world = openWorld({ clock: systemClock });
    const supergraph = await serve(world, path, { own });
    expect(supergraph.current().sdl).toContain('SECURITY');
    expect(supergraph.status().state).toBe('outdated');

    const others = compose([{ name: 'people', sdl: own.sdl }]);
    const warned = world.log.next('warn');
    await writeFile(path, others.ok ? others.supergraphSdl : '');
    await warned;
    expect(supergraph.status().reasons).toEqual([
      'SUPERGRAPH_FILE: The file holds no subgraph security, so our own data would be lost.',
    ]);

    const next = nextOf(supergraph);
    await writeFile(path, composed('owner: String'));
    expect((await next).sdl).toContain('owner');
    expect(supergraph.status().state).toBe('current');
  });

  it('is missing without a file, and there once the file is', async () => {
    const path = join(folder, 'supergraph.graphql');
    const world = openWorld({ clock: systemClock });
    const supergraph = await serve(world, path, { startPatienceMs: 1 });
    expect(supergraph.status()).toMatchObject({ state: 'missing', composedAt: null });
    const next = nextOf(supergraph);
    await writeFile(path, composed('owner: String'));
    await next;
    expect(supergraph.status().state).toBe('current');
  });
});

describe('the watch of a folder', () => {
  async function serveWatched() {
    const path = join(folder, 'supergraph.graphql');
    await writeFile(path, composed('owner: String'));
    let tell: (name: string | null) => void = () => undefined;
    let closed = 0;
    const watch = (_folder: string, onEvent: (name: string | null) => void) => {
      tell = onEvent;
      const watcher = {
        close: () => {
          closed += 1;
        },
        on: () => watcher,
      };
      return watcher;
    };
    const world = openWorld({ watch: watch as never });
    const supergraph = await serve(world, path);
    while (world.clock.sleepers().length === 0) await world.clock.advance(0);
    return { world, supergraph, tell: (name: string | null) => tell(name), closed: () => closed };
  }

  it('wakes for the file, for links of config maps and for what has no name', async () => {
    for (const name of ['supergraph.graphql', '..data', null]) {
      const { world, tell } = await serveWatched();
      expect(world.clock.sleepers()).toEqual([2_000]);
      tell(name);
      await world.clock.advance(0);
      while (world.clock.sleepers().length === 0) await world.clock.advance(0);
      expect(world.clock.sleepers()).toEqual([100]);
    }
  });

  it('sleeps on for other files of the folder', async () => {
    const { world, tell } = await serveWatched();
    tell('notes.txt');
    await world.clock.advance(0);
    expect(world.clock.sleepers()).toEqual([2_000]);
  });

  it('is given back at the end', async () => {
    const { world, supergraph, closed } = await serveWatched();
    await supergraph.stop();
    expect(closed()).toBe(1);
    expect(world.clock.sleepers()).toEqual([]);
  });
});
