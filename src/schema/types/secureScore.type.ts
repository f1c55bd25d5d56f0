import { JSONResolver } from 'graphql-scalars';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { secureScoreComparisonBasis, secureScoreControlCategory } from '../enums/secureScore.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';

@ObjectType({ description: 'The product that made a secure score or control profile.' })
export class SecureScoreVendorInformation {
  @Field(() => String, { nullable: true, description: 'Product, such as `SecureScore`.' })
  provider: string | null;

  @Field(() => String, { nullable: true, description: 'Version of the product; null when unsaid.' })
  providerVersion: string | null;

  @Field(() => String, { nullable: true, description: 'Part of the product; null when unsaid.' })
  subProvider: string | null;

  @Field(() => String, { nullable: true, description: 'Vendor, such as `Microsoft`.' })
  vendor: string | null;
}

@ObjectType({ description: 'The mean score of a group of tenants, to compare with.' })
export class AverageComparativeScore {
  @Field(() => secureScoreComparisonBasis.type, { nullable: true, description: 'The group of tenants.' })
  basis: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `basis`." })
  rawBasis: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Mean score in points; null when the upstream has none, which it writes as -1.',
  })
  averageScore: number | null;

  @Field(() => JSONResolver, {
    nullable: true,
    description:
      'What the upstream sends beside, such as scores by area, the range of seats or the industry; null when nothing.',
  })
  additionalProperties: unknown;
}

@ObjectType({ description: 'What the tenant got for one control.' })
export class ControlScore {
  readonly __typename: 'ControlScore';

  @Field(() => String, { nullable: true, description: 'Name of the control; the id of its profile.' })
  controlName: string | null;

  @Field(() => secureScoreControlCategory.type, { nullable: true, description: 'Area of the control.' })
  controlCategory: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `controlCategory`." })
  rawControlCategory: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the control is about; may hold HTML, so show it as text or sanitise it.',
  })
  description: string | null;

  @Field(() => Float, { nullable: true, description: 'Points that the tenant got.' })
  score: number | null;

  @Field(() => JSONResolver, {
    nullable: true,
    description: 'What the upstream sends beside, such as `count` and `total`; null when nothing.',
  })
  additionalProperties: unknown;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'The secure score of the tenant on one day, kept for 90 days; a day may be missing. From Microsoft Graph `security/secureScores`. Needs Security.Read; the gateway reads it with SecurityEvents.Read.All.',
  simpleResolvers: true,
})
export class SecureScore {
  readonly __typename: 'SecureScore';

  @Field(() => ID, { description: "The upstream's id: tenant and day." })
  id: string;

  @Field(() => Int, { nullable: true, description: 'Users who were active.' })
  activeUserCount: number | null;

  @Field(() => [AverageComparativeScore], { description: 'Mean scores to compare with; may be empty.' })
  averageComparativeScores: readonly AverageComparativeScore[];

  @Field(() => String, { nullable: true, description: 'Entra tenant of the score.' })
  azureTenantId: string | null;

  @Field(() => [ControlScore], { description: 'Points by control; may be empty.' })
  controlScores: readonly ControlScore[];

  @Field(() => DateTime, { nullable: true, description: 'When the score was taken.' })
  createdDateTime: string | null;

  @Field(() => Float, { nullable: true, description: 'Points that the tenant got.' })
  currentScore: number | null;

  @Field(() => [String], { description: 'Services that the score covers, such as `HasExchange`; may be empty.' })
  enabledServices: readonly string[];

  @Field(() => Int, { nullable: true, description: 'Users with a licence.' })
  licensedUserCount: number | null;

  @Field(() => Float, { nullable: true, description: 'Points that the tenant could get.' })
  maxScore: number | null;

  @Field(() => SecureScoreVendorInformation, { nullable: true, description: 'The product that made it.' })
  vendorInformation: SecureScoreVendorInformation | null;
}

export const SecureScoreConnection = createConnectionType<SecureScore>('SecureScore', () => SecureScore);
