import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { upstreamNames } from '../../upstream/contract.js';
import { DateTime } from '../scalars/dateTime.js';

export const AnswerSource = { MIRROR: 'MIRROR', CACHE: 'CACHE', UPSTREAM: 'UPSTREAM' } as const;
export type AnswerSource = keyof typeof AnswerSource;

registerEnumType(AnswerSource, {
  name: 'AnswerSource',
  description: 'Where the rows of an answer came from.',
  valuesConfig: {
    MIRROR: { description: "The gateway's own copy of a recent window, proved complete for this question." },
    CACHE: { description: 'An earlier upstream answer within its lifetime.' },
    UPSTREAM: { description: 'The upstream, asked for this answer.' },
  },
});

export const UpstreamNameEnum = Object.fromEntries(upstreamNames.map((name) => [name, name]));

registerEnumType(UpstreamNameEnum, {
  name: 'UpstreamName',
  description: 'An upstream service; the same words stand in errors, `extensions.gateway` and metrics.',
  valuesConfig: {
    GRAPH_SECURITY: { description: 'Microsoft Graph security: alerts, incidents, secure scores, control profiles.' },
    GRAPH_IDENTITY_PROTECTION: { description: 'Microsoft Graph Identity Protection: risk detections and risky users.' },
    GRAPH_DIRECTORY: { description: 'Microsoft Graph directory: users and devices.' },
    MCAS: {
      description:
        'Microsoft Defender for Cloud Apps (MCAS): activities, alerts, accounts, IP ranges, files, discovery.',
    },
  },
});

export const WarningCode = { UPSTREAM_PARTIAL: 'UPSTREAM_PARTIAL', TRUNCATED: 'TRUNCATED', STALE: 'STALE' } as const;

registerEnumType(WarningCode, {
  name: 'WarningCode',
  description: 'Why data is good but not whole or not fresh.',
  valuesConfig: {
    UPSTREAM_PARTIAL: { description: 'A provider behind the upstream failed; its rows are missing.' },
    TRUNCATED: { description: 'The gateway stopped reading at its call limit; the rows are a prefix.' },
    STALE: { description: 'Data past its lifetime, because the upstream is throttled or away.' },
  },
});

@ObjectType({ description: 'A note beside data that is not wrong but not whole.' })
export class AnswerWarning {
  @Field(() => WarningCode, { description: 'Stable code of the note.' })
  code: keyof typeof WarningCode;

  @Field(() => UpstreamNameEnum, { description: 'The upstream that the note is about.' })
  upstream: string;

  @Field(() => String, { description: 'For humans; the text may change.' })
  message: string;
}

@ObjectType({ description: 'The truth about one list: how old, from where, and whether it is whole.' })
export class AnswerInfo {
  @Field(() => DateTime, { description: 'When the upstream made the oldest row data of this list.' })
  asOf: string;

  @Field(() => AnswerSource, { description: 'Where the rows came from.' })
  source: AnswerSource;

  @Field(() => Boolean, {
    description: 'True when the rows are past their lifetime because the upstream is throttled or away.',
  })
  stale: boolean;

  @Field(() => Boolean, {
    description: 'True when the gateway stopped reading at a call limit; the rows are then a newest-first prefix.',
  })
  truncated: boolean;

  @Field(() => Boolean, { description: 'True when the upstream itself answered in part (206).' })
  partial: boolean;

  @Field(() => [AnswerWarning], { description: 'What to know about the rows; empty when they are fresh and whole.' })
  warnings: AnswerWarning[];
}
