import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { ScoreControlMutations } from '../datasources/scores/mutations/ScoreControlMutations.js';
import { UpdateSecureScoreControlInput } from '../schema/inputs/updateSecureScoreControl.input.js';
import { UpdateSecureScoreControlPayload } from '../schema/types/scoreControlMutation.type.js';
import { callerOf } from './callerOf.js';
import type { GatewayContext } from './context.js';

@Resolver()
export class ScoreControlMutationsResolver {
  @Extensions({ permission: 'Security.Respond' })
  @Mutation(() => UpdateSecureScoreControlPayload, {
    nullable: true,
    description:
      'Records a decision about a secure score control; the upstream appends it to `controlStateUpdates`. It is sent once: when the answer is lost, the gateway looks for it and else says `OUTCOME_UNKNOWN`. Needs Security.Respond; the gateway writes with SecurityEvents.ReadWrite.All.',
  })
  updateSecureScoreControl(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => UpdateSecureScoreControlInput, { description: 'What is decided.' })
    input: UpdateSecureScoreControlInput,
  ): Promise<UpdateSecureScoreControlPayload> {
    return new ScoreControlMutations({ scores: ctx.dataSources.scores, principal: callerOf(ctx) }).update(input);
  }
}
