import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { spanUnits } from '../../time/zonedEdges.js';
import { alertSeverity, alertStatus, serviceSource } from '../enums/alert.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { AnswerInfo } from './answerInfo.type.js';

export const AlertStatsMetric = { CREATED: 'CREATED', RESOLVED: 'RESOLVED', OPEN: 'OPEN' } as const;
export type AlertStatsMetric = keyof typeof AlertStatsMetric;

registerEnumType(AlertStatsMetric, {
  name: 'AlertStatsMetric',
  description: 'Which alerts a bucket counts.',
  valuesConfig: {
    CREATED: { description: 'Those created in it.' },
    RESOLVED: { description: 'Those resolved in it by `resolvedDateTime`, and resolved still.' },
    OPEN: { description: 'Those created in it that are not resolved now: how much of each day is still to do.' },
  },
});

export const AlertStatsGroup = {
  SEVERITY: 'SEVERITY',
  STATUS: 'STATUS',
  SOURCE: 'SOURCE',
  ASSIGNEE: 'ASSIGNEE',
  CATEGORY: 'CATEGORY',
} as const;
export type AlertStatsGroup = keyof typeof AlertStatsGroup;

registerEnumType(AlertStatsGroup, {
  name: 'AlertStatsGroup',
  description: 'By what the alerts of an interval are told apart.',
  valuesConfig: {
    SEVERITY: { description: 'By `severity`.' },
    STATUS: { description: 'By `status`.' },
    SOURCE: { description: 'By `serviceSource`.' },
    ASSIGNEE: { description: 'By `assignedTo`, compared without case; null for the unassigned.' },
    CATEGORY: { description: 'By `categories`: an alert of several counts in each; null for alerts without.' },
  },
});

export const AlertStatsInterval = Object.fromEntries(spanUnits.map((unit) => [unit, unit]));

registerEnumType(AlertStatsInterval, {
  name: 'AlertStatsInterval',
  description: 'How long a bucket is, on the clocks of the time zone.',
  valuesConfig: {
    HOUR: { description: 'A full hour.' },
    DAY: { description: 'Midnight to midnight: 23 or 25 hours where clocks change.' },
    WEEK: { description: 'Monday to Monday.' },
  },
});

@ObjectType({
  description: 'Alerts of one group in one interval. Fields by which was not grouped are null.',
  simpleResolvers: true,
})
export class AlertStatsBucket {
  @Field(() => DateTime, { description: 'Begin of the interval; that of the first bucket is `from`, if it is later.' })
  start: string;

  @Field(() => DateTime, { description: 'End of the interval, exclusive; that of the last is `to`, if it is earlier.' })
  end: string;

  @Field(() => alertSeverity.type, { nullable: true, description: 'The group, with `groupBy: SEVERITY`.' })
  severity: string | null;

  @Field(() => alertStatus.type, { nullable: true, description: 'The group, with `groupBy: STATUS`.' })
  status: string | null;

  @Field(() => serviceSource.type, { nullable: true, description: 'The group, with `groupBy: SOURCE`.' })
  serviceSource: string | null;

  @Field(() => String, { nullable: true, description: 'The group, with `groupBy: ASSIGNEE`; null for nobody.' })
  assignedTo: string | null;

  @Field(() => String, { nullable: true, description: 'The group, with `groupBy: CATEGORY`; null for none.' })
  category: string | null;

  @Field(() => Int, { description: 'Number of alerts; 0 in an empty bucket.' })
  count: number;
}

@ObjectType({
  description: 'Counts of alerts over time, from the mirror of the recent past.',
  simpleResolvers: true,
})
export class AlertStats {
  @Field(() => Int, { description: 'Number of alerts counted, each once.' })
  total: number;

  @Field(() => DateTime, { description: 'Where the mirrored window begins: `from` may not be earlier.' })
  coveredFrom: string;

  @Field(() => AnswerInfo, { description: 'How old the counts are.' })
  info: AnswerInfo;

  @Field(() => [AlertStatsBucket], {
    description:
      'By time, then by group. Every interval has a bucket for each group that occurs in any of them, and one if none does.',
  })
  buckets: readonly AlertStatsBucket[];
}
