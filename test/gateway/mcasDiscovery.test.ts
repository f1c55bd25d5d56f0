import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { askCloudApps, type CloudApps, cloudCalls, startCloudApps } from '../support/cloudApps.js';
import { startStack } from '../support/startStack.js';

const categoriesPath = '/api/v1/discovery/discovered_apps/categories/';
const scriptCall = (format: number) => `GET /api/discovery_block_scripts/?format=${format}&type=banned`;

let stack: CloudApps;
let streamIds: string[];

beforeAll(async () => {
  stack = await startCloudApps();
  const { streams } = await askCloudApps(stack.emulator, '/api/discovery/streams/');
  streamIds = streams.map(({ _id }: { _id: string }) => _id);
});
beforeEach(() => stack.nextMinute());
afterAll(() => stack.stop());

const askCategories = (streamId: string, rest = '') =>
  stack.ask(`query ($streamId: ID!) { mcasDiscoveryCategories(streamId: $streamId${rest}) { id name total } }`, {
    variables: { streamId },
  });
const fault = (change: Record<string, unknown>) =>
  stack.control('POST', '/_control/faults', { upstream: 'mcas', times: 1, ...change });

describe('categories of discovered apps', () => {
  it('are those of the upstream with their names, most apps first, for one call', async () => {
    const [streamId = ''] = streamIds;
    const rows = await askCloudApps(stack.emulator, categoriesPath, { streamId, timeFrame: 30 });
    const answer = await askCategories(streamId, ', timeFrame: 30');
    expect(answer.errors).toBeUndefined();
    const categories = answer.data?.mcasDiscoveryCategories;
    const numbers = new Map(categories.map(({ id, total }: any) => [id, total]));
    expect(numbers).toEqual(new Map(rows.map(({ id, total }: any) => [id, total])));
    expect(categories.map(({ total }: any) => total)).toEqual(rows.map(({ total }: any) => total));
    expect(categories).toContainEqual(
      expect.objectContaining({ id: 'SAASDB_CATEGORY_HUMAN_RESOURCE_MANAGEMENT', name: 'Human-resource management' }),
    );
    expect(await cloudCalls(stack, answer)).toEqual([`POST ${categoriesPath}`]);

    const part = await askCategories(streamId, ', timeFrame: 30, orderBy: TOTAL_ASC, first: 2, skip: 1');
    const totals = categories.map(({ total }: any) => total).reverse();
    expect(part.data?.mcasDiscoveryCategories.map(({ total }: any) => total)).toEqual(totals.slice(1, 3));
    expect(await cloudCalls(stack, part)).toEqual([]);
  });

  it('of an unknown report are an error of the caller, as are numbers out of range', async () => {
    const answers = [
      await askCategories('nobody'),
      await askCategories(streamIds[0] ?? '', ', timeFrame: 1000'),
      await askCategories(streamIds[0] ?? '', ', first: 0'),
    ];
    for (const { data, errors } of answers) {
      expect(data).toEqual({ mcasDiscoveryCategories: null });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });

  it('name the permission that the gateway lacks', async () => {
    await fault({ kind: 'forbidden', match: 'categories' });
    const { data, errors } = await askCategories(streamIds[1] ?? '');
    expect(data).toEqual({ mcasDiscoveryCategories: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_FORBIDDEN', permission: 'Discovery.read' } }]);
  });

  it.each([
    ['another content type', { kind: 'wrongContentType' }],
    ['an HTML page', { kind: 'html' }],
    ['half a body', { kind: 'truncated' }],
  ])('that come as %s are UPSTREAM_BAD_RESPONSE', async (_name, kind) => {
    await fault({ ...kind, match: 'categories' });
    const { errors } = await askCategories(streamIds[2] ?? '');
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE', upstream: 'MCAS' } }]);
  });
});

describe('block scripts', () => {
  const askScript = (format: string) => stack.ask(`{ mcasDiscoveryBlockScript(format: ${format}) { format script } }`);

  it.each([
    ['BLUECOAT', 102, 'url.domain='],
    ['CISCO_ASA', 104, 'access-list'],
    ['FORTIGATE', 108, 'edit 0'],
    ['PALO_ALTO', 112, 'set profiles'],
    ['ZSCALER', 120, '.'],
    ['JUNIPER_SRX', 129, 'set security'],
    ['WEBSENSE', 135, ''],
  ])('for %s are the text that the upstream writes, for one call', async (format, number, start) => {
    const answer = await askScript(format);
    expect(answer.errors).toBeUndefined();
    const { script } = answer.data?.mcasDiscoveryBlockScript ?? {};
    const response = await fetch(`${stack.emulator.mcasUrl}${scriptCall(number).slice('GET '.length)}`, {
      headers: { authorization: `Token ${stack.emulator.mcasToken}` },
    });
    expect(answer.data).toEqual({ mcasDiscoveryBlockScript: { format, script: await response.text() } });
    expect(script.startsWith(start)).toBe(true);
    expect(script).toContain('.example');
    expect(await cloudCalls(stack, answer)).toEqual([scriptCall(number)]);
  });

  it('are made for known appliances only', async () => {
    const { errors } = await askScript('TOASTER');
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });

  it('name the permission that the gateway lacks', async () => {
    await fault({ kind: 'forbidden', match: 'format=102' });
    const { data, errors } = await askScript('BLUECOAT');
    expect(data).toEqual({ mcasDiscoveryBlockScript: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_FORBIDDEN', permission: 'Discovery.manage' } }]);
  });

  it.each([
    ['an HTML page', { kind: 'html' }],
    ['ten megabytes', { kind: 'huge' }],
  ])('that come as %s are UPSTREAM_BAD_RESPONSE', async (_name, kind) => {
    await fault({ ...kind, match: 'format=104' });
    const { errors } = await askScript('CISCO_ASA');
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE', upstream: 'MCAS' } }]);
    expect(JSON.stringify(errors)).not.toContain('<h2>');
  });
});

describe('discovery elsewhere', () => {
  const both =
    '{ mcasDiscoveryCategories(streamId: "nobody") { id } mcasDiscoveryBlockScript(format: ZSCALER) { script } }';

  it('is null for a report that the upstream does not find, and no script that is not text', async () => {
    const other = await startCloudApps({
      emulator: { switches: { mcasUnknownStreamStatus: 404, mcasBlockScriptType: 'application/octet-stream' } },
    });
    const { data, errors } = await other.ask(both);
    await other.stop();
    expect(data).toEqual({ mcasDiscoveryCategories: null, mcasDiscoveryBlockScript: null });
    expect(errors).toMatchObject([
      { path: ['mcasDiscoveryBlockScript'], extensions: { code: 'UPSTREAM_BAD_RESPONSE', upstream: 'MCAS' } },
    ]);
  });

  it('says without Cloud Apps that it is not configured', async () => {
    const bare = await startStack({ env: { MCAS_URL: '', MCAS_TOKEN: '', POLL_SECONDS: '3600' } });
    const { data, errors } = await bare.ask(both);
    await bare.stop();
    expect(data).toEqual({ mcasDiscoveryCategories: null, mcasDiscoveryBlockScript: null });
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual([
      'UPSTREAM_NOT_CONFIGURED',
      'UPSTREAM_NOT_CONFIGURED',
    ]);
  });
});
