import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CloudApps, cloudCalls, rowsOf, startCloudApps } from '../support/cloudApps.js';

let stack: CloudApps;
let entities: Record<string, any>[];
let files: Record<string, any>[];

beforeAll(async () => {
  stack = await startCloudApps();
  entities = await rowsOf(stack.emulator, 'entities');
  files = await rowsOf(stack.emulator, 'files');
});
beforeEach(() => stack.nextMinute());
afterAll(() => stack.stop());

const keyOf = (row: Record<string, any>) => {
  const { saas, instance } = row.appData;
  return Buffer.from(JSON.stringify({ id: row.id, saas, inst: instance })).toString('base64url');
};
const idsOf = (nodes: readonly { id: string }[]) => nodes.map(({ id }) => id);

/** Ids of the whole list, page by page. */
async function pageThrough(field: string, first: number): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    stack.nextMinute();
    const answer: any = await stack.ask(
      `query ($after: String) { ${field}(first: ${first}, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`,
      { variables: { after } },
    );
    expect(answer.errors).toBeUndefined();
    seen.push(...idsOf(answer.data[field].nodes));
    after = answer.data[field].pageInfo.endCursor;
    more = answer.data[field].pageInfo.hasNextPage;
  }
  return seen;
}

describe('Cloud Apps accounts', () => {
  it('answers one by its id for one call', async () => {
    const user = entities.find(({ type }) => type === 2) as Record<string, any>;
    const answer = await stack.ask(
      `{ mcasAccount(id: "${keyOf(user)}") { id idInApp saasId instanceId type rawType status displayName email isAdmin lastSeen userGroups { name } accounts { id type aliases principalName } } }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.mcasAccount).toMatchObject({
      id: keyOf(user),
      idInApp: user.id,
      saasId: 11161,
      instanceId: 0,
      type: 'USER',
      rawType: '2',
      status: 'ACTIVE',
      displayName: user.displayName,
      lastSeen: user.lastSeen,
      userGroups: [{ name: 'All employees' }],
      accounts: [{ type: 'ACCOUNT', aliases: user.accounts[0].aliases, principalName: user.accounts[0].pa }],
    });
    const path = encodeURIComponent(
      Buffer.from(JSON.stringify({ id: user.id, saas: 11161, inst: 0 })).toString('base64'),
    );
    expect(await cloudCalls(stack, answer)).toEqual([`GET /api/v1/entities/${path}/`]);
  });

  it('asks for the tree of an account that brings no accounts along', async () => {
    const account = entities.find(({ type, idType }) => type === 1 && idType === 1) as Record<string, any>;
    const answer = await stack.ask(`{ mcasAccount(id: "${keyOf(account)}") { accounts { id } } }`);
    expect(answer.data?.mcasAccount.accounts).toEqual([{ id: keyOf(account) }]);
    const calls = await cloudCalls(stack, answer);
    expect(calls.map((call) => call.endsWith('/retrieve_tree/'))).toEqual([false, true]);
  });

  it('answers null for one that is not there, and refuses a text that is no key', async () => {
    const key = Buffer.from('{"id":"nobody","saas":1,"inst":0}').toString('base64url');
    expect((await stack.ask(`{ mcasAccount(id: "${key}") { id } }`)).data).toEqual({ mcasAccount: null });
    const wrong = await stack.ask('{ mcasAccount(id: "e30") { id } }');
    expect(wrong.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('pages through all of them once', async () => {
    const seen = await pageThrough('mcasAccounts', 45);
    expect(seen).toHaveLength(entities.length);
    expect(new Set(seen)).toEqual(new Set(entities.map(keyOf)));
  });

  it.each([
    ['type: { in: [USER] }', (row: any) => row.type === 2],
    ['isAdmin: true', (row: any) => row.isAdmin],
    ['isExternal: true', (row: any) => row.isExternal],
    ['status: { notIn: [ACTIVE] }', (row: any) => row.status !== 2],
    ['saasId: { in: [1] }', () => false],
  ])('filters with %s as the upstream does', async (filter, matches) => {
    const answer = await stack.ask(`{ mcasAccounts(first: 500, filter: { ${filter} }) { nodes { id } } }`);
    expect(answer.errors).toBeUndefined();
    expect(new Set(idsOf(answer.data?.mcasAccounts.nodes))).toEqual(new Set(entities.filter(matches).map(keyOf)));
  });

  it('joins the accounts of many activities with one call', async () => {
    const answer = await stack.ask('{ mcasActivities(first: 20) { nodes { id account { id displayName } } } }');
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.mcasActivities.nodes.filter((node: any) => node.account !== null).length).toBeGreaterThan(10);
    expect((await cloudCalls(stack, answer)).sort()).toEqual(['POST /api/v1/activities/', 'POST /api/v1/entities/']);
  });
});

describe('Cloud Apps files', () => {
  it('answers one for the legacy token, with codes as words', async () => {
    const wire = files[0] as Record<string, any>;
    const answer = await stack.ask(
      `{ mcasFile(id: "${wire._id}") { id idInApp name fileSize modifiedDate fileType rawFileType fileAccessLevel rawFileAccessLevel fileStatus ownerAddress collaborators { id role } } }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.mcasFile).toMatchObject({
      id: wire._id,
      idInApp: wire.id,
      name: wire.name,
      fileSize: wire.fileSize,
      modifiedDate: new Date(wire.modifiedDate).toISOString(),
      fileType: wire.fileType[1],
      rawFileType: wire.fileType[1],
      fileAccessLevel: wire.fileAccessLevel[1],
      fileStatus: 'EXISTS',
      collaborators: [{ id: wire.ownerAddress, role: 'OWNER' }],
    });
    expect(await cloudCalls(stack, answer)).toEqual([`GET /api/v1/files/${wire._id}/`]);
    const missing = await stack.ask('{ mcasFile(id: "nobody") { id } }');
    expect([missing.data, missing.errors]).toEqual([{ mcasFile: null }, undefined]);
  });

  it('pages through all of them once, last changed first', async () => {
    const seen = await pageThrough('mcasFiles', 60);
    expect(new Set(seen)).toEqual(new Set(files.map(({ _id }) => _id)));
    expect(seen).toHaveLength(files.length);
    const changed = new Map(files.map(({ _id, modifiedDate }) => [_id, modifiedDate]));
    expect(seen.map((id) => changed.get(id))).toEqual([...changed.values()].sort((a, b) => b - a));
  });

  it('filters as the upstream does', async () => {
    const answer = await stack.ask(
      '{ mcasFiles(first: 500, filter: { fileType: { in: [SPREADSHEET] }, fileAccessLevel: { in: [PUBLIC, EXTERNAL] } }) { nodes { id } totalCount } }',
    );
    const expected = files.filter(({ ftype, facl }) => ftype === 2 && [2, 3].includes(facl)).map(({ _id }) => _id);
    expect(new Set(idsOf(answer.data?.mcasFiles.nodes))).toEqual(new Set(expected));
    expect(answer.data?.mcasFiles.totalCount).toBe(expected.length);
  });
});

describe('Cloud Apps without a legacy token', () => {
  let bare: CloudApps;
  beforeAll(async () => {
    bare = await startCloudApps({ env: { MCAS_TOKEN: '' } });
  });
  afterAll(() => bare.stop());

  it('says for files which setting is missing, without a call, and answers the rest', async () => {
    const answer = await bare.ask('{ mcasFiles { nodes { id } } mcasFile(id: "x") { id } mcasIPRanges { id } }');
    expect(answer.errors?.map(({ message, extensions }) => [message.includes('MCAS_TOKEN'), extensions?.code])).toEqual(
      [
        [true, 'UPSTREAM_NOT_CONFIGURED'],
        [true, 'UPSTREAM_NOT_CONFIGURED'],
      ],
    );
    expect(answer.data?.mcasIPRanges.length).toBeGreaterThan(0);
    expect(await cloudCalls(bare, answer)).toEqual(['POST /api/v1/subnet/']);
  });
});

describe('ids that mean a path', () => {
  it.each(['.', '..', '../alerts', 'a/b', '%2e%2e', 'x?y=1', 'x#y'])(
    '%p stays inside its segment, or is refused',
    async (id) => {
      const read = await stack.ask('query ($id: ID!) { mcasFile(id: $id) { id } mcasAlert(id: $id) { id } }', {
        variables: { id },
      });
      expect(read.data).toEqual({ mcasFile: null, mcasAlert: null });
      const write = await stack.ask(
        'mutation ($id: ID!) { deleteMCASIPRange(input: { id: $id }) { deletedId } giveMCASActivityFeedback(input: { id: $id, feedback: "x" }) { done } }',
        { variables: { id } },
      );
      expect(write.data?.deleteMCASIPRange?.deletedId ?? null).toBeNull();
      expect(write.data?.giveMCASActivityFeedback?.done ?? false).toBe(false);
      const segment = encodeURIComponent(id);
      expect([
        `GET /api/v1/files/${segment}/`,
        `DELETE /api/v1/subnet/${segment}/`,
        `POST /api/v1/activities/${segment}/feedback`,
      ]).toEqual(expect.arrayContaining([...(await cloudCalls(stack, read)), ...(await cloudCalls(stack, write))]));
    },
  );
});

describe('discovery', () => {
  const start = (input: Record<string, unknown>) =>
    stack.ask(
      'mutation ($input: StartDiscoveryUploadInput!) { startDiscoveryUpload(input: $input) { uploadUrl provider headers { name value } errors { code inputPath } } }',
      { variables: { input } },
    );
  const finish = (input: Record<string, unknown>) =>
    stack.ask(
      'mutation ($input: FinishDiscoveryUploadInput!) { finishDiscoveryUpload(input: $input) { done errors { code inputPath } } }',
      { variables: { input } },
    );

  it('lists the reports with one call', async () => {
    const answer = await stack.ask(
      '{ mcasDiscoveryStreams { id displayName streamType builtInStreamType logType lastDataReceived lastAlertProcessingTime supportedEntityTypes rawSupportedTrafficTypes } }',
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.mcasDiscoveryStreams).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ displayName: 'Global view', streamType: 'VIEW', builtInStreamType: null }),
        expect.objectContaining({
          displayName: 'Managed endpoints',
          builtInStreamType: 'WINDOWS_DEFENDER',
          supportedEntityTypes: ['USER_NAME', 'IP_ADDRESS', 'MACHINE_NAME'],
          rawSupportedTrafficTypes: ['1', '2', '3'],
        }),
      ]),
    );
    expect(await cloudCalls(stack, answer)).toEqual(['GET /api/discovery/streams/']);
  });

  it('takes a log in three steps, and shows its report then', async () => {
    const started = await start({ filename: 'fw.log', source: 'PALO_ALTO' });
    const { uploadUrl, provider, headers, errors } = (started.data as Record<string, any>).startDiscoveryUpload;
    expect({ provider, headers, errors }).toEqual({
      provider: 'azure',
      headers: [{ name: 'x-ms-blob-type', value: 'BlockBlob' }],
      errors: [],
    });
    const put = await fetch(uploadUrl, {
      method: 'PUT',
      headers: Object.fromEntries(headers.map(({ name, value }: { name: string; value: string }) => [name, value])),
      body: 'log',
    });
    expect(put.status).toBe(201);
    const finished = await finish({ uploadUrl, inputStreamName: 'Lisbon firewall' });
    expect(finished.data?.finishDiscoveryUpload).toEqual({ done: true, errors: [] });
    expect(await cloudCalls(stack, finished)).toEqual(['POST /api/v1/discovery/done_upload/']);
    const streams = await stack.ask('{ mcasDiscoveryStreams { displayName isManual } }');
    expect(streams.data?.mcasDiscoveryStreams).toContainEqual({ displayName: 'Lisbon firewall', isManual: true });
  });

  it('hands no address on that it has not given, not even one that looks alike', async () => {
    const started = await start({ filename: 'fw.log', source: 'ZSCALER' });
    const own: string = started.data?.startDiscoveryUpload.uploadUrl;
    for (const uploadUrl of ['http://169.254.169.254/latest/meta-data', `${own}0`, own.replace('?', '?x=1&')]) {
      const answer = await finish({ uploadUrl, inputStreamName: 'X' });
      expect(answer.data?.finishDiscoveryUpload).toEqual({
        done: false,
        errors: [{ code: 'INVALID_INPUT', inputPath: ['uploadUrl'] }],
      });
      expect(await cloudCalls(stack, answer)).toEqual([]);
    }
  });

  it('tells what the upstream refuses, and what cannot be a source', async () => {
    const unknown = await start({ filename: 'fw.log', source: 'NO_SUCH_DEVICE' });
    expect(unknown.data?.startDiscoveryUpload).toMatchObject({ uploadUrl: null, errors: [{ code: 'INVALID_INPUT' }] });
    const odd = await start({ filename: 'fw.log', source: 'a b' });
    expect(odd.data?.startDiscoveryUpload.errors).toEqual([{ code: 'INVALID_INPUT', inputPath: ['source'] }]);
    const early = await start({ filename: 'fw.log', source: 'ZSCALER' });
    const { uploadUrl } = (early.data as Record<string, any>).startDiscoveryUpload;
    expect((await finish({ uploadUrl, inputStreamName: 'X' })).data?.finishDiscoveryUpload).toMatchObject({
      done: false,
      errors: [{ code: 'INVALID_INPUT' }],
    });
  });

  it('says that it does not know when the answer to a hand-over is lost, and gives one address for one key', async () => {
    const input = { filename: 'fw.log', source: 'ZSCALER', idempotencyKey: 'upload-1' };
    const [first, second] = [await start(input), await start(input)];
    expect(second.data).toEqual(first.data);
    const { uploadUrl } = (first.data as Record<string, any>).startDiscoveryUpload;
    await stack.control('POST', '/_control/faults', { upstream: 'mcas', kind: 'reset', match: 'done_upload' });
    const answer = await finish({ uploadUrl, inputStreamName: 'X' });
    expect(answer.data?.finishDiscoveryUpload).toMatchObject({ done: false, errors: [{ code: 'OUTCOME_UNKNOWN' }] });
    expect(await cloudCalls(stack, answer)).toHaveLength(1);
  });
});
