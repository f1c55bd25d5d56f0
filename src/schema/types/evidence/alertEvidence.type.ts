import { Field, InterfaceType } from 'type-graphql';
import { evidenceRemediationStatus, evidenceRole, evidenceVerdict } from '../../enums/alert.enums.js';
import { DateTime } from '../../scalars/dateTime.js';

@InterfaceType({
  description:
    'Something that an alert names: an account, a device, an address, a file. From the `alertEvidence` types of Microsoft Graph. Evidence has no id. Kinds without a type of their own are `GenericEvidence`.',
  resolveType: (value: { readonly __typename: string }) => value.__typename,
})
export abstract class AlertEvidence {
  readonly __typename: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the evidence was added to the alert; null in the legacy dialect.',
  })
  createdDateTime: string | null;

  @Field(() => evidenceVerdict.type, {
    nullable: true,
    description: 'Decision of automated investigation; null in the legacy dialect.',
  })
  verdict: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `verdict`." })
  rawVerdict: string | null;

  @Field(() => evidenceRemediationStatus.type, {
    nullable: true,
    description: 'Whether the threat was removed; null in the legacy dialect.',
  })
  remediationStatus: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `remediationStatus`." })
  rawRemediationStatus: string | null;

  @Field(() => String, { nullable: true, description: 'Details of the remediation status; null when there are none.' })
  remediationStatusDetails: string | null;

  @Field(() => [evidenceRole.type], { description: 'The parts that the evidence plays; may be empty.' })
  roles: readonly string[];

  @Field(() => [String], { description: "The upstream's own words for `roles`, in the same order." })
  rawRoles: readonly string[];

  @Field(() => [String], {
    description: 'Free words on the part of the evidence, such as `Main device`; may be empty.',
  })
  detailedRoles: readonly string[];

  @Field(() => [String], { description: 'Custom tags of the evidence, such as a device group; may be empty.' })
  tags: readonly string[];
}
