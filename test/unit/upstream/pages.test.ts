import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Page, UpstreamCall } from '../../../src/upstream/contract.js';
import { parsePage } from '../../../src/upstream/odata.js';
import { callOf, type Harness, scopeOf, startHarness } from './support/harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(async () => {
  const { unused } = harness.server;
  await harness.stop();
  expect(unused).toBe(0);
});

interface Row {
  readonly id: string;
}

const list = (changes: Partial<UpstreamCall<Page<Row>>> = {}) =>
  callOf<Page<Row>>({
    parse: (body) => parsePage(body, (row) => z.object({ id: z.string() }).parse(row)),
    query: { $top: '2' },
    ...changes,
  });

async function idsOf(call = list()): Promise<string[][]> {
  const pages: string[][] = [];
  const scope = scopeOf(harness.clock);
  for await (const { value } of harness.upstreams.GRAPH_SECURITY.pages(call, scope)) {
    pages.push(value.rows.map(({ id }) => id));
  }
  expect(scope.meter.calls).toHaveLength(pages.length);
  return pages;
}

describe('paging', () => {
  it('follows next links with the headers of the first call, over empty pages, to the end', async () => {
    const next = (skip: number) => `${harness.server.url}/v1.0/security/alerts_v2?$top=2&$skiptoken=a%2Bb${skip}`;
    harness.server.script(
      { json: { value: [{ id: 'a' }, { id: 'b' }], '@odata.nextLink': next(1) } },
      { json: { value: [], '@odata.nextLink': next(2) } },
      { json: { value: [{ id: 'c' }] } },
    );
    expect(await idsOf(list({ headers: { ConsistencyLevel: 'eventual' } }))).toEqual([['a', 'b'], [], ['c']]);
    expect(harness.server.seen.map(({ url }) => url)).toEqual([
      '/v1.0/security/alerts_v2?$top=2',
      '/v1.0/security/alerts_v2?$top=2&$skiptoken=a%2Bb1',
      '/v1.0/security/alerts_v2?$top=2&$skiptoken=a%2Bb2',
    ]);
    for (const { headers } of harness.server.seen) expect(headers['consistencylevel']).toBe('eventual');
  });

  it('makes the link relative for those who page themselves', async () => {
    harness.server.script({ json: { value: [], '@odata.nextLink': `${harness.server.url}/v1.0/x?$skip=2` } });
    const { value } = await harness.upstreams.GRAPH_SECURITY.send(list(), scopeOf(harness.clock));
    expect(value.nextLink).toBe('/v1.0/x?$skip=2');
  });

  it.each(['https://evil.example/v1.0/x', '//evil.example/x', 'http://127.0.0.1:9/v1.0/x', 'http://['])(
    'never follows a link to another host: %s',
    async (link) => {
      harness.server.script({ json: { value: [], '@odata.nextLink': link } });
      await expect(idsOf()).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
      expect(harness.server.seen).toHaveLength(1);
    },
  );

  it('stops with an error when the link does not advance', async () => {
    const link = `${harness.server.url}/v1.0/security/alerts_v2?$skip=2`;
    harness.server.script(
      { json: { value: [{ id: 'a' }], '@odata.nextLink': link } },
      { json: { value: [{ id: 'b' }], '@odata.nextLink': link } },
    );
    const pages = harness.upstreams.GRAPH_SECURITY.pages(list(), scopeOf(harness.clock))[Symbol.asyncIterator]();
    expect((await pages.next()).value).toMatchObject({ value: { rows: [{ id: 'a' }] } });
    await expect(pages.next()).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  it('rejects a page with a row that is not what it should be', async () => {
    harness.server.script({ json: { value: [{ id: 'a' }, { id: 2 }] } });
    await expect(idsOf()).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  it('keeps to a path prefix of the configured root', async () => {
    const own = await startHarness();
    const proxied = await startHarness({ graphUrl: `${own.server.url}/proxy/` });
    own.server.script(
      { json: { value: [], '@odata.nextLink': `${own.server.url}/proxy/v1.0/x?$skip=1` } },
      { json: { value: [], '@odata.nextLink': `${own.server.url}/v1.0/x?$skip=2` } },
    );
    const pages = proxied.upstreams.GRAPH_SECURITY.pages(list(), scopeOf(proxied.clock))[Symbol.asyncIterator]();
    await pages.next();
    await expect(pages.next()).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    expect(own.server.seen.map(({ url }) => url)).toEqual([
      '/proxy/v1.0/security/alerts_v2?$top=2',
      '/proxy/v1.0/x?$skip=1',
    ]);
    await proxied.stop();
    await own.stop();
  });
});
