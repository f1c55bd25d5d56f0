import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CloudApps, cloudCalls, rowsOf, startCloudApps } from '../support/cloudApps.js';

let stack: CloudApps;
let serial = 0;

beforeAll(async () => {
  stack = await startCloudApps();
});
beforeEach(() => stack.nextMinute());
afterAll(() => stack.stop());

const list = 'POST /api/v1/subnet/';
const fields =
  'id name category rawCategory organization tags { name } subnets { originalString mask address } location { name } lastModified';
const payload = `errors { code inputPath } ipRange { ${fields} }`;
const documents = {
  create: `mutation ($input: CreateMCASIPRangeInput!) { answer: createMCASIPRange(input: $input) { ${payload} } }`,
  update: `mutation ($input: UpdateMCASIPRangeInput!) { answer: updateMCASIPRange(input: $input) { ${payload} } }`,
  blindUpdate:
    'mutation ($input: UpdateMCASIPRangeInput!) { answer: updateMCASIPRange(input: $input) { errors { code } } }',
  delete:
    'mutation ($input: DeleteMCASIPRangeInput!) { answer: deleteMCASIPRange(input: $input) { deletedId errors { code inputPath } } }',
};

function run(document: keyof typeof documents, input: Record<string, unknown>) {
  return stack.ask(documents[document], { variables: { input } });
}

async function outcome(document: keyof typeof documents, input: Record<string, unknown>): Promise<any> {
  const answer = await run(document, input);
  expect(answer.errors).toBeUndefined();
  return answer.data?.answer;
}

/** A range that no other test writes to. */
async function newRange(more: Record<string, unknown> = {}): Promise<Record<string, any>> {
  serial += 1;
  const input = { name: `Range ${serial}`, category: 'CORPORATE', subnets: [`10.${serial}.0.0/16`], ...more };
  return (await outcome('create', input)).ipRange;
}

const upstreamRange = async (id: string) => (await rowsOf(stack.emulator, 'subnet')).find((row) => row._id === id);
const fault = (kind: string, match: string) =>
  stack.control('POST', '/_control/faults', { upstream: 'mcas', kind, match, status: 500 });

describe('mcasIPRanges', () => {
  it('lists all for one call, and filters as the upstream does', async () => {
    const rows = await rowsOf(stack.emulator, 'subnet');
    const answer = await stack.ask(`{ mcasIPRanges { ${fields} } }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.mcasIPRanges.map(({ id }: { id: string }) => id).sort()).toEqual(
      rows.map(({ _id }) => _id).sort(),
    );
    expect(await cloudCalls(stack, answer)).toEqual([list]);
    const vpn = await stack.ask('{ mcasIPRanges(filter: { category: { in: [VPN] } }) { name category rawCategory } }');
    expect(vpn.data?.mcasIPRanges).toEqual([{ name: 'Contoso VPN', category: 'VPN', rawCategory: '4' }]);
  });
});

describe('createMCASIPRange', () => {
  it('creates one with blocks of both families, and shows it with one call more', async () => {
    const answer = await run('create', {
      name: 'Lisbon',
      category: 'VPN',
      subnets: ['198.18.4.1/24', '2001:db8:77::/48', '198.18.9.9'],
      organization: 'Contoso',
      tags: ['Branch', 'Lisbon'],
    });
    expect(answer.data?.answer).toMatchObject({
      errors: [],
      ipRange: {
        name: 'Lisbon',
        category: 'VPN',
        organization: 'Contoso',
        tags: [{ name: 'Branch' }, { name: 'Lisbon' }],
        subnets: [
          { originalString: '198.18.4.1/24', mask: 120 },
          { originalString: '2001:db8:77::/48', mask: 48 },
          { originalString: '198.18.9.9/32', mask: 128 },
        ],
      },
    });
    expect(await cloudCalls(stack, answer)).toEqual(['POST /api/v1/subnet/create_rule/', list]);
  });

  it.each([
    ['10.0.0.0/33'],
    ['10.0.0/8'],
    ['2001:db8::/129'],
    ['fe80::1%eth0/64'],
    ['10.0.0.0/8/8'],
    ['10.0.0.0/'],
    ['example.com'],
    [''],
  ])('refuses %p as a block without a call', async (block) => {
    const answer = await run('create', { name: 'Odd', category: 'OTHER', subnets: ['10.250.0.0/16', block] });
    expect(answer.data?.answer).toEqual({ errors: [{ code: 'INVALID_INPUT', inputPath: ['subnets'] }], ipRange: null });
    expect(await cloudCalls(stack, answer)).toEqual([]);
  });

  it('refuses what the upstream refuses: a name or addresses that another range has', async () => {
    const { name, subnets } = await newRange();
    const taken = await outcome('create', { name, category: 'OTHER', subnets: ['10.251.0.0/16'] });
    expect(taken).toEqual({ errors: [{ code: 'INVALID_INPUT', inputPath: null }], ipRange: null });
    const overlap = { name: 'Overlap', category: 'OTHER', subnets: [subnets[0].originalString] };
    expect((await outcome('create', overlap)).errors).toEqual([{ code: 'INVALID_INPUT', inputPath: null }]);
  });

  it('refuses a category that cannot be set', async () => {
    const answer = await run('create', { name: 'Odd', category: 'UNRECOGNIZED', subnets: ['10.252.0.0/16'] });
    expect(answer.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('creates once for one key', async () => {
    const input = { name: 'Once', category: 'OTHER', subnets: ['10.253.0.0/16'], idempotencyKey: 'range-1' };
    const first = await outcome('create', input);
    expect(await outcome('create', input)).toEqual(first);
    expect((await outcome('create', { ...input, name: 'Twice' })).errors).toEqual([
      { code: 'IDEMPOTENCY_KEY_REUSED', inputPath: ['idempotencyKey'] },
    ]);
  });

  it('finds the range when the answer is lost, and never creates a second', async () => {
    await fault('truncated', 'create_rule');
    const answer = await run('create', { name: 'Lost', category: 'OTHER', subnets: ['10.254.0.0/16'] });
    expect(answer.data?.answer).toMatchObject({ errors: [], ipRange: { name: 'Lost' } });
    const calls = await cloudCalls(stack, answer);
    expect(calls.filter((call) => call.includes('create_rule'))).toHaveLength(1);
  });

  it('fails as an outage when nothing was created', async () => {
    await fault('status', 'create_rule');
    const answer = await run('create', { name: 'Never', category: 'OTHER', subnets: ['10.255.0.0/16'] });
    expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });
});

describe('updateMCASIPRange', () => {
  it('keeps all that the input leaves out, as it was typed, for a call to read and one to write', async () => {
    const range = await newRange({ organization: 'Contoso', tags: ['Branch'], subnets: ['172.16.1.9/24'] });
    const before = await upstreamRange(range.id as string);
    const answer = await run('blindUpdate', { id: range.id, name: 'Renamed' });
    expect(answer.data?.answer).toEqual({ errors: [] });
    expect(await cloudCalls(stack, answer)).toEqual([list, `POST /api/v1/subnet/${range.id}/update_rule/`]);
    expect(await upstreamRange(range.id as string)).toEqual({
      ...before,
      name: 'Renamed',
      lastModified: expect.any(Number),
    });
  });

  it('writes what is there, and removes with null and with nothing', async () => {
    const range = await newRange({ organization: 'Contoso', tags: ['Branch'] });
    const input = { id: range.id, category: 'RISKY', organization: null, tags: [], subnets: ['172.16.2.0/24'] };
    expect(await outcome('update', input)).toMatchObject({
      errors: [],
      ipRange: {
        name: range.name,
        category: 'RISKY',
        organization: null,
        tags: [],
        subnets: [{ originalString: '172.16.2.0/24' }],
      },
    });
  });

  it('reads the ranges afresh, whatever the cache holds', async () => {
    const range = await newRange({ tags: ['Old'] });
    await fetch(`${stack.emulator.mcasUrl}/api/v1/subnet/${range.id}/update_rule/`, {
      method: 'POST',
      headers: { authorization: `Token ${stack.emulator.mcasToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: range.name,
        category: 1,
        subnets: [range.subnets[0].originalString],
        tags: ['New'],
      }),
    });
    expect((await outcome('update', { id: range.id, category: 'VPN' })).ipRange.tags).toEqual([{ name: 'New' }]);
  });

  it('writes nothing when the range has changed since, and shows it as it is', async () => {
    const range = await newRange();
    const stale = '2020-01-01T00:00:00.1234567Z';
    expect(await outcome('update', { id: range.id, category: 'VPN', expectedLastUpdate: stale })).toMatchObject({
      errors: [{ code: 'CONFLICT', inputPath: ['expectedLastUpdate'] }],
      ipRange: { id: range.id, category: 'CORPORATE' },
    });
    const input = { id: range.id, category: 'VPN', expectedLastUpdate: range.lastModified };
    expect(await outcome('update', input)).toMatchObject({ errors: [], ipRange: { category: 'VPN' } });
  });

  it.each([
    ['an id that nobody has', { id: 'nobody', name: 'X' }, 'NOT_FOUND', ['id']],
    ['nothing to change', {}, 'INVALID_INPUT', null],
    ['a null name', { name: null }, 'INVALID_INPUT', ['name']],
    ['no blocks', { subnets: [] }, 'INVALID_INPUT', ['subnets']],
    ['a wrong block', { subnets: ['x'] }, 'INVALID_INPUT', ['subnets']],
    ['a name that another has', { name: 'Contoso VPN' }, 'INVALID_INPUT', null],
  ])('refuses %s', async (_case, input, code, inputPath) => {
    const { id } = await newRange();
    expect((await outcome('update', { id, ...input })).errors).toEqual([{ code, inputPath }]);
  });

  it('reads back when the answer is lost', async () => {
    const range = await newRange();
    await fault('truncated', 'update_rule');
    await outcome('blindUpdate', { id: range.id, category: 'VPN' });
    await fault('status', 'update_rule');
    const failed = await run('blindUpdate', { id: range.id, category: 'RISKY' });
    expect(failed.errors?.map(({ extensions }) => extensions?.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect((await upstreamRange(range.id as string))?.category).toBe(4);
  });
});

describe('deleteMCASIPRange', () => {
  it('deletes with one call, and shows no other range as deleted', async () => {
    const { id } = await newRange();
    const answer = await run('delete', { id });
    expect(answer.data?.answer).toEqual({ deletedId: id, errors: [] });
    expect(await cloudCalls(stack, answer)).toEqual([`DELETE /api/v1/subnet/${id}/`]);
    expect(await outcome('delete', { id })).toEqual({
      deletedId: null,
      errors: [{ code: 'NOT_FOUND', inputPath: ['id'] }],
    });
    const { data } = await stack.ask('{ mcasIPRanges { id } }');
    expect(data?.mcasIPRanges).not.toContainEqual({ id });
  });

  it('deletes nothing when the range has changed since', async () => {
    const { id, lastModified } = await newRange();
    const conflict = await outcome('delete', { id, expectedLastUpdate: '2020-01-01T00:00:00Z' });
    expect(conflict.errors).toEqual([{ code: 'CONFLICT', inputPath: ['expectedLastUpdate'] }]);
    expect(await outcome('delete', { id, expectedLastUpdate: lastModified })).toEqual({ deletedId: id, errors: [] });
  });

  it('counts as done when the answer is lost and the range is gone', async () => {
    const { id } = await newRange();
    await fault('truncated', `DELETE /api/v1/subnet/${id}`);
    const answer = await run('delete', { id });
    expect(answer.data?.answer).toEqual({ deletedId: id, errors: [] });
    expect(await cloudCalls(stack, answer)).toEqual([`DELETE /api/v1/subnet/${id}/`, list]);
  });
});
