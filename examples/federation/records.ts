import { readFileSync } from 'node:fs';
import { z } from 'zod';

const criticality = z.enum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);

const ticket = z.strictObject({ number: z.string().regex(/^INC-\d+$/), title: z.string() });

const asset = z.strictObject({
  number: z.string().regex(/^A-\d+$/),
  /** `deviceId` of the directory. */
  deviceId: z.guid().optional(),
  /** User principal name. */
  owner: z.email().optional(),
  costCentre: z.string(),
  criticality,
  /** Numbers of tickets. */
  tickets: z.array(z.string()).default([]),
});

const person = z.strictObject({ userPrincipalName: z.email(), criticality, tickets: z.array(z.string()).default([]) });

const file = z.strictObject({
  /** Cost centre by department. */
  costCentres: z.record(z.string(), z.string()),
  assets: z.array(asset),
  people: z.array(person),
  tickets: z.array(ticket),
});

export type AssetRecord = z.infer<typeof asset>;
export type PersonRecord = z.infer<typeof person>;
export type TicketRecord = z.infer<typeof ticket>;

/** What the database knows, found by every key that is asked by. */
export interface Records {
  /** In the order of their number. */
  readonly assets: readonly AssetRecord[];
  assetByNumber(number: string): AssetRecord | undefined;
  /** @param deviceId A GUID in any case. */
  assetByDevice(deviceId: string): AssetRecord | undefined;
  /** @param userPrincipalName In any case, as in the directory. */
  assetsOf(userPrincipalName: string): readonly AssetRecord[];
  person(userPrincipalName: string): PersonRecord | undefined;
  costCentreOf(department: string): string | undefined;
  tickets(numbers: readonly string[]): readonly TicketRecord[];
}

/** @throws {Error} when the file cannot be read or holds anything but records. */
export function readRecords(path: string): Records {
  return indexRecords(file.parse(JSON.parse(readFileSync(path, 'utf8'))));
}

function indexRecords({ costCentres, assets, people, tickets }: z.infer<typeof file>): Records {
  const byNumber = new Map(assets.map((row) => [row.number, row]));
  const byDevice = new Map(assets.map((row) => [row.deviceId?.toLowerCase(), row]));
  const isOwnedBy = (name: string) => (row: AssetRecord) => row.owner?.toLowerCase() === name.toLowerCase();
  const byName = new Map(people.map((row) => [row.userPrincipalName.toLowerCase(), row]));
  const byTicket = new Map(tickets.map((row) => [row.number, row]));
  return {
    assets: assets.toSorted((one, other) => one.number.localeCompare(other.number)),
    assetByNumber: (number) => byNumber.get(number),
    assetByDevice: (deviceId) => byDevice.get(deviceId.toLowerCase()),
    assetsOf: (name) => assets.filter(isOwnedBy(name)),
    person: (name) => byName.get(name.toLowerCase()),
    costCentreOf: (department) => costCentres[department],
    tickets: (numbers) => numbers.flatMap((number) => byTicket.get(number) ?? []),
  };
}
