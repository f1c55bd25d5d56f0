import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator } from '../../emulator/EmulatorOptions.js';
import { applicationToken } from './upstreamAlert.js';

/** A row as the upstream sends it. */
export type RawRow = Record<string, any>;

/** Everything that the emulated upstreams hold, read page by page and one user at a time, without the gateway. The gateway's feeds use the same limits. */
export interface NaiveTenant {
  readonly alerts: readonly RawRow[];
  readonly users: readonly RawRow[];
  readonly devices: readonly RawRow[];
  readonly riskDetections: readonly RawRow[];
  /** Activities of one user, as the upstream's own filter finds them. */
  activitiesOf(userPrincipalName: string): Promise<readonly RawRow[]>;
}

export async function readNaively(emulator: Emulator): Promise<NaiveTenant> {
  const token = await applicationToken(emulator);
  const collection = async (path: string) => {
    const rows: RawRow[] = [];
    for (let url: string | undefined = `${emulator.graphUrl}/v1.0/${path}`; url !== undefined; ) {
      const page: RawRow = await readJson(url, {
        headers: { authorization: `Bearer ${token}`, prefer: 'include-unknown-enum-members' },
      });
      rows.push(...page.value);
      url = page['@odata.nextLink'];
    }
    return rows;
  };
  const activities = new Map<string, Promise<RawRow[]>>();
  return {
    alerts: await collection('security/alerts_v2?$top=500'),
    users: await collection('users?$top=999'),
    devices: await collection('devices?$top=999'),
    riskDetections: await collection('identityProtection/riskDetections?$top=500'),
    activitiesOf: (userPrincipalName) => {
      const name = userPrincipalName.toLowerCase();
      const known = activities.get(name) ?? readActivities(emulator, name);
      activities.set(name, known);
      return known;
    },
  };
}

async function readActivities(emulator: Emulator, userPrincipalName: string): Promise<RawRow[]> {
  const rows: RawRow[] = [];
  for (let hasNext = true; hasNext; ) {
    const page: RawRow = await readJson(`${emulator.mcasUrl}/api/v1/activities/`, {
      method: 'POST',
      headers: { authorization: `Token ${emulator.mcasToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        filters: { 'user.username': { eq: [userPrincipalName] } },
        skip: rows.length,
        limit: 100,
      }),
    });
    rows.push(...page.data);
    hasNext = page.hasNext;
  }
  return rows;
}

async function readJson(url: string, init: RequestInit): Promise<RawRow> {
  const response = await fetch(url, init);
  if (response.status === 429) {
    await response.text();
    await sleep(1_000 * Number(response.headers.get('retry-after') ?? 1));
    return readJson(url, init);
  }
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as RawRow;
}
