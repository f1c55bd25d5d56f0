import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { IncidentMutations } from '../datasources/incidents/mutations/IncidentMutations.js';
import { AddIncidentCommentInput, UpdateIncidentInput } from '../schema/inputs/updateIncident.input.js';
import { AddIncidentCommentPayload, UpdateIncidentPayload } from '../schema/types/incidentMutation.type.js';
import { callerOf } from './callerOf.js';
import type { GatewayContext } from './context.js';

@Resolver()
export class IncidentMutationsResolver {
  @Extensions({ permission: 'Security.Triage' })
  @Mutation(() => UpdateIncidentPayload, {
    nullable: true,
    description:
      'Changes one incident. What it answers is what every read answers from then on, also while the upstream lags. Needs Security.Triage; the gateway writes with SecurityIncident.ReadWrite.All.',
  })
  updateIncident(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => UpdateIncidentInput, { description: 'What to change.' }) input: UpdateIncidentInput,
  ): Promise<UpdateIncidentPayload> {
    return mutationsOf(ctx).updateIncident(input);
  }

  @Extensions({ permission: 'Security.Triage' })
  @Mutation(() => AddIncidentCommentPayload, {
    nullable: true,
    description:
      'Appends a comment to an incident. It is sent once: when the answer is lost, the gateway looks for the comment and else says `OUTCOME_UNKNOWN`. Needs Security.Triage; the gateway writes with SecurityIncident.ReadWrite.All.',
  })
  addIncidentComment(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => AddIncidentCommentInput, { description: 'The incident and the text.' })
    input: AddIncidentCommentInput,
  ): Promise<AddIncidentCommentPayload> {
    return mutationsOf(ctx).addIncidentComment(input);
  }
}

function mutationsOf(ctx: GatewayContext): IncidentMutations {
  const { incidents } = ctx.dataSources;
  return new IncidentMutations({ incidents, changes: ctx.changes, principal: callerOf(ctx) });
}
