import { Field, ID, InterfaceType, registerEnumType } from 'type-graphql';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';

export const TimelineKind = { ALERT: 'ALERT', RISK_EVENT: 'RISK_EVENT', MCAS_ACTIVITY: 'MCAS_ACTIVITY' } as const;
export type TimelineKind = keyof typeof TimelineKind;

registerEnumType(TimelineKind, {
  name: 'TimelineKind',
  description: 'What a timeline is made of.',
  valuesConfig: {
    ALERT: { description: 'Alerts that name the user, at their creation. From Microsoft Graph `security/alerts_v2`.' },
    RISK_EVENT: {
      description:
        'Risk events of the user, at the risky act. From Microsoft Graph `identityProtection/riskDetections`.',
    },
    MCAS_ACTIVITY: {
      description:
        'Cloud Apps activities of the user, of about the last 30 days. From Microsoft Defender for Cloud Apps.',
    },
  },
});

@InterfaceType({
  description: 'Something that happened around a user, whichever system saw it.',
  resolveType: (value: TimelineEntry & { readonly __typename: string }) => value.__typename,
})
export abstract class TimelineEntry {
  @Field(() => ID, { description: 'Id of the object behind the entry; unique together with its type.' })
  id: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The time that orders timelines: creation of an alert, the act (or else its detection) of a risk event, the time of an activity. Null when the upstream tells none; such entries come last.',
  })
  occurredAt?: string | null;
}

export const TimelineConnection = createConnectionType<TimelineEntry>('TimelineEntry', () => TimelineEntry);
