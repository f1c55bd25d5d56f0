import { createHash } from 'node:crypto';
import { createCertificates } from './authority/certificates.js';
import { createDelegations } from './authority/delegations.js';
import type { GrantOptions } from './authority/grantToken.js';
import { createSigningKey } from './authority/keys.js';
import { graphPermissions } from './authority/permissions.js';
import { createTokenService, type TokenUser } from './authority/tokenService.js';
import { createChanges } from './changes.js';
import { createClock } from './clock.js';
import type { EmulatorContext, EmulatorIdentity, EmulatorUrls } from './context.js';
import type { EmulatorOptions } from './EmulatorOptions.js';
import { createFaults } from './faults/createFaults.js';
import type { GraphContext } from './graph/GraphContext.js';
import { buildResources } from './graph/resources/buildResources.js';
import { createStore } from './graph/store.js';
import { createSubscriptions } from './graph/subscriptions/createSubscriptions.js';
import { createLedger } from './ledger.js';
import { createLimits } from './limits/createLimits.js';
import { createRandom } from './random.js';
import { readSwitches } from './switches.js';
import { followWrites } from './tenant/mutations.js';
import { createTenant, type Tenant } from './tenant/Tenant.js';

/** The audience of tokens that callers of the gateway carry. */
export const gatewayAudience = 'api://security-graph-gateway';
const clientId = '5ec0a9e7-3b1d-4c2e-8f60-71a11e75a9e7';

/** Everything that lives behind the servers. */
export type Parts = Awaited<ReturnType<typeof createParts>>;

/**
 * Builds the tenant and what keeps it: clock, limits, faults, tokens, subscriptions.
 * @throws {Error} for an unknown switch or a captured body that cannot be read.
 */
export async function createParts(options: EmulatorOptions) {
  const switches = readSwitches(options.switches);
  const seed = createHash('sha256')
    .update(String(options.seed ?? 'contoso'))
    .digest();
  const machineMs = options.machineMs ?? Date.now;
  const historyEnd = options.now ?? new Date(machineMs());
  const begin = () => ({ tenant: buildTenant(options, historyEnd), random: createRandom(seed.toString('hex')) });
  const state = begin();
  const clock = createClock(options.machineMs);
  const identity = buildIdentity(state.tenant.tenantId, seed);
  const urls: { -readonly [name in keyof EmulatorUrls]: string } = { graph: '', mcas: '', authority: '', control: '' };
  const key = await createSigningKey();
  const tokens = createTokenService({ key, tenantId: () => identity.tenantId, authorityUrl: () => urls.authority });
  const context: EmulatorContext = {
    get tenant() {
      return state.tenant;
    },
    identity,
    urls,
    clock,
    switches,
    tokens,
    delegations: createDelegations(),
    ledger: createLedger(),
    limits: createLimits({ clock, switches, userCount: () => state.tenant.users.size }),
    changes: createChanges(),
    random: () => state.random.next(),
  };
  const faults = createFaults(clock);
  const graph = buildGraphContext(context, faults);
  const subscriptions = createSubscriptions(context, faults);
  const unfollow = followWrites(context);
  const certificates = await createCertificates();

  /** What the token endpoint needs to know, once the servers listen. */
  function grant(): GrantOptions {
    const graphRoles = options.graphRoles ?? graphPermissions;
    const findUser = (id: string) => toTokenUser(state.tenant, id);
    return { tokens, identity, graphUrl: urls.graph, gatewayAudience, graphRoles, findUser };
  }

  /** Puts everything back to how it started; tokens stay valid. */
  function reset(): void {
    Object.assign(state, begin());
    faults.clear();
    context.limits.reset();
    context.delegations.clear();
    subscriptions.clear();
    graph.store.reset();
    context.ledger.clear();
    clock.freeze(false);
    clock.set(machineMs());
  }

  async function stop(): Promise<void> {
    subscriptions.stop();
    unfollow();
    await certificates.remove();
  }

  return { context, graph, faults, subscriptions, key, certificates, urls, tokens, grant, reset, stop };
}

/** Secrets follow from the seed, so that a restarted emulator takes the same settings. */
function buildIdentity(tenantId: string, seed: Buffer): EmulatorIdentity {
  return {
    tenantId,
    clientId,
    clientSecret: `emulated~${seed.toString('base64url').slice(0, 31)}`,
    mcasToken: seed.toString('hex').toUpperCase(),
  };
}

function buildTenant(options: EmulatorOptions, now: Date): Tenant {
  const { seed, alerts, users, dataDir } = options;
  return createTenant({
    now,
    ...(seed === undefined ? {} : { seed }),
    ...(alerts === undefined ? {} : { alerts }),
    ...(users === undefined ? {} : { users }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...options.tenant,
  });
}

/** Keeps the context's getters alive, which copying its members would not. */
function buildGraphContext(context: EmulatorContext, faults: GraphContext['faults']): GraphContext {
  const graph = Object.create(context) as GraphContext;
  const resources = buildResources(context.switches);
  return Object.assign(graph, { faults, resources, store: createStore(context, faults) });
}

function toTokenUser(tenant: Tenant, id: string): TokenUser | undefined {
  const row = tenant.users.get(id);
  if (row === undefined) return undefined;
  const userPrincipalName = String(row.userPrincipalName);
  return { id, userPrincipalName, displayName: String(row.displayName ?? userPrincipalName) };
}
