import { JSONResolver, SafeIntResolver } from 'graphql-scalars';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { MCASBlockScriptFormat } from '../enums/mcasBlockScript.enum.js';
import {
  mcasBuiltInStreamType,
  mcasStreamEntityType,
  mcasStreamTrafficType,
  mcasStreamType,
} from '../enums/mcasInventory.enums.js';
import { DateTime } from '../scalars/dateTime.js';

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'A continuous report of Microsoft Defender for Cloud Apps (MCAS) on which cloud apps are in use. Needs Security.Read; the gateway reads it with Discovery.read.',
  simpleResolvers: true,
})
export class MCASDiscoveryStream {
  readonly __typename: 'MCASDiscoveryStream';

  @Field(() => ID, {
    nullable: true,
    description: "The upstream's `_id`, which its documentation leaves out; null when it is left out of the answer.",
  })
  id: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the report.' })
  displayName: string | null;

  @Field(() => String, { nullable: true, description: 'Comment; null when there is none.' })
  comment: string | null;

  @Field(() => Int, { nullable: true, description: "The upstream's number of the log format, such as 126." })
  logType: number | null;

  @Field(() => String, { nullable: true, description: 'How logs come in: `syslog` or `ftp`.' })
  receiverType: string | null;

  @Field(() => String, { nullable: true, description: 'Protocol of the receiver.' })
  protocol: string | null;

  @Field(() => mcasStreamType.type, { nullable: true, description: 'Kind of report.' })
  streamType: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own number for `streamType`." })
  rawStreamType: string | null;

  @Field(() => mcasBuiltInStreamType.type, {
    nullable: true,
    description: 'Kind of a report that the product makes by itself; null for others.',
  })
  builtInStreamType: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own number for `builtInStreamType`." })
  rawBuiltInStreamType: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether its logs are uploaded by hand.' })
  isManual: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is put together from all others.' })
  globalAggregated: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether names of users are hidden.' })
  anonymizeUsers: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether names of devices are hidden.' })
  anonymizeMachines: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was made.' })
  created: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last changed.' })
  lastModified: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the last log came in.' })
  lastDataReceived: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last searched for alerts.' })
  lastAlertProcessingTime: string | null;

  @Field(() => SafeIntResolver, { nullable: true, description: 'Logs that came in so far.' })
  logFilesHistoryCount: number | null;

  @Field(() => SafeIntResolver, { nullable: true, description: 'Logs that could not be read.' })
  logFilesFailsCount: number | null;

  @Field(() => [mcasStreamEntityType.type], { description: 'What it can tell apart; may be empty.' })
  supportedEntityTypes: readonly string[];

  @Field(() => [String], { description: "The upstream's own numbers for `supportedEntityTypes`." })
  rawSupportedEntityTypes: readonly string[];

  @Field(() => [mcasStreamTrafficType.type], { description: 'What traffic it counts; may be empty.' })
  supportedTrafficTypes: readonly string[];

  @Field(() => [String], { description: "The upstream's own numbers for `supportedTrafficTypes`." })
  rawSupportedTrafficTypes: readonly string[];

  @Field(() => JSONResolver, {
    nullable: true,
    description: 'Periods in days that it is made for, as the upstream has them: a list or an object.',
  })
  timeFrames: unknown;

  @Field(() => JSONResolver, { nullable: true, description: 'Periods with data, as the upstream has them.' })
  validTimeFrames: unknown;

  @Field(() => JSONResolver, { nullable: true, description: 'Reports that it is put together from.' })
  sourceStreams: unknown;
}

@ObjectType({
  description:
    'A category of cloud apps in a discovery report of Microsoft Defender for Cloud Apps (MCAS). Needs Security.Read; the gateway reads it with Discovery.read.',
  simpleResolvers: true,
})
export class MCASDiscoveryCategory {
  readonly __typename: 'MCASDiscoveryCategory';

  @Field(() => ID, { description: "The upstream's id, such as `SAASDB_CATEGORY_CLOUD_STORAGE`." })
  id: string;

  @Field(() => String, {
    nullable: true,
    description: 'Name in English, such as `Cloud storage`; null for an id of another form.',
  })
  name: string | null;

  @Field(() => SafeIntResolver, {
    nullable: true,
    description: 'Apps of the category in the report; null when the upstream gives no number.',
  })
  total: number | null;
}

@ObjectType({
  description:
    'A script that makes a network appliance block the apps that are marked as not sanctioned. From Microsoft Defender for Cloud Apps (MCAS). Needs Security.Read; the gateway reads it with Discovery.manage.',
  simpleResolvers: true,
})
export class MCASBlockScript {
  readonly __typename: 'MCASBlockScript';

  @Field(() => MCASBlockScriptFormat, { description: 'Appliance that it is made for.' })
  format: MCASBlockScriptFormat;

  @Field(() => String, { description: 'The script as the upstream wrote it; empty when no app is to be blocked.' })
  script: string;
}
