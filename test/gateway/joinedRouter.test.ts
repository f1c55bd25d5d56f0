import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/loadConfig.js';
import { createGateway, type Gateway } from '../../src/gateway.js';
import { silentLogger } from '../../src/observability/logger.js';
import { ask } from '../support/graphql.js';
import { costCentreOf, eventually, hrScript, readyOf } from '../support/hrStack.js';
import { composeScripts } from '../support/subgraphs/composeScripts.js';
import { type ServedSubgraph, serveSubgraph } from '../support/subgraphs/serveSubgraph.js';
import type { SubgraphScript } from '../support/subgraphs/subgraphScript.js';
import { SocketClient } from '../unit/server/socketClient.js';

/** Knows names and nothing else. */
const people: SubgraphScript = {
  name: 'people',
  typeDefs: `
    type Query { people: [User!]! }
    type User @key(fields: "id") { id: ID! name: String }`,
  resolvers: {
    Query: { people: () => ['u1', 'u2'].map((id) => ({ id, name: id.toUpperCase() })) },
    User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: id.toUpperCase() }) },
  },
};

let folder: string;
let file: string;
let served: ServedSubgraph[];
let gateway: Gateway | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'supergraph-'));
  file = join(folder, 'supergraph.graphql');
  served = [await serveSubgraph(people), await serveSubgraph(hrScript())];
});

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  for (const subgraph of served) await subgraph.stop();
  rmSync(folder, { recursive: true, force: true });
});

const urlOf = (name: string) => served.find((subgraph) => subgraph.name === name)?.url ?? '';

/** Whole, as a careful writer replaces a file. */
function write(text: string): void {
  writeFileSync(`${file}.next`, text);
  renameSync(`${file}.next`, file);
}

async function serve(env: Readonly<Record<string, string>>): Promise<string> {
  const config = loadConfig({ LOCAL_SUBGRAPH: 'false', AUTH: 'none', PORT: '0', INTROSPECTION: 'true', ...env });
  gateway = await createGateway(config, { logger: silentLogger });
  return gateway.url;
}

const joinedQuery = '{ people { id name costCentre } }';
const joinedData = {
  people: ['u1', 'u2'].map((id) => ({ id, name: id.toUpperCase(), costCentre: costCentreOf(id) })),
};

describe('a gateway without data of its own', () => {
  it('serves the supergraph of a file from the subgraphs that it names', async () => {
    write(composeScripts([people, hrScript()], urlOf));
    const url = await serve({ SUPERGRAPH: file });
    const answer = await ask(`${url}/graphql`, joinedQuery);
    expect(answer).toMatchObject({ status: 200, data: joinedData });
    expect(answer.extensions?.gateway).toMatchObject({ subgraphRequests: { people: 1, hr: 1 } });
    expect((await ask(`${url}/graphql`, '{ alerts { nodes { id } } }')).errors?.[0]?.extensions?.code).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    expect(await readyOf(url)).toMatchObject({ httpStatus: 200, status: 'ok', supergraph: { state: 'current' } });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('composes what its subgraphs tell', async () => {
    const SUBGRAPHS = JSON.stringify(served.map(({ name, url }) => ({ name, url })));
    const url = await serve({ SUBGRAPHS });
    expect((await ask(`${url}/graphql`, joinedQuery)).data).toEqual(joinedData);
  });

  it('reaches a subgraph of a file as the settings say', async () => {
    write(composeScripts([people, hrScript()], (name) => (name === 'hr' ? 'http://127.0.0.1:1/' : urlOf(name))));
    const hr = { name: 'hr', url: urlOf('hr'), headers: { 'x-api-key': 'ours' } };
    const url = await serve({ SUPERGRAPH: file, SUBGRAPHS: JSON.stringify([hr]) });
    expect((await ask(`${url}/graphql`, joinedQuery)).data).toEqual(joinedData);
    expect(served[1]?.requests.at(-1)?.headers).toMatchObject({ 'x-api-key': 'ours' });
  });

  it('follows the file, also to another place of a subgraph, and keeps the last good one when it breaks', async () => {
    write(composeScripts([people], urlOf));
    const url = await serve({ SUPERGRAPH: file });
    expect((await ask(`${url}/graphql`, joinedQuery)).errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
    write(composeScripts([people, hrScript()], urlOf));
    const followed = () => ask(`${url}/graphql`, joinedQuery);
    expect((await eventually(followed, ({ errors }) => errors === undefined)).data).toEqual(joinedData);
    write('type Query {');
    const told = await eventually(
      () => readyOf(url),
      ({ supergraph }) => supergraph.state === 'outdated',
    );
    expect(told).toMatchObject({ httpStatus: 200, degraded: ['SUPERGRAPH'] });
    expect((await followed()).data).toEqual(joinedData);
    const moved = await serveSubgraph(hrScript());
    served.push(moved);
    write(composeScripts([people, hrScript()], (name) => (name === 'hr' ? moved.url : urlOf(name))));
    await eventually(followed, () => moved.requests.length > 0);
    expect((await followed()).data).toEqual(joinedData);
  });

  it('is not ready without a file, answers that it is not, and is when the file comes', async () => {
    const url = await serve({ SUPERGRAPH: file });
    expect(await readyOf(url)).toMatchObject({
      httpStatus: 503,
      degraded: ['SUPERGRAPH'],
      supergraph: { state: 'missing' },
    });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const refused = await ask(`${url}/graphql`, joinedQuery);
    expect(refused).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] });
    expect(await new SocketClient(`${url.replace('http', 'ws')}/graphql`).closed).toMatchObject({ code: 1006 });
    write(composeScripts([people, hrScript()], urlOf));
    await eventually(
      () => readyOf(url),
      ({ httpStatus }) => httpStatus === 200,
    );
    expect((await ask(`${url}/graphql`, joinedQuery)).data).toEqual(joinedData);
  });
});
