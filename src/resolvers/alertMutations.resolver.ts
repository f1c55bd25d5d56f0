import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { AlertMutations } from '../datasources/alerts/mutations/AlertMutations.js';
import { AddAlertCommentInput, UpdateAlertInput, UpdateAlertsInput } from '../schema/inputs/updateAlert.input.js';
import { AddAlertCommentPayload, UpdateAlertPayload, UpdateAlertsPayload } from '../schema/types/alertMutation.type.js';
import { callerOf } from './callerOf.js';
import type { GatewayContext } from './context.js';

@Resolver()
export class AlertMutationsResolver {
  @Extensions({ permission: 'Security.Triage' })
  @Mutation(() => UpdateAlertPayload, {
    nullable: true,
    description:
      'Changes one alert. What it answers is what every read answers from then on, also while the upstream lags. Needs Security.Triage; the gateway writes with SecurityAlert.ReadWrite.All.',
  })
  updateAlert(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => UpdateAlertInput, { description: 'What to change.' }) input: UpdateAlertInput,
  ): Promise<UpdateAlertPayload> {
    return mutationsOf(ctx).updateAlert(input);
  }

  @Extensions({ permission: 'Security.Triage' })
  @Mutation(() => UpdateAlertsPayload, {
    nullable: true,
    description: 'Changes 1 to 50 alerts, each for itself; one call or more for each. Needs Security.Triage.',
  })
  updateAlerts(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => UpdateAlertsInput, { description: 'What to change.' }) input: UpdateAlertsInput,
  ): Promise<UpdateAlertsPayload> {
    return mutationsOf(ctx).updateAlerts(input);
  }

  @Extensions({ permission: 'Security.Triage' })
  @Mutation(() => AddAlertCommentPayload, {
    nullable: true,
    description:
      'Appends a comment to an alert. It is sent once: when the answer is lost, the gateway looks for the comment and else says `OUTCOME_UNKNOWN`. Not in the legacy dialect. Needs Security.Triage.',
  })
  addAlertComment(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => AddAlertCommentInput, { description: 'The alert and the text.' }) input: AddAlertCommentInput,
  ): Promise<AddAlertCommentPayload> {
    return mutationsOf(ctx).addAlertComment(input);
  }
}

function mutationsOf(ctx: GatewayContext): AlertMutations {
  const { alerts } = ctx.dataSources;
  return new AlertMutations({ alerts, changes: ctx.changes, principal: callerOf(ctx) });
}
