import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAccountId, readAccountId, toAccountId } from '../../../../src/datasources/mcas/accounts/accountKey.js';
import { UserInputError } from '../../../../src/errors/GatewayError.js';
import { pageOf, setUpCloudApps } from './cloudApps.js';

const row = (n: number) => ({
  id: `user${n}`,
  type: 2,
  displayName: `User ${n}`,
  appData: { appId: 11161, saas: 11161, instance: 0 },
});
const idOf = (n: number) => toAccountId({ id: `user${n}`, saas: 11161, inst: 0 });
const rows = Array.from({ length: 250 }, (_, n) => row(n));

describe('ids of accounts', () => {
  it('are the unpadded base64url of JSON with members in one order, and read back', () => {
    expect(Buffer.from(idOf(1), 'base64url').toString()).toBe('{"id":"user1","saas":11161,"inst":0}');
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }),
        fc.nat(),
        fc.nat(9),
        (id, saas, inst) => {
          expect(parseAccountId(toAccountId({ id, saas, inst }))).toEqual({ id, saas, inst });
        },
      ),
    );
  });

  it.each([
    '',
    'e30',
    'not base64!',
    `${idOf(1)}=`,
    Buffer.from('{"inst":0,"saas":1,"id":"x"}').toString('base64url'),
    Buffer.from('{"id":7,"saas":1,"inst":0}').toString('base64url'),
    'A'.repeat(2_000),
  ])('refuse %p', (text) => {
    expect(() => readAccountId(text)).toThrow(UserInputError);
  });
});

describe('reading accounts', () => {
  it('takes the key from `ii` before the fields, and the sample of Microsoft as it is printed', async () => {
    const sample = {
      type: 1,
      status: 2,
      id: 'short',
      ii: '11161|0|7e14f6a3-185d-49e3-85e8-40a33d90dc90',
      username: "{'id': '7e14f6a3-185d-49e3-85e8-40a33d90dc90', 'saas': 11161, 'inst': 0}",
    };
    const { operation } = setUpCloudApps(() => sample);
    const id = toAccountId({ id: '7e14f6a3-185d-49e3-85e8-40a33d90dc90', saas: 11161, inst: 0 });
    expect(await operation().accounts.byId(id)).toMatchObject({ id, type: 'ACCOUNT', status: 'ACTIVE' });
  });

  it('asks for several with one filter of keys, and keeps what was asked for', async () => {
    const { upstream, operation } = setUpCloudApps((call) => pageOf([row(0), row(1), row(2)], call));
    const { accounts } = operation();
    const found = await Promise.all([idOf(0), idOf(2), idOf(9)].map((id) => accounts.byId(id)));
    expect(found.map((account) => account?.displayName)).toEqual(['User 0', 'User 2', undefined]);
    expect(upstream.calls.map(({ body }) => body.filters.entity.eq)).toEqual([
      [0, 2, 9].map((n) => ({ id: `user${n}`, saas: 11161, inst: 0 })),
    ]);
  });

  it.each([
    ['a record', (record: object) => record],
    ['a list', (record: object) => [record]],
    ['an envelope', (record: object) => ({ data: [record] })],
  ])('reads a tree that comes as %s', async (_form, wrap) => {
    const tree = wrap({ ...row(0), accounts: [{ i: 'a@contoso.example', saas: 11161, inst: 0, t: 1, s: 3 }, null] });
    const { upstream, operation } = setUpCloudApps((call) => (call.path.includes('tree') ? tree : row(0)));
    const { accounts } = operation();
    const user = await accounts.byId(idOf(0));
    expect(await accounts.accountsOf(user as NonNullable<typeof user>)).toMatchObject([
      { idInApp: 'a@contoso.example', status: 'SUSPENDED' },
    ]);
    expect(upstream.requests).toBe(2);
  });
});

describe('trees of many accounts', () => {
  it('are asked for until the calls of the operation are used up, and then fail one by one', async () => {
    const { upstream, operation } = setUpCloudApps((call) =>
      call.path.includes('tree') ? row(0) : pageOf(rows, call),
    );
    const { accounts } = operation();
    const { nodes } = await accounts.list({ page: { first: 50, after: undefined } });
    const trees = await Promise.allSettled(nodes.map((node) => accounts.accountsOf(node)));
    expect(trees.filter(({ status }) => status === 'fulfilled')).toHaveLength(11);
    expect(upstream.requests).toBe(12);
  });
});

describe('lists of accounts', () => {
  const list = (operation: ReturnType<typeof setUpCloudApps>['operation'], first: number, after?: string | null) =>
    operation().accounts.list({ page: { first, after: after ?? undefined } });

  it('goes on after its cursor when rows before it went away or came', async () => {
    let current = rows;
    const { operation } = setUpCloudApps((call) => pageOf(current, call));
    const first = await list(operation, 20);
    current = rows.slice(3);
    expect((await list(operation, 5, first.pageInfo.endCursor)).nodes[0]?.idInApp).toBe('user20');
    current = [row(900), row(901), ...rows];
    expect((await list(operation, 6, first.pageInfo.endCursor)).nodes[0]?.idInApp).toBe('user20');
    current = rows.filter(({ id }) => id !== 'user19');
    expect((await list(operation, 7, first.pageInfo.endCursor)).nodes[0]?.idInApp).toBe('user20');
  });

  it('takes a call for each 100 rows, whatever a page holds', async () => {
    const { upstream, operation } = setUpCloudApps((call) => pageOf(rows, call));
    expect((await list(operation, 200)).nodes).toHaveLength(200);
    expect(upstream.requests).toBe(3);
  });

  it('stops when the upstream ignores where to begin, and says truncated', async () => {
    const { upstream, operation } = setUpCloudApps(() => ({ data: rows.slice(0, 100), hasNext: true, total: 250 }));
    const page = await list(operation, 200);
    expect(page.nodes).toHaveLength(100);
    expect([page.info.truncated, page.pageInfo.hasNextPage, upstream.requests]).toEqual([true, false, 2]);
  });

  it('refuses a cursor that is none of its own', async () => {
    const { operation } = setUpCloudApps((call) => pageOf(rows, call));
    await expect(list(operation, 5, 'x')).rejects.toThrow(UserInputError);
  });
});
