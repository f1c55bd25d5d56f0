import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import {
  secureScoreControlActionType,
  secureScoreControlCategory,
  secureScoreControlState,
  secureScoreControlTier,
} from '../enums/secureScore.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { SecureScoreVendorInformation } from './secureScore.type.js';

@ObjectType({ description: 'One control of a certification.' })
export class CertificationControl {
  @Field(() => String, { nullable: true, description: 'Name of the control.' })
  name: string | null;

  @Field(() => String, { nullable: true, description: 'Page about it; may be empty.' })
  url: string | null;
}

@ObjectType({ description: 'A certification that a secure score control helps with.' })
export class ComplianceInformation {
  @Field(() => String, { nullable: true, description: 'Name of the certification, such as `ISO 27001:2013`.' })
  certificationName: string | null;

  @Field(() => [CertificationControl], { description: 'Its controls; may be empty.' })
  certificationControls: readonly CertificationControl[];
}

@ObjectType({
  description: 'A decision of the tenant about a secure score control. Decisions are appended, never changed.',
})
export class ControlStateUpdate {
  @Field(() => String, { nullable: true, description: 'Who is to work on the control; null when nobody.' })
  assignedTo: string | null;

  @Field(() => String, { nullable: true, description: 'Why; null when unsaid.' })
  comment: string | null;

  @Field(() => secureScoreControlState.type, { nullable: true, description: 'What was decided.' })
  state: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `state`." })
  rawState: string | null;

  @Field(() => String, { nullable: true, description: 'Who decided; null when nobody has.' })
  updatedBy: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided.' })
  updatedDateTime: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'What a secure score control is, what it is worth and what the tenant decided about it. From Microsoft Graph `security/secureScoreControlProfiles`. Needs Security.Read; the gateway reads it with SecurityEvents.Read.All.',
  simpleResolvers: true,
})
export class SecureScoreControlProfile {
  readonly __typename: 'SecureScoreControlProfile';

  @Field(() => ID, { description: "The upstream's id; the `controlName` of control scores." })
  id: string;

  @Field(() => secureScoreControlActionType.type, { nullable: true, description: 'What kind of work it asks for.' })
  actionType: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `actionType`." })
  rawActionType: string | null;

  @Field(() => String, { nullable: true, description: 'Page where the work is done.' })
  actionUrl: string | null;

  @Field(() => String, { nullable: true, description: 'Entra tenant of the profile.' })
  azureTenantId: string | null;

  @Field(() => [ComplianceInformation], { description: 'Certifications that it helps with; may be empty.' })
  complianceInformation: readonly ComplianceInformation[];

  @Field(() => secureScoreControlCategory.type, { nullable: true, description: 'Area of the control.' })
  controlCategory: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `controlCategory`." })
  rawControlCategory: string | null;

  @Field(() => [ControlStateUpdate], {
    description: 'Decisions of the tenant in the order of the upstream; may be empty.',
  })
  controlStateUpdates: readonly ControlStateUpdate[];

  @Field(() => Boolean, { nullable: true, description: 'Whether the control is on its way out.' })
  deprecated: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cost of putting it in place: low, moderate or high, in the words of the upstream.',
  })
  implementationCost: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the profile last changed; null when it never did.' })
  lastModifiedDateTime: string | null;

  @Field(() => Float, { nullable: true, description: 'Points that it can bring.' })
  maxScore: number | null;

  @Field(() => Int, { nullable: true, description: "Rank among the controls by Microsoft's judgement; 1 comes first." })
  rank: number | null;

  @Field(() => String, { nullable: true, description: 'What to do; may hold HTML, so show it as text or sanitise it.' })
  remediation: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What doing it means for users; may hold HTML, so show it as text or sanitise it.',
  })
  remediationImpact: string | null;

  @Field(() => String, { nullable: true, description: 'Service that owns the control, such as `EXO`.' })
  service: string | null;

  @Field(() => [String], { description: 'Threats that it counters, in the words of the upstream; may be empty.' })
  threats: readonly string[];

  @Field(() => secureScoreControlTier.type, { nullable: true, description: 'How basic it is.' })
  tier: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `tier`." })
  rawTier: string | null;

  @Field(() => String, { nullable: true, description: 'Title for humans.' })
  title: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'How much users notice: low, moderate or high, in the words of the upstream.',
  })
  userImpact: string | null;

  @Field(() => SecureScoreVendorInformation, { nullable: true, description: 'The product that made it.' })
  vendorInformation: SecureScoreVendorInformation | null;
}
