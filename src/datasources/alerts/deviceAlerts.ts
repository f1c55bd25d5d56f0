import type { Alert } from '../../schema/types/alert.type.js';
import type { Connection } from '../../schema/types/connection.js';
import type { Device } from '../../schema/types/device.type.js';
import type { DeviceEvidence } from '../../schema/types/evidence/endpointEvidence.type.js';
import type { PageRequest } from '../paging/pageArgs.js';
import type { AlertsDataSource } from './AlertsDataSource.js';
import { deviceIdsOf } from './namedInEvidence.js';

/** A device as far as its alerts have to know it. */
export type NamedDevice = Pick<Device, 'deviceId' | 'displayName'>;

/** Newest alerts whose evidence tells the DNS domains of the tenant's devices. */
const learnedFrom = 200;
/** Domains that are tried for one device; every name is one more clause of the filter. */
const maxDomains = 4;

/**
 * Alerts whose evidence names a device, newest created first. The upstream can filter device evidence by `deviceDnsName`
 * alone, and the directory does not know that name: it is the display name, bare or with a DNS domain that the evidence
 * of recent alerts shows. What comes is then checked by device id. The mirror finds alerts by the device id itself. Null
 * when the directory tells no id or name.
 */
export async function alertsOfDevice(
  alerts: AlertsDataSource,
  { deviceId, displayName }: NamedDevice,
  page: PageRequest,
): Promise<Connection<Alert> | null> {
  if (!deviceId || !displayName) return null;
  let known: Promise<string[]> | undefined;
  const dnsNames = () => {
    known ??= dnsNamesOf(alerts, displayName);
    return known;
  };
  return alerts.list({ device: { deviceId, dnsNames }, page });
}

async function dnsNamesOf(alerts: AlertsDataSource, displayName: string): Promise<string[]> {
  const domains = await recentDomains(alerts);
  return [displayName, ...domains.map((domain) => `${displayName}.${domain}`)].map((name) => name.toLowerCase());
}

async function recentDomains(alerts: AlertsDataSource): Promise<string[]> {
  return domainsOf((await alerts.list({ page: { first: learnedFrom, after: undefined } })).nodes);
}

/** Whether the evidence of an alert names the device by its id. */
export function namesDevice(alert: Alert, deviceId: string): boolean {
  return deviceIdsOf(alert).includes(deviceId.toLowerCase());
}

/** DNS domains of the devices that alerts name, the commonest first. */
function domainsOf(alerts: readonly Alert[]): string[] {
  const counts = new Map<string, number>();
  for (const item of alerts.flatMap(({ evidence }) => evidence)) {
    const name = item.__typename === 'DeviceEvidence' ? (item as DeviceEvidence).deviceDnsName : null;
    const domain = /^[^.]+\.(.+)$/.exec(name ?? '')?.[1]?.toLowerCase();
    if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return byCount.slice(0, maxDomains).map(([domain]) => domain);
}
