import { ArgsType, Field } from 'type-graphql';
import type { SpanUnit } from '../../time/zonedEdges.js';
import { DateTime } from '../scalars/dateTime.js';
import { AlertStatsGroup, AlertStatsInterval, AlertStatsMetric } from '../types/alertStats.type.js';
import { AlertFilter } from './alertFilter.input.js';

@ArgsType()
export class AlertStatsArgs {
  @Field(() => AlertStatsMetric, { description: 'Which alerts are counted.' })
  metric: AlertStatsMetric;

  @Field(() => AlertStatsGroup, { nullable: true, description: 'By what to tell them apart; absent: one group.' })
  groupBy?: AlertStatsGroup | null;

  @Field(() => AlertStatsInterval, { description: 'How long a bucket is.' })
  interval: SpanUnit;

  @Field(() => DateTime, { description: 'Begin of the first bucket; not before the mirrored window.' })
  from: string;

  @Field(() => DateTime, { description: 'End of the last bucket, exclusive; after `from`, at most 1,000 intervals.' })
  to: string;

  @Field(() => String, {
    defaultValue: 'UTC',
    description: 'IANA time zone in which hours, days and weeks begin, such as `Europe/Berlin`.',
  })
  timeZone: string;

  @Field(() => AlertFilter, { nullable: true, description: 'Which alerts; absent means all.' })
  filter?: AlertFilter | null;
}
