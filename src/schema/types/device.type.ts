import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';

/** Plain fields are shareable, as those of `User` are; joins are ours alone. */
@Directive('@key(fields: "id")')
@Directive('@key(fields: "deviceId")')
@ObjectType({
  description:
    'A device that is registered or joined to the tenant, from Microsoft Graph `devices`. Needs Security.Read; the gateway reads it with Device.Read.All.',
  simpleResolvers: true,
})
export class Device {
  readonly __typename: 'Device';

  @Field(() => ID, { description: 'Object id in the directory, a GUID. Not what evidence names: that is `deviceId`.' })
  id: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Id given at registration, a GUID; `azureAdDeviceId` of device evidence. Null when the upstream leaves it out.',
  })
  deviceId: string | null;

  @Directive('@shareable')
  @Field(() => String, { nullable: true, description: 'Name of the device.' })
  displayName: string | null;

  @Directive('@shareable')
  @Field(() => String, { nullable: true, description: 'Kind of operating system, such as `Windows` or `iOS`.' })
  operatingSystem: string | null;

  @Directive('@shareable')
  @Field(() => String, { nullable: true, description: 'Version of the operating system, as the device reports it.' })
  operatingSystemVersion: string | null;

  @Directive('@shareable')
  @Field(() => String, {
    nullable: true,
    description: '`Workplace` (registered), `AzureAd` (joined) or `ServerAd` (hybrid joined); null when unknown.',
  })
  trustType: string | null;

  @Directive('@shareable')
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the device obeys the tenant's policies; null when no management service tells.",
  })
  isCompliant: boolean | null;

  @Directive('@shareable')
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a management service manages the device; null when unknown.',
  })
  isManaged: boolean | null;

  @Directive('@shareable')
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the device is rooted or jailbroken; null when unknown.',
  })
  isRooted: boolean | null;

  @Directive('@shareable')
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the device may sign in; null when the upstream leaves it out.',
  })
  accountEnabled: boolean | null;

  @Directive('@shareable')
  @Field(() => DateTime, {
    nullable: true,
    description: 'Last sign-in, which the directory updates only about every two weeks; null when never.',
  })
  approximateLastSignInDateTime: string | null;

  @Directive('@shareable')
  @Field(() => DateTime, { nullable: true, description: 'When the device was registered.' })
  registrationDateTime: string | null;

  @Directive('@shareable')
  @Field(() => String, {
    nullable: true,
    description: '`company`, `personal` or `unknown`, as the management service tells.',
  })
  deviceOwnership: string | null;

  @Directive('@shareable')
  @Field(() => String, {
    nullable: true,
    description: 'What manages the device, such as `mdm`; null when nothing does.',
  })
  managementType: string | null;

  @Directive('@shareable')
  @Field(() => String, { nullable: true, description: 'Maker of the device; null when unknown.' })
  manufacturer: string | null;

  @Directive('@shareable')
  @Field(() => String, { nullable: true, description: 'Model of the device; null when unknown.' })
  model: string | null;

  @Directive('@shareable')
  @Field(() => Boolean, {
    nullable: true,
    description: 'True when the device is synchronised from on premises; null when it never was.',
  })
  onPremisesSyncEnabled: boolean | null;
}

export const DeviceConnection = createConnectionType('Device', () => Device);
