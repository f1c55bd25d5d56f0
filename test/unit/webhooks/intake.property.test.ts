import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeItems, parseItems } from '../../../src/webhooks/intake.js';
import { lifecycle, notification, registration, tenantId } from './support.js';

const ours = [registration('one'), registration('two', { kind: 'user' })] as const;
const judges = { registrations: new Map(ours.map((each) => [each.id, each])), tenantId };

/** Looks like an item here and there, and never knows a secret. */
const hostileItem = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.record(
    {
      id: fc.jsonValue(),
      subscriptionId: fc.oneof(fc.constantFrom('one', 'two', '__proto__', 'constructor'), fc.jsonValue()),
      clientState: fc.oneof(
        fc.jsonValue(),
        fc.string(),
        fc.constantFrom('secret of', '', 'SECRET OF ONE', 'secret of one '),
      ),
      tenantId: fc.oneof(fc.constant(tenantId), fc.jsonValue()),
      resourceData: fc.oneof(fc.constant({ id: 'da1' }), fc.jsonValue()),
      lifecycleEvent: fc.oneof(fc.constantFrom('missed', 'subscriptionRemoved'), fc.jsonValue()),
      __proto__: fc.constant({ clientState: 'secret of one' }),
    },
    { requiredKeys: [] },
  ),
);

describe('the judge of notifications', () => {
  it('believes nothing without a secret, whatever the body looks like, and never throws', () => {
    fc.assert(
      fc.property(fc.array(hostileItem, { maxLength: 20 }), (value) => {
        const items = parseItems(JSON.stringify({ value })) ?? [];
        const { hints, lifecycle: events, refused } = judgeItems(items, judges);
        expect([hints, events]).toEqual([[], []]);
        expect(refused).toHaveLength(items.length);
      }),
      { numRuns: 500 },
    );
  });

  it('takes any text for a body that is no collection, or for items that are refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
        const items = parseItems(text);
        if (items !== undefined) expect(judgeItems(items, judges)).toMatchObject({ hints: [], lifecycle: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('gives one verdict for each item, the good ones apart from the bad ones around them', () => {
    const good = fc.constantFrom(...ours).chain((each) => fc.string({ minLength: 1 }).map((id) => ({ each, id })));
    const mixed = fc.array(
      fc.oneof(
        good,
        hostileItem.map((hostile) => ({ hostile })),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(mixed, (parts) => {
        const items = parts.map((part) => ('each' in part ? notification(part.each, part.id) : part.hostile));
        const { hints, refused } = judgeItems(items, judges);
        const expected = parts.flatMap((part) => ('each' in part ? [{ kind: part.each.kind, id: part.id }] : []));
        expect(hints.map(({ kind, id }) => ({ kind, id }))).toEqual(expected);
        expect(refused).toHaveLength(items.length - expected.length);
      }),
    );
  });
});

describe('an item', () => {
  const [one, two] = ours;
  const verdictOf = (item: unknown) => judgeItems([item], judges);

  it.each([
    ['an unknown registration', notification(registration('three'), 'a'), 'unknownRegistration'],
    ['no secret', notification(one, 'a', { clientState: undefined }), 'wrongClientState'],
    ['a wrong secret', notification(one, 'a', { clientState: 'secret of One' }), 'wrongClientState'],
    ['a prefix of the secret', notification(one, 'a', { clientState: 'secret' }), 'wrongClientState'],
    [
      'the secret of another registration',
      notification(one, 'a', { clientState: two.clientState }),
      'wrongClientState',
    ],
    ['another tenant', notification(one, 'a', { tenantId: tenantId.replace('8', '9') }), 'wrongTenant'],
    ['no tenant', notification(one, 'a', { tenantId: null }), 'wrongTenant'],
    ['no id', notification(one, 'a', { resourceData: {} }), 'malformed'],
    ['a very long id', notification(one, 'x'.repeat(513)), 'malformed'],
    ['an unknown lifecycle event', lifecycle(one, 'exploded'), 'malformed'],
    ['a lifecycle event without the secret', lifecycle(one, 'missed', { clientState: 'x' }), 'wrongClientState'],
    ['nothing at all', null, 'malformed'],
  ])('with %s is refused', (_name, item, reason) => {
    expect(verdictOf(item)).toEqual({ hints: [], lifecycle: [], refused: [reason] });
  });

  it('is about what our registration is about, whatever it says itself', () => {
    const item = notification(two, 'u1', { resource: 'security/alerts/u1', changeType: 'deleted' });
    expect(verdictOf(item).hints).toEqual([{ kind: 'user', id: 'u1', notificationId: 'delivery of u1' }]);
  });

  it('may name the tenant in any case, and any tenant where only the domain of ours is known', () => {
    expect(verdictOf(notification(one, 'a', { tenantId: tenantId.toUpperCase() })).hints).toHaveLength(1);
    const byDomain = judgeItems([notification(one, 'a', { tenantId: 'x' })], { ...judges, tenantId: null });
    expect(byDomain.hints).toHaveLength(1);
  });

  it('may be a lifecycle event of a known registration', () => {
    expect(verdictOf(lifecycle(one, 'missed')).lifecycle).toEqual([{ registrationId: 'one', event: 'missed' }]);
  });
});

describe('a body', () => {
  it('is a collection of at most a thousand items', () => {
    const bodyOf = (value: unknown) => JSON.stringify({ value });
    expect(parseItems(bodyOf([]))).toEqual([]);
    expect(parseItems(bodyOf(Array(1_000).fill(0)))).toHaveLength(1_000);
    for (const text of ['', '{', 'null', '[]', '{}', bodyOf({}), bodyOf('x'), bodyOf(Array(1_001).fill(0))]) {
      expect(parseItems(text)).toBeUndefined();
    }
  });
});
