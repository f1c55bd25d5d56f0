import { Field, ObjectType } from 'type-graphql';
import { Incident } from './incident.type.js';
import { MutationError } from './mutationError.type.js';

@ObjectType({ description: 'What became of a change to an incident.', simpleResolvers: true })
export class UpdateIncidentPayload {
  @Field(() => Incident, {
    nullable: true,
    description:
      'The incident as it is now, also after a conflict. Null when it is not found or its id is not acceptable.',
  })
  incident: Incident | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Cursor of the change that the write made, as `incidentUpdated` tells it; changes of the alerts of the incident that follow from it come after it. Null when nothing was written.',
  })
  cursor: string | null;

  @Field(() => [MutationError], { description: 'Empty when everything was done.' })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'What became of a new comment on an incident.', simpleResolvers: true })
export class AddIncidentCommentPayload extends UpdateIncidentPayload {}
