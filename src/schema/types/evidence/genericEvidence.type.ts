import { JSONResolver } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import { AlertEvidence } from './alertEvidence.type.js';

@ObjectType({
  description: 'Evidence of a kind that has no type of its own here, or that this schema does not know yet.',
  implements: AlertEvidence,
  simpleResolvers: true,
})
export class GenericEvidence extends AlertEvidence {
  declare readonly __typename: 'GenericEvidence';

  @Field(() => String, {
    nullable: true,
    description: "The upstream's name of the kind, without `#`; null when it named none.",
  })
  odataType: string | null;

  @Field(() => JSONResolver, { nullable: true, description: 'The evidence as the upstream sent it.' })
  raw: unknown;
}
