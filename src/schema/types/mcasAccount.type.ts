import { JSONResolver } from 'graphql-scalars';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { mcasAccountStatus, mcasAccountType } from '../enums/mcasInventory.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';

@ObjectType({ description: 'A group of users in Cloud Apps.', simpleResolvers: true })
export class MCASUserGroup {
  @Field(() => ID, { nullable: true, description: 'Id of the group, as `userTags` of activities name it.' })
  id: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the group.' })
  name: string | null;

  @Field(() => String, { nullable: true, description: 'Description; null when there is none.' })
  description: string | null;

  @Field(() => Int, { nullable: true, description: 'Users in the group.' })
  usersCount: number | null;
}

@Directive('@key(fields: "id")')
@Directive('@key(fields: "idInApp saasId instanceId")')
@ObjectType({
  description:
    'A user, or an account of one in an app, as Microsoft Defender for Cloud Apps (MCAS) knows it. Needs Security.Read; the gateway reads it with Investigation.read.',
  simpleResolvers: true,
})
export class MCASAccount {
  readonly __typename: 'MCASAccount';

  @Field(() => ID, { description: 'Unpadded base64url of the JSON `{"id":…,"saas":…,"inst":…}`.' })
  id: string;

  @Field(() => ID, { description: 'Id inside the app: an object id, a user principal name, an e-mail address.' })
  idInApp: string;

  @Field(() => Int, { description: 'Id of the app; 11161 is Microsoft 365.' })
  saasId: number;

  @Field(() => Int, { description: 'Instance of the app.' })
  instanceId: number;

  @Field(() => String, { nullable: true, description: 'Name of the app.' })
  appName: string | null;

  @Field(() => mcasAccountType.type, { nullable: true, description: 'Whether it is a user or an account.' })
  type: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own number for `type`." })
  rawType: string | null;

  @Field(() => mcasAccountStatus.type, { nullable: true, description: 'State in the app.' })
  status: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own number for `status`." })
  rawStatus: string | null;

  @Field(() => Int, { nullable: true, description: 'Kind of `idInApp`: 1 a user, 17 a service principal.' })
  idType: number | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  displayName: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  email: string | null;

  @Field(() => String, { nullable: true, description: 'Principal name; only in the accounts of a user.' })
  principalName: string | null;

  @Field(() => [String], { description: 'Other names of the account; may be empty.' })
  aliases: readonly string[];

  @Field(() => String, { nullable: true, description: 'Role in the app.' })
  role: string | null;

  @Field(() => String, { nullable: true, description: 'Organisation.' })
  organization: string | null;

  @Field(() => String, { nullable: true, description: 'Domain of the user.' })
  domain: string | null;

  @Field(() => String, { nullable: true, description: 'Security identifier of Active Directory.' })
  sid: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it administers the app.' })
  isAdmin: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is outside the organisation.' })
  isExternal: boolean | null;

  @Field(() => Boolean, { nullable: true, description: "The upstream's mark for entities without a real person." })
  isFake: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last seen.' })
  lastSeen: string | null;

  @Field(() => [MCASUserGroup], { description: 'Groups of the user; may be empty.' })
  userGroups: readonly MCASUserGroup[];

  @Field(() => JSONResolver, { nullable: true, description: 'Other identifiers, as the upstream has them.' })
  identifiers: unknown;

  @Field(() => JSONResolver, { nullable: true, description: 'Apps below the app, as the upstream has them.' })
  subApps: unknown;

  @Field(() => JSONResolver, {
    nullable: true,
    description: 'Governance actions that the portal offers, as the upstream has them.',
  })
  actions: unknown;

  @Field(() => Float, { nullable: true, description: 'Left over from a retired feature; null in new records.' })
  threatScore: number | null;

  @Field(() => JSONResolver, { nullable: true, description: 'Left over from a retired feature.' })
  threatScoreHistory: unknown;

  @Field(() => JSONResolver, { nullable: true, description: 'Left over from a retired feature.' })
  scoreTrends: unknown;

  /** Accounts that came with the record; no field, the join `accounts` looks here before it asks. */
  readonly knownAccounts: readonly MCASAccount[];
}

export const MCASAccountConnection = createConnectionType<MCASAccount>('MCASAccount', () => MCASAccount);
