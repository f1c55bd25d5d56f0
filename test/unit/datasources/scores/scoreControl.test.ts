import { describe, expect, it } from '@jest/globals';
import { createCache } from '../../../../src/cache/createCache.js';
import { createScoreControlWrites } from '../../../../src/datasources/scores/mutations/createScoreControlWrites.js';
import { ScoreControlMutations } from '../../../../src/datasources/scores/mutations/ScoreControlMutations.js';
import { SecureScoresDataSource } from '../../../../src/datasources/scores/SecureScoresDataSource.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import { createManualClock } from '../../cache/manualClock.js';
import { failure } from '../support/failures.js';
import { asOf, buildScope, collection, FakeUpstream, type SeenCall, type Service } from '../support/fakeUpstream.js';

const vendorInformation = { provider: 'SecureScore', providerVersion: '2', subProvider: null, vendor: 'Microsoft' };
const path = '/v1.0/security/secureScoreControlProfiles';

interface Profile {
  readonly id: string;
  readonly controlStateUpdates: readonly object[];
  readonly vendorInformation?: object;
}

/** Control profiles that take decisions; hooks break a PATCH before it is carried out, or after. */
function setUp(first: Partial<Profile> = {}) {
  const profiles = new Map<string, Profile>([
    ['AdminMFA', { id: 'AdminMFA', vendorInformation, controlStateUpdates: [], ...first }],
  ]);
  const hooks = {
    before: (_call: SeenCall) => {},
    after: (_call: SeenCall) => {},
    answers: (profile: Profile): unknown => profile,
    lags: false,
  };
  const service: Service = (call) => {
    if (call.path === path) return collection([...profiles.values()], call, 50);
    const profile = profiles.get(call.path.split('/').at(-1) ?? '');
    if (profile === undefined || call.method === 'GET') return profile;
    hooks.before(call);
    const { vendorInformation: _, ...decision } = call.body;
    const update = { ...decision, updatedBy: 'gateway', updatedDateTime: '2026-11-21T08:00:00.1234567Z' };
    const after = { ...profile, controlStateUpdates: [...profile.controlStateUpdates, update] };
    if (!hooks.lags) profiles.set(profile.id, after);
    hooks.after(call);
    return hooks.answers(hooks.lags ? profile : after);
  };
  const upstream = new FakeUpstream('GRAPH_SECURITY', service);
  const clock = createManualClock();
  const cache = createCache({ clock, logger: silentLogger, random: () => 0 });
  const scoreControlWrites = createScoreControlWrites({ clock });
  const open = () => new SecureScoresDataSource({ upstream, cache, clock, scoreControlWrites }, buildScope());
  const mutate = (principal = 'tenant ann') => new ScoreControlMutations({ scores: open(), principal });
  const decided: string[] = [];
  scoreControlWrites.decided.listen((id) => decided.push(id));
  const patches = () => upstream.calls.filter(({ method }) => method === 'PATCH');
  return { upstream, clock, hooks, profiles, open, mutate, patches, decided };
}

const reviewed = { id: 'AdminMFA', state: 'REVIEWED', comment: 'Looked at it' };

describe('updateSecureScoreControl', () => {
  it('re-sends the vendor of a fresh read in one flat body, and answers the appended decision', async () => {
    const set = setUp();
    await set.open().controlProfiles();
    const payload = await set.mutate().update({ ...reviewed, assignedTo: 'ann@contoso.com' });
    expect(set.upstream.calls.slice(1)).toMatchObject([
      { method: 'GET', path: `${path}/AdminMFA` },
      { method: 'PATCH', path: `${path}/AdminMFA`, headers: { Prefer: 'return=representation' } },
    ]);
    expect(set.patches()[0]?.body).toEqual({
      vendorInformation,
      state: 'Reviewed',
      assignedTo: 'ann@contoso.com',
      comment: 'Looked at it',
    });
    expect(payload).toMatchObject({
      errors: [],
      profile: {
        id: 'AdminMFA',
        controlStateUpdates: [
          { state: 'REVIEWED', rawState: 'Reviewed', assignedTo: 'ann@contoso.com', updatedBy: 'gateway' },
        ],
      },
    });
  });

  it('tells of a decision that was, or may have been, recorded, and of no other', async () => {
    const set = setUp();
    await set.mutate().update(reviewed);
    set.hooks.after = () => {
      throw failure('UPSTREAM_TIMEOUT', 'unknown');
    };
    await set.mutate().update({ ...reviewed, comment: 'Looked again' });
    expect(set.decided).toEqual(['AdminMFA', 'AdminMFA']);
    set.hooks.before = () => {
      throw failure('UPSTREAM_THROTTLED', 'none', 429);
    };
    await set
      .mutate()
      .update({ ...reviewed, comment: 'And again' })
      .catch(() => undefined);
    expect(set.decided).toHaveLength(2);
  });

  it('sends the documented vendor when the profile has none', async () => {
    const set = setUp({ vendorInformation: undefined as never });
    await set.mutate().update(reviewed);
    expect(set.patches()[0]?.body.vendorInformation).toMatchObject({ provider: 'SecureScore', vendor: 'Microsoft' });
  });

  it('keeps state and owner of the latest decision when they are absent, and unassigns with null', async () => {
    const updates = [
      { state: 'ThirdParty', assignedTo: 'ann@contoso.com', updatedDateTime: '2026-11-02T00:00:00Z' },
      { state: 'Ignored', assignedTo: 'bob@contoso.com', updatedDateTime: '2026-11-01T00:00:00Z' },
    ];
    const set = setUp({ controlStateUpdates: updates });
    await set.mutate().update({ id: 'AdminMFA', comment: 'Why' });
    await set.mutate().update({ id: 'AdminMFA', assignedTo: null });
    expect(set.patches().map(({ body }) => body)).toEqual([
      { vendorInformation, state: 'ThirdParty', assignedTo: 'ann@contoso.com', comment: 'Why' },
      { vendorInformation, state: 'ThirdParty', assignedTo: null },
    ]);
  });

  it.each([
    [{ id: 'AdminMFA' }, null],
    [{ id: 'AdminMFA', state: null }, ['state']],
    [{ id: 'AdminMFA', comment: null }, ['comment']],
    [{ id: 'AdminMFA', comment: ' ' }, ['comment']],
    [{ id: 'AdminMFA', assignedTo: '' }, ['assignedTo']],
    [{ ...reviewed, idempotencyKey: '' }, ['idempotencyKey']],
  ])('answers INVALID_INPUT to %j and writes nothing', async (input, inputPath) => {
    const set = setUp();
    expect(await set.mutate().update(input)).toMatchObject({
      profile: { id: 'AdminMFA' },
      errors: [{ code: 'INVALID_INPUT', inputPath }],
    });
    expect(set.patches()).toEqual([]);
  });

  it('refuses UNRECOGNIZED, answers NOT_FOUND for no control, and tells what the upstream refuses', async () => {
    const set = setUp();
    await expect(set.mutate().update({ id: 'AdminMFA', state: 'UNRECOGNIZED' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    expect(set.upstream.requests).toBe(0);
    expect(await set.mutate().update({ ...reviewed, id: 'Nothing' })).toMatchObject({
      profile: null,
      errors: [{ code: 'NOT_FOUND', inputPath: ['id'] }],
    });
    set.hooks.before = () => {
      throw failure('UPSTREAM_BAD_RESPONSE', 'none', 400);
    };
    expect(await set.mutate().update(reviewed)).toMatchObject({ errors: [{ code: 'INVALID_INPUT' }] });
  });

  it('fails as a whole when nothing was written', async () => {
    const set = setUp();
    const throttled = failure('UPSTREAM_THROTTLED', 'none');
    set.hooks.before = () => {
      throw throttled;
    };
    await expect(set.mutate().update(reviewed)).rejects.toBe(throttled);
  });

  it('looks the decision up when the answer is lost, and never sends it twice', async () => {
    const lost = failure('UPSTREAM_TIMEOUT', 'unknown');
    const set = setUp({ controlStateUpdates: [{ state: 'Reviewed', comment: 'Looked at it' }] });
    set.hooks.after = () => {
      throw lost;
    };
    expect(await set.mutate().update(reviewed)).toMatchObject({
      errors: [],
      profile: { controlStateUpdates: [{}, { updatedBy: 'gateway' }] },
    });
    set.hooks.before = () => {
      throw lost;
    };
    const input = { ...reviewed, idempotencyKey: 'k1' };
    for (let repeat = 0; repeat < 2; repeat += 1) {
      expect(await set.mutate().update(input)).toMatchObject({
        errors: [{ code: 'OUTCOME_UNKNOWN', inputPath: null }],
      });
    }
    expect(set.patches()).toHaveLength(2);
  });

  it('answers a repeat with the same key without a second PATCH, and refuses the key for another decision', async () => {
    const set = setUp();
    const input = { ...reviewed, idempotencyKey: 'k1' };
    const payloads = await Promise.all([set.mutate().update(input), set.mutate().update(input)]);
    expect(payloads[1]).toEqual(payloads[0]);
    expect(await set.mutate().update({ ...input, state: 'IGNORED' })).toMatchObject({
      profile: { id: 'AdminMFA' },
      errors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect(set.patches()).toHaveLength(1);
  });
});

describe('control profiles read after a decision', () => {
  const statesOf = async (set: ReturnType<typeof setUp>) =>
    (await set.open().controlProfile('adminmfa'))?.controlStateUpdates.map(({ state }) => state);

  it('show it although they were kept, and although the answer had no body', async () => {
    const set = setUp();
    set.hooks.answers = () => null;
    expect(await statesOf(set)).toEqual([]);
    expect(await set.mutate().update(reviewed)).toMatchObject({
      errors: [],
      profile: { controlStateUpdates: [{ state: 'REVIEWED', updatedBy: 'gateway' }] },
    });
    expect(await statesOf(set)).toEqual(['REVIEWED']);
  });

  it('show each of several decisions once, while the upstream lags and when it does not any more', async () => {
    const set = setUp();
    set.hooks.lags = true;
    const first = await set.mutate().update(reviewed);
    expect(first.profile?.controlStateUpdates).toMatchObject([
      { state: 'REVIEWED', updatedBy: null, updatedDateTime: asOf },
    ]);
    await set.mutate().update(reviewed);
    await set.mutate().update({ id: 'AdminMFA', state: 'IGNORED' });
    expect(await statesOf(set)).toEqual(['REVIEWED', 'REVIEWED', 'IGNORED']);
    const shown = [
      { state: 'reviewed', comment: 'Looked at it', assignedTo: '', updatedBy: 'gateway' },
      { state: 'Reviewed', comment: 'Looked at it', assignedTo: null, updatedBy: 'gateway' },
    ];
    set.profiles.set('AdminMFA', { id: 'AdminMFA', controlStateUpdates: shown });
    expect((await set.open().freshProfile('AdminMFA'))?.controlStateUpdates).toMatchObject([
      { updatedBy: 'gateway' },
      { updatedBy: 'gateway' },
      { state: 'IGNORED', updatedBy: null },
    ]);
  });

  it('believe the upstream again after five minutes', async () => {
    const set = setUp();
    set.hooks.lags = true;
    await set.mutate().update(reviewed);
    await set.clock.advance(299_000);
    expect((await set.open().freshProfile('AdminMFA'))?.controlStateUpdates).toHaveLength(1);
    await set.clock.advance(1_000);
    expect((await set.open().freshProfile('AdminMFA'))?.controlStateUpdates).toEqual([]);
  });
});
