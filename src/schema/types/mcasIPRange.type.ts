import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { mcasIPRangeCategory } from '../enums/mcasInventory.enums.js';
import { DateTime } from '../scalars/dateTime.js';

@ObjectType({ description: 'A block of addresses of an IP range.', simpleResolvers: true })
export class MCASSubnet {
  @Field(() => String, { nullable: true, description: 'Address as full IPv6; IPv4 is mapped into `::ffff:0:0/96`.' })
  address: string | null;

  @Field(() => Int, { nullable: true, description: 'Length of the prefix in IPv6 bits: an IPv4 /24 is 120.' })
  mask: number | null;

  @Field(() => String, { nullable: true, description: 'The block as it was typed, such as `192.0.2.0/24`.' })
  originalString: string | null;
}

@ObjectType({ description: 'Place of an IP range.', simpleResolvers: true })
export class MCASIPRangeLocation {
  @Field(() => String, { nullable: true, description: 'Name of the place.' })
  name: string | null;

  @Field(() => Float, { nullable: true, description: 'Latitude in degrees, north positive.' })
  latitude: number | null;

  @Field(() => Float, { nullable: true, description: 'Longitude in degrees, east positive.' })
  longitude: number | null;

  @Field(() => String, { nullable: true, description: 'Country, ISO 3166-1 alpha-2.' })
  countryCode: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the country.' })
  countryName: string | null;
}

@ObjectType({ description: 'A tag of an IP range.', simpleResolvers: true })
export class MCASIPTag {
  @Field(() => ID, { nullable: true, description: 'Id of the tag, as `ipTags` of activities name it.' })
  id: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the tag.' })
  name: string | null;

  @Field(() => String, { nullable: true, description: 'Description; null when there is none.' })
  description: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'A named range of IP addresses in Microsoft Defender for Cloud Apps (MCAS). Needs Security.Read; the gateway reads it with Investigation.read or Settings.read.',
  simpleResolvers: true,
})
export class MCASIPRange {
  readonly __typename: 'MCASIPRange';

  @Field(() => ID, { description: "The upstream's `_id`." })
  id: string;

  @Field(() => String, { nullable: true, description: 'Name, unique in the tenant.' })
  name: string | null;

  @Field(() => mcasIPRangeCategory.type, { nullable: true, description: 'What the range is.' })
  category: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own number for `category`." })
  rawCategory: string | null;

  @Field(() => [MCASSubnet], { description: 'Blocks of addresses; ranges do not overlap.' })
  subnets: readonly MCASSubnet[];

  @Field(() => MCASIPRangeLocation, { nullable: true, description: 'Place; null when none is set.' })
  location: MCASIPRangeLocation | null;

  @Field(() => String, { nullable: true, description: 'Registered provider or organisation; null when none is set.' })
  organization: string | null;

  @Field(() => [MCASIPTag], { description: 'Tags; may be empty.' })
  tags: readonly MCASIPTag[];

  @Field(() => Boolean, { nullable: true, description: 'Whether the product made it; null when unsaid.' })
  builtIn: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last changed.' })
  lastModified: string | null;
}
