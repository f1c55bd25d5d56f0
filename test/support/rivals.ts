import type { VirtualTenant } from './virtualTenant.js';

const mcasResource = '05a65629-4c1b-48c1-a78b-804c4abdd4af/.default';

/** How another application of the tenant spends half of a limit. */
export type Rhythm = 'steady' | 'spiky';

export interface Rival {
  readonly rhythm: Rhythm;
  /** Milliseconds after the start of the storm at which it begins. */
  readonly phaseMs: number;
}

/** `calls` one after the other, `gapMs` apart, and that again every `everyMs`. */
interface Beat {
  readonly everyMs: number;
  readonly calls: number;
  readonly gapMs: number;
}

/** Half of one call a second, and half of 30 calls a minute. */
const beats: Readonly<Record<Rhythm, { readonly identity: Beat; readonly mcas: Beat }>> = {
  steady: {
    identity: { everyMs: 2_000, calls: 1, gapMs: 0 },
    mcas: { everyMs: 4_000, calls: 1, gapMs: 0 },
  },
  spiky: {
    identity: { everyMs: 10_000, calls: 5, gapMs: 1_000 },
    mcas: { everyMs: 60_000, calls: 15, gapMs: 50 },
  },
};

/** Starts the other application; it calls until the clock shows `until`. */
export function startRival(tenant: VirtualTenant, { rhythm, phaseMs }: Rival, until: number): void {
  const { graphUrl, mcasUrl } = tenant.emulator;
  const { identity, mcas } = beats[rhythm];
  const readUsers = () =>
    tenant.callAsOther(`${graphUrl}/v1.0/identityProtection/riskyUsers?$top=1`, {}, `${graphUrl}/.default`);
  const readActivities = () =>
    tenant.callAsOther(`${mcasUrl}/api/v1/activities/`, { method: 'POST', body: '{"limit":1}' }, mcasResource);
  void beat(tenant, identity, phaseMs, until, readUsers);
  void beat(tenant, mcas, phaseMs, until, readActivities);
}

async function beat(
  { clock }: VirtualTenant,
  { everyMs, calls, gapMs }: Beat,
  phaseMs: number,
  until: number,
  call: () => Promise<unknown>,
): Promise<void> {
  await clock.sleep(phaseMs);
  for (let at = clock.now(); at < until; at += everyMs) {
    await clock.sleep(at - clock.now());
    for (let n = 0; n < calls; n += 1) {
      if (n > 0) await clock.sleep(gapMs);
      await call();
    }
  }
}
