import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiCases, graphCases, legacyCases } from '../support/apiCases.js';
import { type ApiRow, readApiTable } from '../support/apiTable.js';
import { cloudCases } from '../support/cloudApiCases.js';
import { type FaultyTenant, startFaultyTenant } from '../support/faultyTenant.js';

/** Answered from what the feed has polled, so no call of their own could show; the feed's are shown where it is tested. */
const isAnsweredFromFeed = (field: string) => field === 'Query.alertStats' || field.startsWith('Subscription.');
const table = readApiTable();
/** The application has what the page says, and nothing else. */
const graphRoles = [
  ...new Set(table.filter(({ upstream }) => upstream !== 'MCAS').map(({ permission }) => permission)),
];

/** Values of a member, wherever it is in an answer. */
function valuesOf(data: unknown, name: string): unknown[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) => [...(key === name ? [value] : []), ...valuesOf(value, name)]);
}

describe.each<[string, boolean, Record<string, string>, (tenant: FaultyTenant) => Promise<ApiCases>]>([
  [
    'of the tables in docs/upstreams.md',
    false,
    {},
    async (tenant) => ({ ...(await graphCases(tenant)), ...(await cloudCases(tenant)) }),
  ],
  ['of the legacy dialect', true, { GRAPH_ALERTS_DIALECT: 'legacy' }, legacyCases],
])('every API %s', (_name, isLegacyDialect, env, makeCases) => {
  const rows = table.filter((row) => row.isLegacyDialect === isLegacyDialect);
  let tenant: FaultyTenant;
  let cases: ApiCases;

  beforeAll(async () => {
    tenant = await startFaultyTenant({
      env,
      emulator: { graphRoles: graphRoles.filter((role) => role !== undefined) },
    });
    cases = await makeCases(tenant);
  }, 120_000);
  afterAll(() => tenant.stop());

  /** Nothing is answered from a cache. What a mutation wants was made a moment before. */
  const askAlone = (query: string) => {
    tenant.advance(query.startsWith('mutation') ? 120_000 : 3 * 86_400_000);
    return tenant.stack.ask(query);
  };
  /** Calls of this API, parts of a `$batch` too, that one answer caused. */
  const callsOf = async (row: ApiRow, requestId: string | null) =>
    (await tenant.stack.ledger()).filter(
      ({ clientRequestId, method, path }) =>
        clientRequestId === requestId &&
        method === row.method &&
        row.paths.some((pattern) => pattern.test(path.split('?')[0] as string)),
    );

  it('has its fields in the table, and a question for each', () => {
    expect(rows.length).toBeGreaterThan(isLegacyDialect ? 1 : 40);
    for (const { api, fields } of rows) {
      expect({ api, fields: Object.keys(cases[api] ?? {}).sort() }).toEqual({
        api,
        fields: fields.filter((field) => !isAnsweredFromFeed(field)).sort(),
      });
    }
    expect(Object.keys(cases).filter((api) => !rows.some((row) => row.api === api))).toEqual([]);
  });

  it.each(rows)('$api serves what the table says, at the limit that it names', async (row) => {
    const reached = new Set<RegExp>();
    for (const field of row.fields.filter((name) => !isAnsweredFromFeed(name))) {
      for (const ask of [cases[row.api]?.[field] ?? []].flat()) {
        const answer = await askAlone(await ask());
        expect([field, answer.errors]).toEqual([field, undefined]);
        expect(valuesOf(answer.data, 'errors').flat()).toEqual([]);
        const values = valuesOf(answer.data, field.replace(/^\w+\./, ''));
        expect([field, values.some((value) => value !== null)]).toEqual([field, true]);
        const calls = await callsOf(row, answer.headers.get('x-request-id'));
        expect([field, calls.length > 0, calls.every(({ status }) => status < 300)]).toEqual([field, true, true]);
        expect(Object.keys(answer.extensions?.gateway?.upstreamCalls ?? {})).toContain(row.upstream);
        for (const { path } of calls) {
          for (const pattern of row.paths) if (pattern.test(path.split('?')[0] as string)) reached.add(pattern);
        }
      }
    }
    expect(reached).toEqual(new Set(row.paths));
  });

  it.each(rows.filter(({ permission }) => permission !== undefined))(
    '$api names $permission when it is refused',
    async ({ api, match, permission, upstream, fields: [field = ''] }) => {
      const [ask] = [cases[api]?.[field] ?? []].flat();
      const query = String(await ask?.());
      const where = upstream === 'MCAS' ? 'mcas' : 'graph';
      await tenant.stack.control('POST', '/_control/faults', {
        upstream: where,
        kind: 'forbidden',
        seconds: 3600,
        match,
      });
      const answer = await askAlone(query);
      await tenant.stack.control('DELETE', '/_control/faults');
      expect(answer.errors?.[0]?.extensions).toMatchObject({
        code: 'UPSTREAM_FORBIDDEN',
        upstream,
        permission,
      });
    },
  );
});
