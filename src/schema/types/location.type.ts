import { Directive, Field, Float, ObjectType } from 'type-graphql';

/** Shareable as it stands in Microsoft Graph: other subgraphs over it are likely to have the same. */
@Directive('@shareable')
@ObjectType({ description: 'A point on the globe.', simpleResolvers: true })
export class GeoCoordinates {
  @Field(() => Float, { nullable: true, description: 'Height above sea level in feet; null when unknown.' })
  altitude: number | null;

  @Field(() => Float, { nullable: true, description: 'Degrees north of the equator; null when unknown.' })
  latitude: number | null;

  @Field(() => Float, { nullable: true, description: 'Degrees east of Greenwich; null when unknown.' })
  longitude: number | null;
}

/** Shareable, as {@link GeoCoordinates} is. */
@Directive('@shareable')
@ObjectType({ description: 'Where a sign-in came from, estimated from its IP address.', simpleResolvers: true })
export class SignInLocation {
  @Field(() => String, { nullable: true, description: 'City; null when unknown.' })
  city: string | null;

  @Field(() => String, { nullable: true, description: 'State or province; null when unknown.' })
  state: string | null;

  @Field(() => String, { nullable: true, description: 'Country or region as a two-letter code; null when unknown.' })
  countryOrRegion: string | null;

  @Field(() => GeoCoordinates, { nullable: true, description: 'The place on the globe; null when unknown.' })
  geoCoordinates: GeoCoordinates | null;
}
