import { SafeIntResolver } from 'graphql-scalars';
import { Field, Float, ID, ObjectType } from 'type-graphql';
import { vmCloudProvider } from '../../enums/evidence.enums.js';
import { DateTime } from '../../scalars/dateTime.js';

@ObjectType({ description: 'An access to a resource by a device or account.', simpleResolvers: true })
export class ResourceAccessEvent {
  @Field(() => DateTime, { nullable: true, description: 'When it happened.' })
  accessDateTime: string | null;

  @Field(() => String, { nullable: true, description: 'Account that accessed the resource.' })
  accountId: string | null;

  @Field(() => String, { nullable: true, description: 'Address that it came from.' })
  ipAddress: string | null;

  @Field(() => String, { nullable: true, description: 'The resource: a protocol and a host.' })
  resourceIdentifier: string | null;
}

@ObjectType({ description: 'The account behind a piece of evidence, as the alert names it.', simpleResolvers: true })
export class EvidenceUserAccount {
  @Field(() => String, { nullable: true, description: 'Account name without a domain.' })
  accountName: string | null;

  @Field(() => String, { nullable: true, description: 'Object GUID in on-premises Active Directory.' })
  activeDirectoryObjectGuid: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Object id in Microsoft Entra ID; the join to `User`. Null for local and on-premises accounts.',
  })
  azureAdUserId: string | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  displayName: string | null;

  @Field(() => String, { nullable: true, description: 'Active Directory domain.' })
  domainName: string | null;

  @Field(() => [ResourceAccessEvent], { description: 'Accesses to resources; may be empty.' })
  resourceAccessEvents: readonly ResourceAccessEvent[];

  @Field(() => String, { nullable: true, description: 'Entra tenant of the account.' })
  tenantId: string | null;

  @Field(() => String, { nullable: true, description: 'User principal name; the second-best join to `User`.' })
  userPrincipalName: string | null;

  @Field(() => String, { nullable: true, description: 'Security identifier.' })
  userSid: string | null;
}

@ObjectType({ description: 'Properties of a file.', simpleResolvers: true })
export class EvidenceFileDetails {
  @Field(() => String, { nullable: true, description: 'Name without the folder.' })
  fileName: string | null;

  @Field(() => String, { nullable: true, description: 'Folder.' })
  filePath: string | null;

  @Field(() => String, { nullable: true, description: 'Publisher in the version resource.' })
  filePublisher: string | null;

  @Field(() => SafeIntResolver, { nullable: true, description: 'Size in bytes.' })
  fileSize: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Certificate authority that issued the certificate of the signer.',
  })
  issuer: string | null;

  @Field(() => String, { nullable: true, description: 'MD5 hash, hexadecimal.' })
  md5: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-1 hash, hexadecimal.' })
  sha1: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 hash, hexadecimal.' })
  sha256: string | null;

  @Field(() => String, { nullable: true, description: 'Authenticode SHA-256 hash, hexadecimal.' })
  sha256Ac: string | null;

  @Field(() => String, { nullable: true, description: 'Who signed the file.' })
  signer: string | null;
}

@ObjectType({ description: 'An account that was logged on to a device.', simpleResolvers: true })
export class EvidenceLoggedOnUser {
  @Field(() => String, { nullable: true, description: 'Account name.' })
  accountName: string | null;

  @Field(() => String, { nullable: true, description: 'Domain of the account.' })
  domainName: string | null;
}

@ObjectType({ description: 'The virtual machine that a device is.', simpleResolvers: true })
export class EvidenceVmMetadata {
  @Field(() => vmCloudProvider.type, { nullable: true, description: 'Cloud that runs it.' })
  cloudProvider: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `cloudProvider`." })
  rawCloudProvider: string | null;

  @Field(() => String, { nullable: true, description: 'Azure resource id.' })
  resourceId: string | null;

  @Field(() => String, { nullable: true, description: 'Azure subscription.' })
  subscriptionId: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the virtual machine.' })
  vmId: string | null;
}

@ObjectType({ description: 'Where an address is, roughly.', simpleResolvers: true })
export class EvidenceGeoLocation {
  @Field(() => String, { nullable: true, description: 'City.' })
  city: string | null;

  @Field(() => String, { nullable: true, description: 'Country.' })
  countryName: string | null;

  @Field(() => Float, { nullable: true, description: 'Latitude in degrees.' })
  latitude: number | null;

  @Field(() => Float, { nullable: true, description: 'Longitude in degrees.' })
  longitude: number | null;

  @Field(() => String, { nullable: true, description: 'State or province.' })
  state: string | null;
}

@ObjectType({ description: 'Sender of a message.', simpleResolvers: true })
export class EvidenceEmailSender {
  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  displayName: string | null;

  @Field(() => String, { nullable: true, description: 'Domain of the address.' })
  domainName: string | null;

  @Field(() => String, { nullable: true, description: 'Address.' })
  emailAddress: string | null;
}

@ObjectType({ description: 'Log stream that a piece of evidence came from.', simpleResolvers: true })
export class EvidenceStream {
  @Field(() => String, { nullable: true, description: 'Name of the stream.' })
  name: string | null;
}
