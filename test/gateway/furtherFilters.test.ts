import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CloudApps, rowsOf, startCloudApps } from '../support/cloudApps.js';
import { upstreamRow } from '../support/upstreamRow.js';

type Row = Record<string, any>;

let stack: CloudApps;
let activities: Row[];

beforeAll(async () => {
  stack = await startCloudApps({ env: { IDENTITY_SHARE: '1', REQUEST_TIMEOUT_MS: '30000' } });
  activities = await rowsOf(stack.emulator, 'activities');
});
beforeEach(() => stack.nextMinute());
afterAll(() => stack.stop());

const idsOf = (rows: readonly Row[]) => rows.map((row) => row._id ?? row.id).sort();
const objectsOf = (row: Row) => row.mainInfo.eventObjects.map(({ id }: Row) => id);

/** The value that the fewest activities have, and those. */
function rarest(valuesOf: (row: Row) => readonly unknown[]): { value: unknown; rows: Row[] } {
  const byValue = new Map<unknown, Row[]>();
  for (const row of activities) {
    for (const value of new Set(valuesOf(row))) byValue.set(value, [...(byValue.get(value) ?? []), row]);
  }
  const [found] = [...byValue].sort(([, a], [, b]) => a.length - b.length);
  if (found === undefined) throw new Error('No activity has such a value.');
  return { value: found[0], rows: found[1] };
}

async function listActivities(filter: object): Promise<Row[]> {
  const answer = await stack.ask(
    'query ($filter: MCASActivityFilter) { mcasActivities(filter: $filter, first: 1000) { nodes { id } info { truncated } } }',
    { variables: { filter } },
  );
  expect([answer.errors, answer.data?.mcasActivities.info.truncated]).toEqual([undefined, false]);
  return answer.data?.mcasActivities.nodes;
}

describe('activities of Cloud Apps', () => {
  it.each<[string, (row: Row) => readonly unknown[]]>([
    ['userGroupId', (row) => row.user.userTags ?? []],
    ['organization', (row) => [row.location.organizationSearchable].filter(Boolean)],
    ['objectId', objectsOf],
    ['source', (row) => [row.source].filter((source) => source !== undefined)],
  ])('are found by %s, and left out by it', async (field, valuesOf) => {
    const { value, rows } = rarest(valuesOf);
    expect(idsOf(await listActivities({ [field]: { in: [value] } }))).toEqual(idsOf(rows));
    const [row] = rows as [Row];
    const others = { [field]: { notIn: [value] }, timestamp: { ge: new Date(row.timestamp).toISOString() } };
    expect(idsOf(await listActivities(others))).toEqual(
      idsOf(activities.filter((each) => each.timestamp >= row.timestamp && !valuesOf(each).includes(value))),
    );
  });

  it.each(['userOrgUnit', 'policyId', 'userAgentTag', 'ipTag'])('are asked for by %s', async (field) => {
    expect(await listActivities({ [field]: { in: ['nobody has this'] } })).toEqual([]);
  });

  it.each(['ipTag', 'userAgentTag', 'objectId'])('cannot be asked for without a %s', async (field) => {
    const { errors } = await stack.ask(`{ mcasActivities(filter: { ${field}: { isNull: true } }) { nodes { id } } }`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('what Identity Protection holds of a person', () => {
  it.each([
    ['riskEvents', 'riskDetections'],
    ['riskyUsers', 'riskyUsers'],
  ])('is found in %s by display name', async (field, collection) => {
    const { value } = await upstreamRow(stack.emulator, `/identityProtection/${collection}?$top=500`);
    const name: string = value[0].userDisplayName;
    const answer = await stack.ask(
      `{ ${field}(first: 1000, filter: { userDisplayName: { in: [${JSON.stringify(name)}] } }) { nodes { id } } }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(idsOf(answer.data?.[field].nodes)).toEqual(
      idsOf(value.filter(({ userDisplayName }: Row) => userDisplayName === name)),
    );
    const calls = (await stack.callsOf(answer)).map(({ path }) => decodeURIComponent(path));
    expect(calls.every((path) => path.includes('userDisplayName eq'))).toBe(true);
  });
});
