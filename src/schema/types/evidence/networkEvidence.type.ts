import { Field, Int, ObjectType } from 'type-graphql';
import { networkProtocol } from '../../enums/evidence.enums.js';
import { AlertEvidence } from './alertEvidence.type.js';
import { EvidenceGeoLocation, EvidenceStream } from './parts.type.js';

@ObjectType({ description: 'An IP address.', implements: AlertEvidence, simpleResolvers: true })
export class IpEvidence extends AlertEvidence {
  declare readonly __typename: 'IpEvidence';

  @Field(() => String, { nullable: true, description: 'Country as two letters.' })
  countryLetterCode: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The address as the upstream wrote it; may carry a port or zone.',
  })
  ipAddress: string | null;

  @Field(() => EvidenceGeoLocation, { nullable: true, description: 'Where it is.' })
  location: EvidenceGeoLocation | null;

  @Field(() => EvidenceStream, { nullable: true, description: 'Log stream.' })
  stream: EvidenceStream | null;
}

@ObjectType({ description: 'A URL.', implements: AlertEvidence, simpleResolvers: true })
export class UrlEvidence extends AlertEvidence {
  declare readonly __typename: 'UrlEvidence';

  @Field(() => String, { nullable: true, description: 'The URL.' })
  url: string | null;
}

@ObjectType({ description: 'A DNS query.', implements: AlertEvidence, simpleResolvers: true })
export class DnsEvidence extends AlertEvidence {
  declare readonly __typename: 'DnsEvidence';

  @Field(() => IpEvidence, { nullable: true, description: 'Server that answered.' })
  dnsServerIp: IpEvidence | null;

  @Field(() => String, { nullable: true, description: 'Name that was asked for.' })
  domainName: string | null;

  @Field(() => IpEvidence, { nullable: true, description: 'Host that asked.' })
  hostIpAddress: IpEvidence | null;

  @Field(() => [IpEvidence], { description: 'Addresses of the answer; may be empty.' })
  ipAddresses: readonly IpEvidence[];
}

@ObjectType({ description: 'A connection between two addresses.', implements: AlertEvidence, simpleResolvers: true })
export class NetworkConnectionEvidence extends AlertEvidence {
  declare readonly __typename: 'NetworkConnectionEvidence';

  @Field(() => IpEvidence, { nullable: true, description: 'Where to.' })
  destinationAddress: IpEvidence | null;

  @Field(() => Int, { nullable: true, description: 'Port there.' })
  destinationPort: number | null;

  @Field(() => networkProtocol.type, { nullable: true, description: 'Transport protocol.' })
  protocol: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `protocol`." })
  rawProtocol: string | null;

  @Field(() => IpEvidence, { nullable: true, description: 'Where from.' })
  sourceAddress: IpEvidence | null;

  @Field(() => Int, { nullable: true, description: 'Port there.' })
  sourcePort: number | null;
}

@ObjectType({ description: 'A network interface.', implements: AlertEvidence, simpleResolvers: true })
export class NicEvidence extends AlertEvidence {
  declare readonly __typename: 'NicEvidence';

  @Field(() => IpEvidence, { nullable: true, description: 'Address.' })
  ipAddress: IpEvidence | null;

  @Field(() => String, { nullable: true, description: 'MAC address.' })
  macAddress: string | null;

  @Field(() => [String], { description: 'Virtual networks; may be empty.' })
  vlans: readonly string[];
}
