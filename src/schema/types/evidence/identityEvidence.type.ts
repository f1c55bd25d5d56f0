import { Field, ID, ObjectType } from 'type-graphql';
import { mailboxConfigurationType, servicePrincipalType } from '../../enums/evidence.enums.js';
import { DateTime } from '../../scalars/dateTime.js';
import { AlertEvidence } from './alertEvidence.type.js';
import { DeviceEvidence } from './endpointEvidence.type.js';
import { EvidenceStream, EvidenceUserAccount } from './parts.type.js';

@ObjectType({
  description: 'An account in Microsoft Entra ID, Active Directory or on a device.',
  implements: AlertEvidence,
  simpleResolvers: true,
})
export class UserEvidence extends AlertEvidence {
  declare readonly __typename: 'UserEvidence';

  @Field(() => EvidenceStream, { nullable: true, description: 'Log stream; null unless from app governance.' })
  stream: EvidenceStream | null;

  @Field(() => EvidenceUserAccount, { nullable: true, description: 'The account.' })
  userAccount: EvidenceUserAccount | null;
}

@ObjectType({ description: 'A mailbox.', implements: AlertEvidence, simpleResolvers: true })
export class MailboxEvidence extends AlertEvidence {
  declare readonly __typename: 'MailboxEvidence';

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  displayName: string | null;

  @Field(() => String, { nullable: true, description: 'Primary mail address.' })
  primaryAddress: string | null;

  @Field(() => String, { nullable: true, description: 'User principal name of the mailbox.' })
  upn: string | null;

  @Field(() => EvidenceUserAccount, { nullable: true, description: 'Account that owns it.' })
  userAccount: EvidenceUserAccount | null;
}

@ObjectType({ description: 'A rule or setting of a mailbox.', implements: AlertEvidence, simpleResolvers: true })
export class MailboxConfigurationEvidence extends AlertEvidence {
  declare readonly __typename: 'MailboxConfigurationEvidence';

  @Field(() => String, { nullable: true, description: 'Id of the rule or setting.' })
  configurationId: string | null;

  @Field(() => mailboxConfigurationType.type, { nullable: true, description: 'Its kind.' })
  configurationType: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `configurationType`." })
  rawConfigurationType: string | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  displayName: string | null;

  @Field(() => ID, { nullable: true, description: 'Entra object id of the mailbox.' })
  externalDirectoryObjectId: string | null;

  @Field(() => String, { nullable: true, description: 'Primary mail address of the mailbox.' })
  mailboxPrimaryAddress: string | null;

  @Field(() => String, { nullable: true, description: 'User principal name of the mailbox.' })
  upn: string | null;
}

@ObjectType({ description: 'A security group.', implements: AlertEvidence, simpleResolvers: true })
export class SecurityGroupEvidence extends AlertEvidence {
  declare readonly __typename: 'SecurityGroupEvidence';

  @Field(() => String, { nullable: true, description: 'Object GUID in on-premises Active Directory.' })
  activeDirectoryObjectGuid: string | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  displayName: string | null;

  @Field(() => String, { nullable: true, description: 'Distinguished name in Active Directory.' })
  distinguishedName: string | null;

  @Field(() => String, { nullable: true, description: 'Friendly name.' })
  friendlyName: string | null;

  @Field(() => ID, { nullable: true, description: 'Entra object id.' })
  securityGroupId: string | null;

  @Field(() => String, { nullable: true, description: 'Security identifier.' })
  sid: string | null;
}

@ObjectType({
  description: 'A service principal of Microsoft Entra ID.',
  implements: AlertEvidence,
  simpleResolvers: true,
})
export class ServicePrincipalEvidence extends AlertEvidence {
  declare readonly __typename: 'ServicePrincipalEvidence';

  @Field(() => ID, { nullable: true, description: 'Application (client) id.' })
  appId: string | null;

  @Field(() => String, { nullable: true, description: 'Tenant that owns the application.' })
  appOwnerTenantId: string | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  servicePrincipalName: string | null;

  @Field(() => ID, { nullable: true, description: 'Entra object id.' })
  servicePrincipalObjectId: string | null;

  @Field(() => servicePrincipalType.type, { nullable: true, description: 'Its kind.' })
  servicePrincipalType: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `servicePrincipalType`." })
  rawServicePrincipalType: string | null;

  @Field(() => String, { nullable: true, description: 'Entra tenant.' })
  tenantId: string | null;
}

@ObjectType({ description: 'An OAuth application.', implements: AlertEvidence, simpleResolvers: true })
export class OauthApplicationEvidence extends AlertEvidence {
  declare readonly __typename: 'OauthApplicationEvidence';

  @Field(() => ID, { nullable: true, description: 'Application (client) id.' })
  appId: string | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  displayName: string | null;

  @Field(() => ID, { nullable: true, description: 'Entra object id of the service principal.' })
  objectId: string | null;

  @Field(() => String, { nullable: true, description: 'Publisher.' })
  publisher: string | null;
}

@ObjectType({
  description: 'A cloud application that Defender for Cloud Apps knows.',
  implements: AlertEvidence,
  simpleResolvers: true,
})
export class CloudApplicationEvidence extends AlertEvidence {
  declare readonly __typename: 'CloudApplicationEvidence';

  @Field(() => ID, { nullable: true, description: 'Id of the application, a 64-bit number as text.' })
  appId: string | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  displayName: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the instance, a 64-bit number as text.' })
  instanceId: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the instance.' })
  instanceName: string | null;

  @Field(() => ID, { nullable: true, description: 'Id in the Cloud Apps catalogue, a 64-bit number as text.' })
  saasAppId: string | null;

  @Field(() => EvidenceStream, { nullable: true, description: 'Log stream.' })
  stream: EvidenceStream | null;
}

@ObjectType({ description: 'A sign-in session in the cloud.', implements: AlertEvidence, simpleResolvers: true })
export class CloudLogonSessionEvidence extends AlertEvidence {
  declare readonly __typename: 'CloudLogonSessionEvidence';

  @Field(() => UserEvidence, { nullable: true, description: 'The account.' })
  account: UserEvidence | null;

  @Field(() => String, { nullable: true, description: 'Browser.' })
  browser: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the device.' })
  deviceName: string | null;

  @Field(() => String, { nullable: true, description: 'Operating system.' })
  operatingSystem: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Sign-in before this one.' })
  previousLogonDateTime: string | null;

  @Field(() => String, { nullable: true, description: 'Authentication protocol.' })
  protocol: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the session.' })
  sessionId: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the session began.' })
  startUtcDateTime: string | null;

  @Field(() => String, { nullable: true, description: 'User agent.' })
  userAgent: string | null;
}

@ObjectType({ description: 'A sign-in request in the cloud.', implements: AlertEvidence, simpleResolvers: true })
export class CloudLogonRequestEvidence extends AlertEvidence {
  declare readonly __typename: 'CloudLogonRequestEvidence';

  @Field(() => String, { nullable: true, description: 'Id of the request.' })
  requestId: string | null;
}

@ObjectType({ description: 'A logon session on a device.', implements: AlertEvidence, simpleResolvers: true })
export class HostLogonSessionEvidence extends AlertEvidence {
  declare readonly __typename: 'HostLogonSessionEvidence';

  @Field(() => UserEvidence, { nullable: true, description: 'The account.' })
  account: UserEvidence | null;

  @Field(() => DeviceEvidence, { nullable: true, description: 'The device.' })
  host: DeviceEvidence | null;

  @Field(() => String, { nullable: true, description: 'Id of the session.' })
  sessionId: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the session began.' })
  startUtcDateTime: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it lasts.' })
  endUtcDateTime: string | null;
}

@ObjectType({ description: 'A domain of Active Directory.', implements: AlertEvidence, simpleResolvers: true })
export class ActiveDirectoryDomainEvidence extends AlertEvidence {
  declare readonly __typename: 'ActiveDirectoryDomainEvidence';

  @Field(() => String, { nullable: true, description: 'Name of the domain.' })
  activeDirectoryDomainName: string | null;

  @Field(() => [ActiveDirectoryDomainEvidence], { description: 'Domains that it trusts; may be empty.' })
  trustedDomains: readonly ActiveDirectoryDomainEvidence[];
}
