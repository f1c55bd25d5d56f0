import { describe, expect, it } from '@jest/globals';
import { parseStreams, parseUploadPlace } from '../../../../src/datasources/mcas/discovery/wire.js';
import { toMcasFile } from '../../../../src/datasources/mcas/files/map.js';
import { parseFile } from '../../../../src/datasources/mcas/files/wire.js';
import { toBlock } from '../../../../src/datasources/mcas/ipRanges/block.js';
import { lostAnswer, pageOf, setUpCloudApps } from './cloudApps.js';

describe('discovery reports', () => {
  const stream = { _id: 's', displayName: 'Firewall' };
  it.each([
    ['one report', stream],
    ['a list', [stream]],
    ['`streams`', { streams: [stream] }],
    ['`data`', { data: [stream] }],
    ['one report in `data`', { data: stream }],
  ])('are read from %s', (_form, body) => {
    expect(parseStreams(body)).toMatchObject([stream]);
  });

  it.each([
    ['a text', 'x'],
    ['an empty object', {}],
    ['an error', { error: 'no' }],
  ])('are not %s', (_form, body) => {
    expect(() => parseStreams(body)).toThrow();
  });

  it('may be none', () => {
    expect(parseStreams({ streams: [] })).toEqual([]);
  });
});

describe('an address for an upload', () => {
  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'x', ''])('is not %p', (url) => {
    expect(() => parseUploadPlace({ url, provider: 'azure' })).toThrow();
  });

  it('belongs to the caller who asked for it, for a day', async () => {
    const url = 'https://storage.example/log?sig=1';
    const { operation, clock } = setUpCloudApps(() => ({ url, provider: 'azure' }));
    await operation().discovery.startUpload('a.log', 'ZSCALER', 'ann');
    expect(await operation().discovery.isOwnUpload(url, 'ann')).toBe(true);
    expect(await operation().discovery.isOwnUpload(url, 'bob')).toBe(false);
    await clock.advance(25 * 3_600_000);
    expect(await operation().discovery.isOwnUpload(url, 'ann')).toBe(false);
  });
});

describe('blocks of addresses', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    [' 192.0.2.9 ', '192.0.2.9/32'],
    ['197.198.192.20/16', '197.198.192.20/16'],
    ['2001:db8::', '2001:db8::/128'],
    ['::ffff:192.0.2.1/120', '::ffff:192.0.2.1/120'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('%p is %p', (text, block) => {
    expect(toBlock(text)).toBe(block);
  });
});

describe('files', () => {
  it('have words for codes in every form, and no numbers that do not fit', () => {
    const wire = { _id: 'f', fileType: [9, 'HOLOGRAM'], facl: 3, fileStatus: [0, 'EXISTS'], fileSize: 1e300 };
    expect(toMcasFile(parseFile(wire))).toMatchObject({
      fileType: 'UNRECOGNIZED',
      rawFileType: 'HOLOGRAM',
      fileAccessLevel: 'PUBLIC',
      rawFileAccessLevel: '3',
      fileStatus: 'EXISTS',
      fileSize: null,
    });
  });
});

describe('IP ranges', () => {
  const range = {
    _id: 'r1',
    name: 'Lisbon',
    category: 1,
    subnets: [{ mask: 112, address: '0000:0000:0000:0000:0000:ffff:c5c6:0000', originalString: '197.198.192.20/16' }],
    organization: 'isp',
    tags: [{ _id: 't', id: 't1', name: 'Contoso', nameTemplate: { template: 'X' } }],
    lastModified: 1607952165309.8032,
  };

  it('are sent again whole, with tags as they were read, when one member changes', async () => {
    const { upstream, operation } = setUpCloudApps((call) =>
      call.operation === 'mcas.subnets.list' ? pageOf([range], call) : {},
    );
    await operation().rangeMutations.update({ id: 'r1', category: 'VPN' });
    expect(upstream.calls.at(-1)?.body).toEqual({
      name: 'Lisbon',
      category: 4,
      subnets: ['197.198.192.20/16'],
      organization: 'isp',
      tags: range.tags,
    });
    expect(upstream.requests).toBe(2);
  });

  it('are not changed when the product made them', async () => {
    const { upstream, operation } = setUpCloudApps((call) => pageOf([{ ...range, builtIn: true }], call));
    const payload = await operation().rangeMutations.update({ id: 'r1', category: 'VPN' });
    expect(payload.errors).toMatchObject([{ code: 'INVALID_INPUT', inputPath: ['id'] }]);
    expect(upstream.requests).toBe(1);
  });

  it('have a time of change to the tick', async () => {
    const { operation } = setUpCloudApps((call) => pageOf([range], call));
    expect((await operation().ranges.list())[0]?.lastModified).toMatch(/^2020-12-14T13:22:45\.3098\d{3}Z$/);
  });

  it.each(['create', 'update', 'delete'] as const)(
    'do not know the outcome of a %s that cannot be read back',
    async (kind) => {
      let reads = 0;
      const { upstream, operation } = setUpCloudApps((call) => {
        if (call.operation === 'mcas.subnets.list' && kind === 'update' && reads++ === 0) return pageOf([range], call);
        throw lostAnswer();
      });
      const { rangeMutations } = operation();
      const { errors } = await {
        create: () => rangeMutations.create({ name: 'X', category: 'VPN', subnets: ['10.0.0.0/8'] }),
        update: () => rangeMutations.update({ id: 'r1', category: 'VPN' }),
        delete: () => rangeMutations.delete({ id: 'r1' }),
      }[kind]();
      expect(errors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }]);
      expect(upstream.calls.filter(({ operation: name }) => name === `mcas.subnets.${kind}`)).toHaveLength(1);
    },
  );

  it('are not decided upon when they are too many to be read whole', async () => {
    const many = Array.from({ length: 2_000 }, (_, n) => ({ ...range, _id: `m${n}` }));
    const { operation } = setUpCloudApps((call) => pageOf(many, call));
    await expect(operation().rangeMutations.update({ id: 'r1', category: 'VPN' })).rejects.toMatchObject({
      code: 'UPSTREAM_THROTTLED',
    });
  });
});
