import { describe, expect, it } from '@jest/globals';
import { changedFieldsOf } from '../../../src/changes/changedFields.js';
import { versionOf } from '../../../src/changes/topics.js';
import { toTicks } from '../../../src/time/instant.js';
import { entityOf, start } from './entities.js';

const alert = (fields: object, version = start) => entityOf('alert', version, { id: 'a', ...fields });

describe('the fields that changed', () => {
  it('are named in order, and do not hold the version', () => {
    expect(
      changedFieldsOf('alert', alert({ title: 'a', status: 'NEW' }), alert({ title: 'b', status: 'X' }, start + 1n)),
    ).toEqual(['status', 'title']);
    const score = (version: bigint) => entityOf('secureScore', version, { id: '1' });
    expect(changedFieldsOf('secureScore', score(start), score(start + 1n))).toEqual([]);
  });

  it.each([
    ['keys came in another order', { a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }],
    ['lists came in another order', [{ n: 1 }, { n: 2 }], [{ n: 2 }, { n: 1 }]],
    ['both say nothing', null, []],
    ['one is absent', null, undefined],
    ['a member inside is undefined', { a: 1, b: undefined }, { a: 1 }],
  ])('are none when %s', (_what, before, after) => {
    expect(changedFieldsOf('alert', alert({ additionalData: before }), alert({ additionalData: after }))).toEqual([]);
  });

  it.each([
    ['a word', 'a', 'b'],
    ['a list by a repeat', ['a'], ['a', 'a']],
    ['a number to a text', 1, '1'],
    ['nothing to something', null, [0]],
    ['nothing to false', null, false],
    ['something inside', [{ deep: { er: 1 } }], [{ deep: { er: 2 } }]],
    ['a list to what it holds', ['a'], 'a'],
  ])('name what changed from %s', (_what, before, after) => {
    const fields = changedFieldsOf('alert', alert({ additionalData: before }), alert({ additionalData: after }));
    expect(fields).toEqual(['additionalData']);
  });
});

describe('the version of an entity', () => {
  const at = '2026-11-21T08:00:00.1234567Z';
  const ticks = toTicks(at) as bigint;

  it.each([
    ['alert', { lastUpdateDateTime: at }],
    ['incident', { lastUpdateDateTime: at }],
    ['riskEvent', { lastUpdatedDateTime: at }],
    ['riskyUser', { riskLastUpdatedDateTime: at }],
    ['secureScore', { createdDateTime: at }],
    ['alert', { lastUpdateDateTime: null, createdDateTime: at }],
    ['incident', { lastUpdateDateTime: 'soon', createdDateTime: at }],
    ['riskEvent', { lastUpdatedDateTime: null, detectedDateTime: at }],
  ] as const)('of topic %s is that of %j', (topic, fields) => {
    expect(versionOf(topic, entityOf(topic, start, { id: '1', ...fields }))).toBe(ticks);
  });

  it('is unknown when no time can be read', () => {
    expect(
      versionOf('riskyUser', entityOf('riskyUser', start, { id: '1', riskLastUpdatedDateTime: null })),
    ).toBeUndefined();
  });
});
