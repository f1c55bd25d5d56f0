import { LocalDateResolver } from 'graphql-scalars';
import { Arg, Args, Ctx, Extensions, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { readPageArgs } from '../datasources/paging/pageArgs.js';
import { PageArgs } from '../schema/inputs/page.args.js';
import type { Connection } from '../schema/types/connection.js';
import { ControlScore, SecureScore, SecureScoreConnection } from '../schema/types/secureScore.type.js';
import { SecureScoreControlProfile } from '../schema/types/secureScoreControlProfile.type.js';
import type { GatewayContext } from './context.js';

@Resolver(() => SecureScore)
export class SecureScoreResolver {
  @Extensions({ permission: 'Security.Read' })
  @Query(() => SecureScore, {
    nullable: true,
    description:
      'The latest secure score, or that of a day; null when there is none. From Microsoft Graph `security/secureScores`. Needs Security.Read.',
  })
  secureScore(
    @Ctx() ctx: GatewayContext,
    @Arg('date', () => LocalDateResolver, {
      nullable: true,
      description: 'A day in UTC, `yyyy-MM-dd`; 90 days are kept.',
    })
    date?: string | null,
  ): Promise<SecureScore | null> {
    return date ? ctx.dataSources.scores.ofDay(date) : ctx.dataSources.scores.latest();
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => SecureScoreConnection, {
    nullable: true,
    description:
      'Secure scores, newest first, one a day; a day may be missing. From Microsoft Graph `security/secureScores`. Needs Security.Read.',
  })
  secureScores(@Ctx() ctx: GatewayContext, @Args(() => PageArgs) page: PageArgs): Promise<Connection<SecureScore>> {
    return ctx.dataSources.scores.list(readPageArgs(page));
  }

  @Extensions({ permission: 'Security.Read' })
  @Query(() => [SecureScoreControlProfile], {
    nullable: true,
    description:
      'Every secure score control with its meaning, worth and state. From Microsoft Graph `security/secureScoreControlProfiles`. Needs Security.Read.',
  })
  secureScoreControlProfiles(@Ctx() ctx: GatewayContext): Promise<readonly SecureScoreControlProfile[]> {
    return ctx.dataSources.scores.controlProfiles();
  }
}

@Resolver(() => ControlScore)
export class ControlScoreResolver {
  @Extensions({ join: true })
  @FieldResolver(() => SecureScoreControlProfile, {
    nullable: true,
    description:
      'The control: `controlName` is the id of the profile, compared without case. Null when there is none. All profiles of an answer are one call to Microsoft Graph `security/secureScoreControlProfiles`.',
  })
  profile(@Root() control: ControlScore, @Ctx() ctx: GatewayContext): Promise<SecureScoreControlProfile | null> | null {
    return control.controlName === null ? null : ctx.dataSources.scores.controlProfile(control.controlName);
  }
}
