import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { type Running, start } from './support.js';

let running: Running;

beforeAll(async () => {
  running = await start();
});

afterAll(() => running.server.stop());

/** Cross-site request forgery prevention stays on, so the audit sends the header that every GraphQL client may send. */
const fetchWithPreflight = (url: string, init: RequestInit = {}) =>
  fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), 'apollo-require-preflight': '1' } });

describe('GraphQL over HTTP, as graphql-http audits it', () => {
  const audits = serverAudits({ url: () => running.url, fetchFn: fetchWithPreflight });

  it('has 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  for (const audit of audits) {
    it(audit.name, async () => {
      const result = await audit.fn();
      expect(result).toMatchObject({ status: 'ok' });
    });
  }
});
