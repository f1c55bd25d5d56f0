import { Field, ID, ObjectType } from 'type-graphql';
import { ioTDeviceImportance } from '../../enums/evidence.enums.js';
import { AlertEvidence } from './alertEvidence.type.js';
import { AzureResourceEvidence } from './cloudEvidence.type.js';
import { IpEvidence, NicEvidence, UrlEvidence } from './networkEvidence.type.js';

@ObjectType({
  description: 'A device of the Internet of Things or of operational technology.',
  implements: AlertEvidence,
  simpleResolvers: true,
})
export class IoTDeviceEvidence extends AlertEvidence {
  declare readonly __typename: 'IoTDeviceEvidence';

  @Field(() => ID, { nullable: true, description: 'Id of the device.' })
  deviceId: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the device.' })
  deviceName: string | null;

  @Field(() => String, { nullable: true, description: 'Page of the device in the portal.' })
  devicePageLink: string | null;

  @Field(() => String, { nullable: true, description: 'Subtype.' })
  deviceSubType: string | null;

  @Field(() => String, { nullable: true, description: 'Type.' })
  deviceType: string | null;

  @Field(() => ioTDeviceImportance.type, { nullable: true, description: 'How much the device matters.' })
  importance: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `importance`." })
  rawImportance: string | null;

  @Field(() => AzureResourceEvidence, { nullable: true, description: 'IoT hub of the device.' })
  ioTHub: AzureResourceEvidence | null;

  @Field(() => String, { nullable: true, description: 'Id of its security agent.' })
  ioTSecurityAgentId: string | null;

  @Field(() => IpEvidence, { nullable: true, description: 'Address.' })
  ipAddress: IpEvidence | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is authorised.' })
  isAuthorized: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it programs others.' })
  isProgramming: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it scans.' })
  isScanner: boolean | null;

  @Field(() => String, { nullable: true, description: 'MAC address.' })
  macAddress: string | null;

  @Field(() => String, { nullable: true, description: 'Manufacturer.' })
  manufacturer: string | null;

  @Field(() => String, { nullable: true, description: 'Model.' })
  model: string | null;

  @Field(() => [NicEvidence], { description: 'Network interfaces; may be empty.' })
  nics: readonly NicEvidence[];

  @Field(() => String, { nullable: true, description: 'Operating system.' })
  operatingSystem: string | null;

  @Field(() => [String], { description: 'Owners; may be empty.' })
  owners: readonly string[];

  @Field(() => [String], { description: 'Protocols; may be empty.' })
  protocols: readonly string[];

  @Field(() => String, { nullable: true, description: 'Layer of the Purdue model.' })
  purdueLayer: string | null;

  @Field(() => String, { nullable: true, description: 'Sensor that watches it.' })
  sensor: string | null;

  @Field(() => String, { nullable: true, description: 'Serial number.' })
  serialNumber: string | null;

  @Field(() => String, { nullable: true, description: 'Site.' })
  site: string | null;

  @Field(() => String, { nullable: true, description: 'Vendor of the agent or microagent.' })
  source: string | null;

  @Field(() => UrlEvidence, { nullable: true, description: 'Reference to the source.' })
  sourceRef: UrlEvidence | null;

  @Field(() => String, { nullable: true, description: 'Zone in the site.' })
  zone: string | null;
}
