import { Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { userOfAccount } from '../datasources/alerts/alertJoins.js';
import { accountOf } from '../datasources/alerts/namedInEvidence.js';
import { Device } from '../schema/types/device.type.js';
import { DeviceEvidence, ProcessEvidence } from '../schema/types/evidence/endpointEvidence.type.js';
import { MailboxEvidence, UserEvidence } from '../schema/types/evidence/identityEvidence.type.js';
import { User } from '../schema/types/user.type.js';
import type { GatewayContext } from './context.js';

const userField = {
  nullable: true,
  description:
    'The account in the directory, by object id or else by user principal name; null when the directory has none. From Microsoft Graph `users`.',
} as const;

@Resolver(() => UserEvidence)
export class UserEvidenceResolver {
  @Extensions({ join: true })
  @FieldResolver(() => User, userField)
  user(@Root() evidence: UserEvidence, @Ctx() ctx: GatewayContext): Promise<User | null> {
    return userOfAccount(ctx.dataSources, accountOf(evidence));
  }
}

@Resolver(() => MailboxEvidence)
export class MailboxEvidenceResolver {
  @Extensions({ join: true })
  @FieldResolver(() => User, userField)
  user(@Root() evidence: MailboxEvidence, @Ctx() ctx: GatewayContext): Promise<User | null> {
    return userOfAccount(ctx.dataSources, accountOf(evidence));
  }
}

@Resolver(() => ProcessEvidence)
export class ProcessEvidenceResolver {
  @Extensions({ join: true })
  @FieldResolver(() => User, userField)
  user(@Root() evidence: ProcessEvidence, @Ctx() ctx: GatewayContext): Promise<User | null> {
    return userOfAccount(ctx.dataSources, accountOf(evidence));
  }
}

@Resolver(() => DeviceEvidence)
export class DeviceEvidenceResolver {
  @Extensions({ join: true })
  @FieldResolver(() => Device, {
    nullable: true,
    description:
      'The device in the directory, by `azureAdDeviceId`; null when the directory has none. From Microsoft Graph `devices`.',
  })
  device(@Root() evidence: DeviceEvidence, @Ctx() ctx: GatewayContext): Promise<Device | null> | null {
    if (!evidence.azureAdDeviceId) return null;
    return ctx.dataSources.directory.device({ deviceId: evidence.azureAdDeviceId });
  }
}
