import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../scalars/dateTime.js';
import { UpstreamNameEnum } from './answerInfo.type.js';

export const UpstreamState = {
  OK: 'OK',
  THROTTLED: 'THROTTLED',
  FAILING: 'FAILING',
  NOT_CONFIGURED: 'NOT_CONFIGURED',
} as const;

registerEnumType(UpstreamState, {
  name: 'UpstreamState',
  description: 'How an upstream is doing, as this instance of the gateway sees it.',
  valuesConfig: {
    OK: { description: 'It answers.' },
    THROTTLED: {
      description:
        'It refuses calls, or its limit is used up for more than five seconds; calls wait or are answered from what is known.',
    },
    FAILING: { description: 'It does not answer, or answers with errors; calls fail at once until it is tried again.' },
    NOT_CONFIGURED: {
      description: 'The settings name no URL or credential; its fields answer `UPSTREAM_NOT_CONFIGURED`.',
    },
  },
});

@ObjectType({ description: 'How much of one limit of an upstream is left for this gateway.', simpleResolvers: true })
export class UpstreamBudget {
  @Field(() => String, { description: 'Name of the limit.' })
  name: string;

  @Field(() => Int, { description: "Units per window that are the gateway's share." })
  limit: number;

  @Field(() => Float, { description: 'Length of the sliding window in seconds.' })
  windowSeconds: number;

  @Field(() => Int, { description: 'Units that can be used now.' })
  left: number;

  @Field(() => DateTime, { nullable: true, description: 'When the next unit frees; null while none is used.' })
  resetsAt: string | null;
}

@ObjectType({
  description: 'A service that the gateway reads from. The gateway tells this of itself; it costs no call.',
  simpleResolvers: true,
})
export class Upstream {
  readonly __typename: 'Upstream';

  @Field(() => UpstreamNameEnum, { description: 'Its name, as in errors, `extensions.gateway` and metrics.' })
  name: string;

  @Field(() => UpstreamState, { description: 'How it is doing.' })
  state: keyof typeof UpstreamState;

  @Field(() => [UpstreamBudget], { description: 'Its limits; empty when none is known.' })
  budgets: readonly UpstreamBudget[];

  @Field(() => Int, { description: 'Calls that wait for their turn.' })
  queueDepth: number;

  @Field(() => String, {
    nullable: true,
    description: 'Code of its last failure, such as `UPSTREAM_TIMEOUT`; null when there was none.',
  })
  lastErrorCode: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it last answered well; null when it never did.' })
  lastSuccess: string | null;
}
