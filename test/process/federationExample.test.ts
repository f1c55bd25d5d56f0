import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask } from '../support/graphql.js';

/** The demo as `npm run demo:federation` starts it, and what it printed so far. */
function startDemo() {
  const child = spawn(process.execPath, ['scripts/demo.mjs', '--federation'], {
    env: { PATH: process.env.PATH ?? '', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const banner = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.includes('Stop with Ctrl+C')) resolve(lines.join('\n'));
    });
  });
  const endedTooSoon = ended.then((code) => {
    throw new Error(`The demo ended with code ${code}.`);
  });
  return {
    banner: Promise.race([banner, endedTooSoon]),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function urlIn(banner: string, label: string): string {
  const url = new RegExp(`${label}\\s+(http\\S+)`).exec(banner)?.[1];
  if (url === undefined) throw new Error(`The banner names no ${label}:\n${banner}`);
  return url;
}

describe('npm run demo:federation', () => {
  const query = readFileSync('examples/federation/alert-to-owner.graphql', 'utf8');
  let demo: ReturnType<typeof startDemo>;
  let banner: string;

  beforeAll(async () => {
    demo = startDemo();
    banner = await demo.banner;
  }, 180_000);
  afterAll(() => demo.stop());

  it('is the command of package.json', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(scripts['demo:federation']).toBe('node scripts/demo.mjs --federation');
  });

  it('prints where everything is, and the joined query', () => {
    expect(urlIn(banner, 'Playground')).toMatch(/\/graphql$/);
    expect(urlIn(banner, 'CMDB')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    for (const line of query.trimEnd().split('\n')) expect(banner).toContain(line);
  });

  it('answers that query from all of its parts', async () => {
    const answer = await ask(urlIn(banner, 'Playground'), query);
    expect({ status: answer.status, errors: answer.errors }).toEqual({ status: 200, errors: undefined });
    const owners = answer.data?.alerts.nodes
      .flatMap(({ devices }: { devices: { owner: object | null }[] }) => devices)
      .flatMap(({ owner }: { owner: object | null }) => owner ?? []);
    expect(owners).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ displayName: expect.any(String), costCentre: expect.stringMatching(/^CC-/) }),
      ]),
    );
    expect(answer.extensions?.gateway).toMatchObject({ subgraphRequests: { cmdb: 2 } });
  });

  it('is ready, with the CMDB among its subgraphs', async () => {
    const health = await (await fetch(urlIn(banner, 'Health'))).json();
    expect(health).toMatchObject({ supergraph: { state: 'current', subgraphs: [{ name: 'cmdb', state: 'ok' }] } });
  });

  it('ends with code 0 on SIGTERM, and takes all of its parts with it', async () => {
    expect(await demo.stop()).toBe(0);
    await expect(fetch(urlIn(banner, 'CMDB'))).rejects.toThrow();
    await expect(fetch(urlIn(banner, 'Health'))).rejects.toThrow();
  });
});
