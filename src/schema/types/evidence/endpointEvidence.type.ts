import { SafeIntResolver } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import {
  defenderAvStatus,
  detectionStatus,
  deviceHealthStatus,
  deviceRiskScore,
  fileHashAlgorithm,
  onboardingStatus,
} from '../../enums/evidence.enums.js';
import { DateTime } from '../../scalars/dateTime.js';
import { AlertEvidence } from './alertEvidence.type.js';
import {
  EvidenceFileDetails,
  EvidenceLoggedOnUser,
  EvidenceUserAccount,
  EvidenceVmMetadata,
  ResourceAccessEvent,
} from './parts.type.js';

@ObjectType({ description: 'A device.', implements: AlertEvidence, simpleResolvers: true })
export class DeviceEvidence extends AlertEvidence {
  declare readonly __typename: 'DeviceEvidence';

  @Field(() => ID, {
    nullable: true,
    description:
      '`deviceId` of the device in Microsoft Entra ID (not its object id); the join to `Device`. Null when it is not registered there.',
  })
  azureAdDeviceId: string | null;

  @Field(() => defenderAvStatus.type, { nullable: true, description: 'State of Microsoft Defender Antivirus.' })
  defenderAvStatus: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `defenderAvStatus`." })
  rawDefenderAvStatus: string | null;

  @Field(() => String, { nullable: true, description: 'Fully qualified name.' })
  deviceDnsName: string | null;

  @Field(() => String, { nullable: true, description: 'DNS domain.' })
  dnsDomain: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the device was first seen.' })
  firstSeenDateTime: string | null;

  @Field(() => deviceHealthStatus.type, { nullable: true, description: 'State of the sensor.' })
  healthStatus: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `healthStatus`." })
  rawHealthStatus: string | null;

  @Field(() => String, { nullable: true, description: 'Name without a domain.' })
  hostName: string | null;

  @Field(() => [String], { description: 'Addresses of its interfaces; may be empty.' })
  ipInterfaces: readonly string[];

  @Field(() => String, { nullable: true, description: 'Last address on the Internet.' })
  lastExternalIpAddress: string | null;

  @Field(() => String, { nullable: true, description: 'Last address in the local network.' })
  lastIpAddress: string | null;

  @Field(() => [EvidenceLoggedOnUser], { description: 'Accounts that were logged on; may be empty.' })
  loggedOnUsers: readonly EvidenceLoggedOnUser[];

  @Field(() => ID, { nullable: true, description: 'Id in Defender for Endpoint; joins evidence items of one alert.' })
  mdeDeviceId: string | null;

  @Field(() => String, { nullable: true, description: 'NetBIOS domain.' })
  ntDomain: string | null;

  @Field(() => onboardingStatus.type, { nullable: true, description: 'Whether Defender for Endpoint manages it.' })
  onboardingStatus: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `onboardingStatus`." })
  rawOnboardingStatus: string | null;

  @Field(() => SafeIntResolver, { nullable: true, description: 'Build number of the operating system.' })
  osBuild: number | null;

  @Field(() => String, { nullable: true, description: 'Operating system.' })
  osPlatform: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the device group.' })
  rbacGroupId: number | null;

  @Field(() => String, { nullable: true, description: 'Name of the device group.' })
  rbacGroupName: string | null;

  @Field(() => [ResourceAccessEvent], { description: 'Accesses to resources; may be empty.' })
  resourceAccessEvents: readonly ResourceAccessEvent[];

  @Field(() => deviceRiskScore.type, { nullable: true, description: 'Risk of the device at the time of the alert.' })
  riskScore: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `riskScore`." })
  rawRiskScore: string | null;

  @Field(() => String, { nullable: true, description: 'Version of the operating system.' })
  version: string | null;

  @Field(() => EvidenceVmMetadata, { nullable: true, description: 'Set when the device is a virtual machine.' })
  vmMetadata: EvidenceVmMetadata | null;
}

@ObjectType({ description: 'A file.', implements: AlertEvidence, simpleResolvers: true })
export class FileEvidence extends AlertEvidence {
  declare readonly __typename: 'FileEvidence';

  @Field(() => detectionStatus.type, { nullable: true, description: 'What the sensor did.' })
  detectionStatus: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `detectionStatus`." })
  rawDetectionStatus: string | null;

  @Field(() => EvidenceFileDetails, { nullable: true, description: 'The file.' })
  fileDetails: EvidenceFileDetails | null;

  @Field(() => ID, { nullable: true, description: 'Device of the file, by its id in Defender for Endpoint.' })
  mdeDeviceId: string | null;
}

@ObjectType({ description: 'A hash of a file.', implements: AlertEvidence, simpleResolvers: true })
export class FileHashEvidence extends AlertEvidence {
  declare readonly __typename: 'FileHashEvidence';

  @Field(() => fileHashAlgorithm.type, { nullable: true, description: 'Hash function.' })
  algorithm: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `algorithm`." })
  rawAlgorithm: string | null;

  @Field(() => String, { nullable: true, description: 'The hash, hexadecimal.' })
  value: string | null;
}

@ObjectType({ description: 'A process.', implements: AlertEvidence, simpleResolvers: true })
export class ProcessEvidence extends AlertEvidence {
  declare readonly __typename: 'ProcessEvidence';

  @Field(() => detectionStatus.type, { nullable: true, description: 'What the sensor did.' })
  detectionStatus: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `detectionStatus`." })
  rawDetectionStatus: string | null;

  @Field(() => EvidenceFileDetails, { nullable: true, description: 'Program of the process.' })
  imageFile: EvidenceFileDetails | null;

  @Field(() => ID, { nullable: true, description: 'Device of the process, by its id in Defender for Endpoint.' })
  mdeDeviceId: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When its parent started.' })
  parentProcessCreationDateTime: string | null;

  @Field(() => SafeIntResolver, { nullable: true, description: 'Number of its parent.' })
  parentProcessId: number | null;

  @Field(() => EvidenceFileDetails, { nullable: true, description: 'Program of its parent.' })
  parentProcessImageFile: EvidenceFileDetails | null;

  @Field(() => String, { nullable: true, description: 'Command line.' })
  processCommandLine: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it started.' })
  processCreationDateTime: string | null;

  @Field(() => SafeIntResolver, { nullable: true, description: 'Number of the process.' })
  processId: number | null;

  @Field(() => EvidenceUserAccount, { nullable: true, description: 'Account that ran it.' })
  userAccount: EvidenceUserAccount | null;
}

@ObjectType({ description: 'A piece of malware.', implements: AlertEvidence, simpleResolvers: true })
export class MalwareEvidence extends AlertEvidence {
  declare readonly __typename: 'MalwareEvidence';

  @Field(() => String, { nullable: true, description: 'Category of the threat.' })
  category: string | null;

  @Field(() => [FileEvidence], { description: 'Its files; may be empty.' })
  files: readonly FileEvidence[];

  @Field(() => String, { nullable: true, description: 'Name of the threat.' })
  name: string | null;

  @Field(() => [ProcessEvidence], { description: 'Its processes; may be empty.' })
  processes: readonly ProcessEvidence[];
}

@ObjectType({ description: 'A key of the Windows registry.', implements: AlertEvidence, simpleResolvers: true })
export class RegistryKeyEvidence extends AlertEvidence {
  declare readonly __typename: 'RegistryKeyEvidence';

  @Field(() => String, { nullable: true, description: 'Hive, such as `HKEY_LOCAL_MACHINE`.' })
  registryHive: string | null;

  @Field(() => String, { nullable: true, description: 'Path of the key.' })
  registryKey: string | null;
}

@ObjectType({ description: 'A value in the Windows registry.', implements: AlertEvidence, simpleResolvers: true })
export class RegistryValueEvidence extends AlertEvidence {
  declare readonly __typename: 'RegistryValueEvidence';

  @Field(() => ID, { nullable: true, description: 'Device of the value, by its id in Defender for Endpoint.' })
  mdeDeviceId: string | null;

  @Field(() => String, { nullable: true, description: 'Hive, such as `HKEY_LOCAL_MACHINE`.' })
  registryHive: string | null;

  @Field(() => String, { nullable: true, description: 'Path of the key.' })
  registryKey: string | null;

  @Field(() => String, { nullable: true, description: 'Data of the value.' })
  registryValue: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the value.' })
  registryValueName: string | null;

  @Field(() => String, { nullable: true, description: 'Type of the value.' })
  registryValueType: string | null;
}
