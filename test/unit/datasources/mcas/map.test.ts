import { describe, expect, it } from '@jest/globals';
import { findActor } from '../../../../src/datasources/mcas/findActor.js';
import { toMcasActivity } from '../../../../src/datasources/mcas/map.js';
import { parseActivity, parseActivityPage } from '../../../../src/datasources/mcas/wire.js';

const objectId = '3fa9f28b-eb0e-463a-ba7b-8089fe9991e2';

describe('an activity', () => {
  it('needs nothing but its id', () => {
    const activity = toMcasActivity(parseActivity({ _id: 'a' }));
    expect(activity).toMatchObject({
      __typename: 'MCASActivity',
      id: 'a',
      timestamp: null,
      userName: null,
      entityData: [],
    });
    expect(Object.values(activity)).not.toContain(undefined);
  });

  it('reads milliseconds, whole or broken, as number or text', () => {
    const wire = parseActivity({
      _id: 'a',
      timestamp: 1_595_096_313_000,
      created: 1_595_096_586_840.25,
      instantiation: '1595096584556',
    });
    expect(toMcasActivity(wire)).toMatchObject({
      timestamp: '2020-07-18T18:18:33.000Z',
      created: '2020-07-18T18:23:06.8402500Z',
      instantiation: '2020-07-18T18:23:04.556Z',
    });
  });

  it('reads numbers that come as text', () => {
    const resolvedActor = {
      id: objectId,
      name: 'Avi',
      saasId: '11161',
      instanceId: '0',
      objType: '23',
      resolved: true,
      tags: ['t'],
    };
    expect(toMcasActivity(parseActivity({ _id: 'a', appId: '15600', resolvedActor }))).toMatchObject({
      appId: 15_600,
      instanceId: 0,
      resolvedActor: { id: objectId, saasId: 11_161, instanceId: 0, resolved: true, tags: ['t'] },
    });
  });

  it.each([
    [
      'object',
      {
        0: { displayName: 'Avi', id: { id: 'avi@contoso.com', saas: 11161, inst: 0 } },
        1: null,
        2: { id: { id: objectId } },
      },
    ],
    [
      'array',
      [{ displayName: 'Avi', id: { id: 'avi@contoso.com', saas: '11161', inst: 0 } }, null, { id: { id: objectId } }],
    ],
  ])('reads entityData as an %s and finds the actor in it', (_, entityData) => {
    const activity = toMcasActivity(parseActivity({ _id: 'a', entityData }));
    expect(activity.entityData).toMatchObject([
      { id: 'avi@contoso.com', saasId: 11_161 },
      { id: objectId, displayName: null },
    ]);
    expect(findActor(activity)).toEqual({ objectId, userPrincipalName: 'avi@contoso.com' });
  });

  it('shows the name that was tried on failed sign-ins', () => {
    const wire = parseActivity({ _id: 'a', user: { userTags: [] }, failedUserData: { userName: 'avi@contoso.com' } });
    expect(toMcasActivity(wire).userName).toBe('avi@contoso.com');
  });

  it('keeps words that it does not know beside UNRECOGNIZED', () => {
    const wire = parseActivity({ _id: 'a', mainInfo: { type: 'brandNew' }, userAgent: { deviceType: 'WATCH' } });
    expect(toMcasActivity(wire)).toMatchObject({
      mainInfo: { type: 'UNRECOGNIZED', rawType: 'brandNew', eventObjects: [] },
      userAgent: { deviceType: 'UNRECOGNIZED', rawDeviceType: 'WATCH' },
    });
  });

  it('keeps both of two keys that differ by case, and HTML as it came', () => {
    const rawDataJson = { Level: 1, level: 'two' };
    const activity = toMcasActivity(parseActivity({ _id: 'a', rawDataJson, description: '<b>x</b>' }));
    expect(activity).toMatchObject({ rawDataJson, description: '<b>x</b>' });
  });

  it('reads members of a wrong type as null', () => {
    const wire = parseActivity({
      _id: 'a',
      device: 'x',
      location: [],
      timestamp: {},
      appName: 5,
      mainInfo: { eventObjects: 'x' },
      entityData: 7,
    });
    expect(toMcasActivity(wire)).toMatchObject({
      device: null,
      location: null,
      timestamp: null,
      appName: null,
      entityData: [],
    });
  });

  it.each([[{}], [{ _id: '' }], [{ _id: 5 }], [[]], [undefined], ['<html>']])('refuses %j, which is none', (body) => {
    expect(() => parseActivity(body)).toThrow();
  });

  it.each([[{ data: {} }], [{ hasNext: true }], [[]], [undefined]])('refuses %j, which is no list', (body) => {
    expect(() => parseActivityPage(body)).toThrow();
  });
});
