import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMcas, type TestMcas } from './startMcas.js';

const dataDir = fileURLToPath(new URL('../../fixtures/captured', import.meta.url));

describe('captured answers of Cloud Apps', () => {
  let service: TestMcas;
  beforeAll(async () => {
    service = await startMcas({ dataDir });
  });
  afterAll(() => service.stop());

  it('are listed whatever their age', async () => {
    const { body } = await service.mcas('POST', '/api/v1/activities/', {
      json: { filters: { 'user.username': { eq: ['FIRST.USER@adatum.example'] } } },
    });
    expect(body.total).toBe(1);
    expect((await service.mcas('GET', '/api/v1/subnet/')).body.data[0].name).toBe('Head office');
  });

  it('can be closed', async () => {
    const json = { filters: { id: { eq: ['65e5a1b2c3d4e5f601234567'] } } };
    expect((await service.mcas('POST', '/api/v1/alerts/close_benign/', { json })).body).toEqual({ closed_benign: 1 });
  });

  it('have no rows of the generated tenant among them', async () => {
    for (const path of ['files', 'entities'])
      expect((await service.mcas('GET', `/api/v1/${path}/`)).body.total).toBe(0);
  });
});
