import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fault, type FaultyTenant, nulledPaths, shapeOf, startFaultyTenant } from '../support/faultyTenant.js';

let tenant: FaultyTenant;

beforeAll(async () => {
  tenant = await startFaultyTenant();
  expect(tenant.whole.errors).toBeUndefined();
}, 60_000);
afterAll(() => tenant.stop());

/** An area of the tenant: whose errors it causes, and which fields need it. `match` spares the change feed. */
interface Area {
  readonly fault: Omit<Fault, 'kind'> & { readonly upstream: string };
  readonly upstream: string;
  readonly nulls: string;
  readonly permission: RegExp;
}

const areas: Readonly<Record<string, Area>> = {
  alerts: {
    fault: { upstream: 'alerts', match: 'createdDateTime desc' },
    upstream: 'GRAPH_SECURITY',
    nulls: 'alerts',
    permission: /^SecurityAlert\./,
  },
  incidents: {
    fault: { upstream: 'incidents' },
    upstream: 'GRAPH_SECURITY',
    nulls: 'incidents',
    permission: /^SecurityIncident\./,
  },
  scores: {
    fault: { upstream: 'scores', match: '/secureScores' },
    upstream: 'GRAPH_SECURITY',
    nulls: 'secureScore',
    permission: /^SecurityEvents\./,
  },
  directory: {
    fault: { upstream: 'directory' },
    upstream: 'GRAPH_DIRECTORY',
    nulls: 'alerts.nodes.*.users',
    permission: /^(User|Directory)\./,
  },
  identity: {
    fault: { upstream: 'identity' },
    upstream: 'GRAPH_IDENTITY_PROTECTION',
    nulls: 'alerts.nodes.*.users.*.riskEvents',
    permission: /^IdentityRiskEvent\./,
  },
  mcas: {
    fault: { upstream: 'mcas' },
    upstream: 'MCAS',
    nulls: 'alerts.nodes.*.users.*.mcasActivities',
    permission: /^Investigation\.read$/i,
  },
};

const untilCleared = { seconds: 3600 };
const kinds: readonly (readonly [name: string, fault: Readonly<Record<string, unknown>>, code: string])[] = [
  ['an HTML page', { kind: 'html' }, 'UPSTREAM_BAD_RESPONSE'],
  ['half a body', { kind: 'truncated' }, 'UPSTREAM_BAD_RESPONSE'],
  ['members of another type', { kind: 'wrongType' }, 'UPSTREAM_BAD_RESPONSE'],
  ['another content type', { kind: 'wrongContentType' }, 'UPSTREAM_BAD_RESPONSE'],
  ['an empty body', { kind: 'empty' }, 'UPSTREAM_BAD_RESPONSE'],
  ['ten megabytes', { kind: 'huge' }, 'UPSTREAM_BAD_RESPONSE'],
  ['a broken connection', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
  ['no end of the body', { kind: 'slow', delayMs: 600_000 }, 'UPSTREAM_TIMEOUT'],
  ['400', { kind: 'status', status: 400 }, 'UPSTREAM_BAD_RESPONSE'],
  ['404', { kind: 'status', status: 404 }, 'UPSTREAM_BAD_RESPONSE'],
  ['302', { kind: 'status', status: 302 }, 'UPSTREAM_BAD_RESPONSE'],
  ['500', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
  ['502', { kind: 'status', status: 502 }, 'UPSTREAM_UNAVAILABLE'],
  ['503 with a time to come back', { kind: 'status', status: 503, retryAfter: 1 }, 'UPSTREAM_UNAVAILABLE'],
  ['504', { kind: 'status', status: 504 }, 'UPSTREAM_UNAVAILABLE'],
  ['429 with seconds', { kind: 'status', status: 429, retryAfter: 2 }, 'UPSTREAM_THROTTLED'],
  ['429 with decimals', { kind: 'status', status: 429, retryAfter: 1.5 }, 'UPSTREAM_THROTTLED'],
  ['429 with a date', { kind: 'status', status: 429, retryAfter: 2, retryAfterForm: 'date' }, 'UPSTREAM_THROTTLED'],
  ['429 with nothing', { kind: 'status', status: 429 }, 'UPSTREAM_THROTTLED'],
  ['429 with nonsense', { kind: 'status', status: 429, retryAfter: 'soon' }, 'UPSTREAM_THROTTLED'],
  ['403', { kind: 'forbidden' }, 'UPSTREAM_FORBIDDEN'],
  ['401', { kind: 'expiredToken' }, 'UPSTREAM_FORBIDDEN'],
];

describe.each(Object.entries(areas))('while %s answers', (_area, { fault, upstream, nulls, permission }) => {
  it.each(kinds)(
    '%s, only its own fields are null, each with one coded error, and it recovers by itself',
    async (_name, kind, code) => {
      const answer = await tenant.askUnder([{ ...fault, ...untilCleared, ...kind } as unknown as Fault]);
      const paths = nulledPaths(tenant.whole.data, answer.data);
      expect(paths.length).toBeGreaterThan(0);
      expect([...new Set(paths.map(shapeOf))]).toEqual([nulls]);
      expect(new Set(answer.errors?.map(({ path }) => path))).toEqual(new Set(paths));
      expect(answer.errors).toHaveLength(paths.length);
      for (const { message, extensions } of answer.errors ?? []) {
        expect(extensions).toMatchObject({ code, upstream, requestId: answer.headers.get('x-request-id') });
        expect(message).toMatch(new RegExp(`^(?=.*${upstream})[^\\n]{20,160}\\.$`));
        if (code === 'UPSTREAM_THROTTLED') expect(extensions?.retryAfterMs).toBeGreaterThan(0);
        if (kind.kind === 'forbidden') expect(extensions?.permission).toMatch(permission);
      }
      const recovered = await tenant.askUntilWhole();
      expect(recovered.errors).toBeUndefined();
      expect(recovered.data).toEqual(tenant.whole.data);
    },
  );
});
