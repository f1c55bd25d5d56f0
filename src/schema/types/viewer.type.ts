import { Field, ID, ObjectType } from 'type-graphql';
import { permissions } from '../../auth/principal.js';

@ObjectType({ description: 'Whom the gateway takes the caller for.', simpleResolvers: true })
export class Viewer {
  readonly __typename: 'Viewer';

  @Field(() => ID, {
    description: 'Entra object id of the user or application; `demo` or `local` when callers are not checked.',
  })
  id: string;

  @Field(() => String, {
    nullable: true,
    description: 'User principal name or application name; null when the token carries none.',
  })
  name: string | null;

  @Field(() => [String], { description: `What the caller may do: any of ${permissions.join(', ')}.` })
  permissions: readonly string[];
}
