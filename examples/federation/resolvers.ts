import type { AssetRecord, Records, TicketRecord } from './records.js';

/** A user of the security subgraph, as a key; with `department` when `costCentre` was asked for. */
interface UserReference {
  readonly __typename: 'User';
  readonly userPrincipalName: string;
  readonly department?: string | null;
}

/** A device of the security subgraph, with what it was entered as. */
interface Device {
  readonly __typename: 'Device';
  readonly deviceId: string;
  readonly asset: AssetRecord;
}

interface AssetsArguments {
  readonly criticality?: AssetRecord['criticality'] | null;
  readonly first: number;
}

/** Where people read tickets. */
const ticketsUrl = 'https://tickets.contoso.example';

const mostAssets = 200;

/** The resolvers of `schema.graphql`. */
export function buildResolvers(records: Records) {
  return {
    Query: {
      asset: (_: unknown, { number }: { number: string }) => records.assetByNumber(number) ?? null,
      assets: (_: unknown, { criticality, first }: AssetsArguments) =>
        records.assets
          .filter((asset) => !criticality || asset.criticality === criticality)
          .slice(0, Math.min(Math.max(first, 1), mostAssets)),
    },
    Asset: {
      __resolveReference: ({ number }: { number: string }) => copyOf(records.assetByNumber(number)),
      device: ({ deviceId }: AssetRecord) => (deviceId === undefined ? null : deviceOf(deviceId, records)),
      owner: ownerOf,
      tickets: ({ tickets }: AssetRecord) => records.tickets(tickets),
    },
    Device: {
      __resolveReference: ({ deviceId }: { deviceId: string }) => deviceOf(deviceId, records),
      owner: ({ asset }: Device) => ownerOf(asset),
      costCentre: ({ asset }: Device) => asset.costCentre,
      criticality: ({ asset }: Device) => asset.criticality,
      tickets: ({ asset }: Device) => records.tickets(asset.tickets),
    },
    // Without a reference resolver the reference itself is the user: also a person who was never entered has a cost centre.
    User: {
      costCentre: ({ department }: UserReference) => (department ? records.costCentreOf(department) : null),
      criticality: (user: UserReference) => records.person(user.userPrincipalName)?.criticality,
      assets: (user: UserReference) =>
        records.person(user.userPrincipalName) && records.assetsOf(user.userPrincipalName),
      tickets: (user: UserReference) => {
        const person = records.person(user.userPrincipalName);
        return person && records.tickets(person.tickets);
      },
    },
    Ticket: {
      url: ({ number }: TicketRecord) => `${ticketsUrl}/${number}`,
    },
  };
}

/** Null for a device that was never entered: then whatever this service adds to it is null, and the rest stays. */
function deviceOf(deviceId: string, records: Records): Device | null {
  const asset = records.assetByDevice(deviceId);
  return asset === undefined ? null : { __typename: 'Device', deviceId, asset };
}

/** Only the key: the security subgraph knows the rest. */
function ownerOf({ owner }: AssetRecord): UserReference | null {
  return owner === undefined ? null : { __typename: 'User', userPrincipalName: owner };
}

/** `@apollo/subgraph` writes `__typename` on what a reference resolves to, and the records are everybody's. */
function copyOf(asset: AssetRecord | undefined): AssetRecord | null {
  return asset === undefined ? null : { ...asset };
}
