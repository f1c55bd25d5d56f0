import { Arg, Ctx, Extensions, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { ActivityFeedback } from '../datasources/mcas/ActivityFeedback.js';
import { McasAlertMutations } from '../datasources/mcas/alerts/McasAlertMutations.js';
import { DiscoveryUploads } from '../datasources/mcas/discovery/DiscoveryUploads.js';
import { McasIPRangeMutations } from '../datasources/mcas/ipRanges/McasIPRangeMutations.js';
import type { McasCaller } from '../datasources/mcas/mutationParts.js';
import {
  CreateMCASIPRangeInput,
  DeleteMCASIPRangeInput,
  UpdateMCASIPRangeInput,
} from '../schema/inputs/mcasIPRange.input.js';
import {
  CloseMCASAlertsInput,
  FinishDiscoveryUploadInput,
  GiveMCASActivityFeedbackInput,
  MarkMCASAlertsReadInput,
  StartDiscoveryUploadInput,
} from '../schema/inputs/mcasMutations.input.js';
import { MCASAlert } from '../schema/types/mcasAlert.type.js';
import { MCASIPRange } from '../schema/types/mcasIPRange.type.js';
import {
  CloseMCASAlertsPayload,
  DeleteMCASIPRangePayload,
  FinishDiscoveryUploadPayload,
  GiveMCASActivityFeedbackPayload,
  MarkMCASAlertsReadPayload,
  MCASAlertResult,
  MCASIPRangePayload,
  StartDiscoveryUploadPayload,
} from '../schema/types/mcasMutation.type.js';
import { callerOf } from './callerOf.js';
import type { GatewayContext } from './context.js';

const sentOnce = 'It is sent once: when the answer is lost, the gateway reads back instead of sending again.';

@Resolver()
export class MCASTriageResolver {
  @Extensions({ permission: 'Security.Triage' })
  @Mutation(() => CloseMCASAlertsPayload, {
    nullable: true,
    description: `Closes 1 to 100 Cloud Apps alerts with one call; the alerts of Microsoft Graph with the same ids follow. ${sentOnce} Needs Security.Triage; the gateway writes with Investigation.manage.`,
  })
  closeMCASAlerts(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => CloseMCASAlertsInput, { description: 'Which alerts, and as what.' })
    input: CloseMCASAlertsInput,
  ): Promise<CloseMCASAlertsPayload> {
    return new McasAlertMutations(ctx.dataSources.mcasAlerts, mcasCallerOf(ctx)).close(input);
  }

  @Extensions({ permission: 'Security.Triage' })
  @Mutation(() => MarkMCASAlertsReadPayload, {
    nullable: true,
    description: `Marks 1 to 20 Cloud Apps alerts as read or unread: one call for each that is not so yet, and one more to find out when there are several. ${sentOnce} Needs Security.Triage; the gateway writes with Investigation.read.`,
  })
  markMCASAlertsRead(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => MarkMCASAlertsReadInput, { description: 'Which alerts, and as what.' })
    input: MarkMCASAlertsReadInput,
  ): Promise<MarkMCASAlertsReadPayload> {
    return new McasAlertMutations(ctx.dataSources.mcasAlerts, mcasCallerOf(ctx)).markRead(input);
  }

  @Extensions({ permission: 'Security.Triage' })
  @Mutation(() => GiveMCASActivityFeedbackPayload, {
    nullable: true,
    description:
      'Tells Microsoft what a Cloud Apps activity really was. It is sent once and cannot be read back: when the answer is lost it is `OUTCOME_UNKNOWN`. Needs Security.Triage; the gateway writes with Investigation.read.',
  })
  giveMCASActivityFeedback(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => GiveMCASActivityFeedbackInput, { description: 'The activity and the verdict.' })
    input: GiveMCASActivityFeedbackInput,
  ): Promise<GiveMCASActivityFeedbackPayload> {
    return new ActivityFeedback(ctx.dataSources.mcasActivities, mcasCallerOf(ctx)).give(input);
  }
}

@Resolver()
export class MCASRespondResolver {
  @Extensions({ permission: 'Security.Respond' })
  @Mutation(() => MCASIPRangePayload, {
    nullable: true,
    description: `Creates an IP range in Cloud Apps. ${sentOnce} Needs Security.Respond; the gateway writes with Investigation.manage or Settings.manage.`,
  })
  createMCASIPRange(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => CreateMCASIPRangeInput, { description: 'The new range.' }) input: CreateMCASIPRangeInput,
  ): Promise<MCASIPRangePayload> {
    return rangesOf(ctx).create(input);
  }

  @Extensions({ permission: 'Security.Respond' })
  @Mutation(() => MCASIPRangePayload, {
    nullable: true,
    description: `Changes an IP range in Cloud Apps: a call to read it as it is, and one to replace it. ${sentOnce} Needs Security.Respond; the gateway writes with Investigation.manage or Settings.manage.`,
  })
  updateMCASIPRange(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => UpdateMCASIPRangeInput, { description: 'What to change.' }) input: UpdateMCASIPRangeInput,
  ): Promise<MCASIPRangePayload> {
    return rangesOf(ctx).update(input);
  }

  @Extensions({ permission: 'Security.Respond' })
  @Mutation(() => DeleteMCASIPRangePayload, {
    nullable: true,
    description: `Deletes an IP range in Cloud Apps. ${sentOnce} Needs Security.Respond; the gateway writes with Investigation.manage or Settings.manage.`,
  })
  deleteMCASIPRange(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => DeleteMCASIPRangeInput, { description: 'The range.' }) input: DeleteMCASIPRangeInput,
  ): Promise<DeleteMCASIPRangePayload> {
    return rangesOf(ctx).delete(input);
  }

  @Extensions({ permission: 'Security.Respond' })
  @Mutation(() => StartDiscoveryUploadPayload, {
    nullable: true,
    description:
      'Asks where a log for the discovery of cloud apps goes. The caller PUTs it there and calls `finishDiscoveryUpload`. Needs Security.Respond; the gateway asks with Discovery.manage.',
  })
  startDiscoveryUpload(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => StartDiscoveryUploadInput, { description: 'The log.' }) input: StartDiscoveryUploadInput,
  ): Promise<StartDiscoveryUploadPayload> {
    return uploadsOf(ctx).start(input);
  }

  @Extensions({ permission: 'Security.Respond' })
  @Mutation(() => FinishDiscoveryUploadPayload, {
    nullable: true,
    description:
      'Hands over a log that the caller has uploaded; the upstream works it in later. It is sent once: when the answer is lost it is `OUTCOME_UNKNOWN`. Needs Security.Respond; the gateway writes with Discovery.manage.',
  })
  finishDiscoveryUpload(
    @Ctx() ctx: GatewayContext,
    @Arg('input', () => FinishDiscoveryUploadInput, { description: 'The log and its report.' })
    input: FinishDiscoveryUploadInput,
  ): Promise<FinishDiscoveryUploadPayload> {
    return uploadsOf(ctx).finish(input);
  }
}

@Resolver(() => MCASAlertResult)
export class MCASAlertResultResolver {
  @Extensions({ join: true })
  @FieldResolver(() => MCASAlert, {
    nullable: true,
    description:
      'The alert as it is now; null when there is none. Asking for it costs a call, or one call for all alerts of the answer.',
  })
  alert(@Root() result: MCASAlertResult, @Ctx() ctx: GatewayContext): Promise<MCASAlert | null> {
    return ctx.dataSources.mcasAlerts.byId(result.id);
  }
}

@Resolver(() => MCASIPRangePayload)
export class MCASIPRangePayloadResolver {
  @Extensions({ join: true })
  @FieldResolver(() => MCASIPRange, {
    nullable: true,
    description:
      'The range as it is now, also after a conflict; null when there is none or it is not known. Asking for it costs a call.',
  })
  async ipRange(@Root() payload: MCASIPRangePayload, @Ctx() ctx: GatewayContext): Promise<MCASIPRange | null> {
    return payload.rangeId === null ? null : ctx.dataSources.mcasIPRanges.byId(payload.rangeId);
  }
}

function rangesOf(ctx: GatewayContext): McasIPRangeMutations {
  return new McasIPRangeMutations(ctx.dataSources.mcasIPRanges, mcasCallerOf(ctx));
}

function uploadsOf(ctx: GatewayContext): DiscoveryUploads {
  return new DiscoveryUploads(ctx.dataSources.mcasDiscovery, mcasCallerOf(ctx));
}

function mcasCallerOf(ctx: GatewayContext): McasCaller {
  return { principal: callerOf(ctx), idempotency: ctx.dataSources.alerts.writes.idempotency };
}
