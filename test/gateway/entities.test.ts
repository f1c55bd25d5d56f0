import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toAccountId } from '../../src/datasources/mcas/accounts/accountKey.js';
import { buildHastyClock } from '../support/hastyClock.js';
import { neverLeader } from '../support/neverLeader.js';
import { type GuardedStack, startGuardedStack } from '../support/rights.js';
import { type Stack, startStack } from '../support/startStack.js';
import { keysOf, type SdlKey } from '../unit/federation/entities/keysOf.js';

const subgraphSdl = readFileSync('schema.subgraph.graphql', 'utf8');
const keys = keysOf(subgraphSdl);
const query =
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename FIELDS } }';
const guid = 'ffffffff-ffff-4fff-8fff-ffffffffffff';
const cloudId = 'f'.repeat(24);

/** How an object of each type is found without federation, and a field by which to know it again. */
const listings: Readonly<Record<string, { readonly list: string; readonly known: string }>> = {
  Alert: { list: 'alerts(first: 2) { nodes', known: 'title' },
  Device: { list: 'devices(first: 2) { nodes', known: 'displayName' },
  Incident: { list: 'incidents(first: 2) { nodes', known: 'displayName' },
  MCASAccount: { list: 'mcasAccounts(first: 2) { nodes', known: 'displayName' },
  MCASActivity: { list: 'mcasActivities(first: 2) { nodes', known: 'timestamp' },
  MCASAlert: { list: 'mcasAlerts(first: 2) { nodes', known: 'title' },
  MCASDiscoveryStream: { list: 'mcasDiscoveryStreams', known: 'displayName' },
  MCASFile: { list: 'mcasFiles(first: 2) { nodes', known: 'name' },
  MCASIPRange: { list: 'mcasIPRanges', known: 'name' },
  RiskEvent: { list: 'riskEvents(first: 1000) { nodes', known: 'riskEventType' },
  RiskyUser: { list: 'riskyUsers(first: 2) { nodes', known: 'riskLastUpdatedDateTime' },
  SecureScore: { list: 'secureScores(first: 2) { nodes', known: 'currentScore' },
  SecureScoreControlProfile: { list: 'secureScoreControlProfiles', known: 'title' },
  User: { list: 'users(first: 2) { nodes', known: 'displayName' },
};

/** Texts that are keys of nothing but could be; others: a GUID. */
const strangers: Readonly<Record<string, string>> = {
  'Alert.id': 'da0_0',
  'Incident.id': '999999999',
  'MCASAccount.id': toAccountId({ id: guid, saas: 11_161, inst: 0 }),
  'MCASActivity.id': cloudId,
  'MCASAlert.id': cloudId,
  'MCASDiscoveryStream.id': cloudId,
  'MCASFile.id': cloudId,
  'MCASIPRange.id': cloudId,
  'SecureScore.id': `${guid}_2001-01-01`,
  'SecureScoreControlProfile.id': 'NobodyNeedsThis',
  'User.userPrincipalName': 'nobody@contoso.example',
};

type Row = Readonly<Record<string, any>>;

/** The concrete kinds of risk events are in the list of them all. */
function listingOf(type: string) {
  return listings[type] ?? (type.endsWith('RiskEvent') ? listings.RiskEvent : undefined);
}

/** A key as a representation carries it, with the values that `valueOf` gives its fields. */
function toRepresentation({ type, fields }: SdlKey, valueOf: (field: string) => unknown): Row {
  return { __typename: type, ...Object.fromEntries(fields.split(' ').map((field) => [field, valueOf(field)])) };
}

function keyFieldsOf(type: string): string[] {
  return keys.filter((key) => key.type === type).map(({ fields }) => fields);
}

function asEntityQuery(type: string): string {
  const fields = [...keyFieldsOf(type), listingOf(type)?.known];
  return query.replace('FIELDS', `... on ${type} { ${fields.join(' ')} }`);
}

describe('every entity', () => {
  let stack: Stack;
  let objects: Map<string, Row>;

  beforeAll(async () => {
    stack = await startStack({
      emulator: { alerts: 600, users: 60, switches: { limits: false } },
      env: { MIRROR_DAYS: '0', MCAS_SHARE: '1', IDENTITY_SHARE: '1', REQUEST_TIMEOUT_MS: '30000' },
      deps: { clock: buildHastyClock(4), leadership: neverLeader },
    });
    objects = new Map();
    for (const type of new Set(keys.map((key) => key.type))) objects.set(type, await readOne(type));
  }, 120_000);
  afterAll(() => stack.stop());

  const lists = new Map<string, Promise<Row[]>>();

  function readList(type: string): Promise<Row[]> {
    const fields = keyFieldsOf(type);
    const { list, known } = listingOf(type) ?? { list: '', known: '' };
    const selection = `{ __typename ${fields.join(' ')} ${known} }`;
    const text = list.endsWith('nodes') ? `{ ${list} ${selection} } }` : `{ ${list} ${selection} }`;
    const reading =
      lists.get(text) ??
      stack.ask(text).then(({ data, errors }) => {
        expect(errors).toBeUndefined();
        const [found] = Object.values(data ?? {});
        return found?.nodes ?? found ?? [];
      });
    lists.set(text, reading);
    return reading;
  }

  /** Of an interface, the last: most likely another kind than its first implementation. */
  async function readOne(type: string): Promise<Row> {
    const rows = await readList(type);
    const found = type === 'RiskEvent' ? rows.at(-1) : rows.findLast(({ __typename }) => __typename === type);
    if (found === undefined) throw new Error(`The emulated tenant has no ${type}.`);
    return found;
  }

  /** Past what the gateway remembers, as a router in front of it would find it cold. */
  async function findEntities(type: string, representations: readonly Row[]) {
    const headers = { 'cache-control': 'no-cache' };
    return stack.ask(asEntityQuery(type), { variables: { representations }, headers });
  }

  it.each(keys)('is found by its key: $type by $fields', async (key: SdlKey) => {
    const object = objects.get(key.type) ?? {};
    const sent = toRepresentation(key, (field) => object[field]);
    expect(Object.values(sent)).not.toContain(null);
    const answer = await findEntities(key.type, [{ ...sent, costCentre: 'R&D', owner: { id: '7' } }]);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?._entities).toEqual([object]);
  });

  it.each(keys)('is null where there is none: $type by $fields', async (key: SdlKey) => {
    const object = objects.get(key.type) ?? {};
    const known = toRepresentation(key, (field) => object[field]);
    const [first = ''] = key.fields.split(' ');
    const answer = await findEntities(key.type, [
      { ...known, [first]: strangers[`${key.type}.${first}`] ?? guid },
      known,
    ]);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?._entities).toEqual([null, object]);
  });

  it('is null, or an error of the caller, where the text can be no key', async () => {
    const texts = ['', '..', ' ', '\u0000', "' or 1 eq 1", '\ud800', 'x'.repeat(2_000)];
    const impossible = keys.flatMap((key) => texts.map((text) => toRepresentation(key, () => text)));
    const answer = await stack.ask(query.replace('FIELDS', ''), { variables: { representations: impossible } });
    expect(answer.data?._entities).toEqual(impossible.map(() => null));
    expect(new Set(answer.errors?.map(({ extensions }) => extensions?.code))).toEqual(new Set(['BAD_USER_INPUT']));
  });

  it('is found by a name in any case, and by another kind of risk event not at all', async () => {
    const { id, userPrincipalName } = objects.get('User') ?? {};
    const event = objects.get('MalwareRiskEvent') ?? {};
    const representations = [
      { __typename: 'User', userPrincipalName: userPrincipalName.toUpperCase() },
      { __typename: 'User', id: id.toUpperCase() },
      { __typename: 'LeakedCredentialsRiskEvent', id: event.id },
      { __typename: 'RiskEvent', id: event.id },
    ];
    const answer = await stack.ask(query.replace('FIELDS', '... on User { id } ... on RiskEvent { id }'), {
      variables: { representations },
    });
    expect(answer.errors).toBeUndefined();
    expect(answer.data?._entities).toEqual([
      { __typename: 'User', id },
      { __typename: 'User', id },
      null,
      { __typename: 'MalwareRiskEvent', id: event.id },
    ]);
  });

  it('has its joins when another subgraph names it', async () => {
    const { id } = objects.get('User') ?? {};
    const fields = '... on User { riskEvents(first: 1) { nodes { user { id } } } alerts(first: 1) { nodes { id } } }';
    const representations = [{ __typename: 'User', id }];
    const joined = await stack.ask(query.replace('FIELDS', fields), { variables: { representations } });
    const plain = await stack.ask(`{ user(id: "${id}") { __typename ${fields.slice('... on User {'.length)} }`);
    expect([joined.errors, plain.errors]).toEqual([undefined, undefined]);
    expect(joined.data?._entities).toEqual([plain.data?.user]);
  });

  it('leaves the others answered when one cannot be read', async () => {
    await stack.control('POST', '/_control/faults', { upstream: 'incidents', kind: 'status', status: 500, times: 20 });
    const incident = { __typename: 'Incident', id: '424242' };
    const { id } = objects.get('Alert') ?? {};
    const answer = await stack.ask(query.replace('FIELDS', '... on Alert { id }'), {
      variables: { representations: [{ __typename: 'Alert', id }, incident, { __typename: 'Ghost' }] },
    });
    expect(answer.data?._entities).toEqual([{ __typename: 'Alert', id }, null, null]);
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
      [['_entities', 2], 'BAD_USER_INPUT'],
      [['_entities', 1], 'UPSTREAM_UNAVAILABLE'],
    ]);
  });

  it('is described by the SDL that the subgraph serves, and not by the schema that clients read', async () => {
    expect((await stack.ask('{ _service { sdl } }')).data?._service).toEqual({ sdl: subgraphSdl });
    const clients = await (await fetch(`${stack.gateway.url}/schema.graphql`)).text();
    expect(clients).toBe(readFileSync('schema.graphql', 'utf8'));
  });
});

describe('the rights to entities', () => {
  let guarded: GuardedStack;
  beforeAll(async () => {
    guarded = await startGuardedStack();
  });
  afterAll(() => guarded.stack.stop());

  it('are those to read, and nothing is asked for who lacks them', async () => {
    const text = `{ _entities(representations: [{ __typename: "User", id: "${guid}" }]) { __typename } }`;
    await guarded.expectRefused('Security.Read', [[], ['Security.Audit'], ['Security.Triage']], text);
    expect((await guarded.stack.ledger()).filter(({ area }) => area === 'directory')).toEqual([]);
    expect((await guarded.askAs(['Security.Read'], text)).data).toEqual({ _entities: [null] });
  });

  it('take no permission for the SDL, but a caller who is known', async () => {
    expect((await guarded.askAs([], '{ _service { sdl } }')).data).toEqual({ _service: { sdl: subgraphSdl } });
    expect(await guarded.stack.ask('{ _service { sdl } }')).toMatchObject({ status: 401 });
  });
});
