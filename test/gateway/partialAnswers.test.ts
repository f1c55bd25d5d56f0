import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FaultyTenant, startFaultyTenant } from '../support/faultyTenant.js';

const warning = {
  code: 'UPSTREAM_PARTIAL',
  upstream: 'GRAPH_SECURITY',
  message: 'Microsoft WDATP did not contribute (status 504).',
};

describe.each<[string, Record<string, string>, readonly (readonly [path: string, selection: string])[]]>([
  [
    'secure scores',
    {},
    [
      ['/secureScores', 'secureScore { id }'],
      ['/secureScores', 'secureScores(first: 3) { nodes { id } info { partial warnings { code upstream message } } }'],
      ['/secureScoreControlProfiles', 'secureScoreControlProfiles { id }'],
    ],
  ],
  [
    'alerts of the legacy dialect',
    { GRAPH_ALERTS_DIALECT: 'legacy' },
    [['/security/alerts?', 'alerts(first: 3) { nodes { id } info { partial warnings { code upstream message } } }']],
  ],
])('a 206 of %s', (_name, env, cases) => {
  let tenant: FaultyTenant;
  beforeAll(async () => {
    tenant = await startFaultyTenant({ env });
  }, 60_000);
  afterAll(() => tenant.stop());

  it.each(cases)('at %s is told beside the data, and no more when it is over: %s', async (match, selection) => {
    const query = `{ viewer { id } ${selection} }`;
    const answer = await tenant.askUnder([{ upstream: 'graph', kind: 'partial206', seconds: 3600, match }], query);
    expect(answer.errors).toBeUndefined();
    expect(answer.extensions?.gateway?.warnings).toContainEqual(warning);
    const { viewer, ...data } = answer.data as Record<string, any>;
    const [list] = Object.values(data);
    expect([viewer, JSON.stringify(list)]).toEqual([expect.anything(), expect.stringContaining('"id"')]);
    if (selection.includes('info')) expect(list.info).toMatchObject({ partial: true, warnings: [warning] });
    const after = await tenant.askAfresh(query);
    expect([after.errors, after.extensions?.gateway?.warnings]).toEqual([undefined, undefined]);
  });
});
