import 'reflect-metadata';
import type { NonEmptyArray } from 'type-graphql';
import { evidenceTypes } from '../schema/types/evidence/allEvidence.js';
import { riskEventTypes } from '../schema/types/riskEvent.type.js';
import { AlertResolver, IncidentAlertsResolver, UserAlertsResolver } from './alert.resolver.js';
import { AlertMutationsResolver } from './alertMutations.resolver.js';
import { AlertUpdatedResolver } from './alertUpdated.resolver.js';
import { DeviceResolver } from './device.resolver.js';
import {
  DeviceEvidenceResolver,
  MailboxEvidenceResolver,
  ProcessEvidenceResolver,
  UserEvidenceResolver,
} from './evidence.resolver.js';
import { IncidentResolver } from './incident.resolver.js';
import { IncidentMutationsResolver } from './incidentMutations.resolver.js';
import { MCASAccountResolver, MCASActivityAccountResolver } from './mcasAccount.resolver.js';
import {
  MCASActivityResolver,
  RiskEventMcasActivitiesResolver,
  UserMcasActivitiesResolver,
} from './mcasActivity.resolver.js';
import { MCASAlertResolver } from './mcasAlert.resolver.js';
import { MCASInventoryResolver } from './mcasInventory.resolver.js';
import {
  MCASAlertResultResolver,
  MCASIPRangePayloadResolver,
  MCASRespondResolver,
  MCASTriageResolver,
} from './mcasMutations.resolver.js';
import { RiskEventResolver } from './riskEvent.resolver.js';
import { RiskyUserResolver } from './riskyUser.resolver.js';
import { RiskyUserActionResultResolver, RiskyUserActionsResolver } from './riskyUserActions.resolver.js';
import { ScoreControlMutationsResolver } from './scoreControlMutations.resolver.js';
import { ControlScoreResolver, SecureScoreResolver } from './secureScore.resolver.js';
import {
  AlertTimeResolver,
  MCASActivityTimeResolver,
  RiskEventTimeResolver,
  UserTimelineResolver,
} from './timeline.resolver.js';
import { UpstreamResolver } from './upstream.resolver.js';
import { UserResolver } from './user.resolver.js';
import { ViewerResolver } from './viewer.resolver.js';

/** Every resolver class of the schema, one import and one line each; `buildGatewaySchema` takes the list. */
export const resolvers: NonEmptyArray<Function> = [
  AlertMutationsResolver,
  AlertResolver,
  AlertUpdatedResolver,
  ControlScoreResolver,
  DeviceEvidenceResolver,
  DeviceResolver,
  IncidentAlertsResolver,
  IncidentMutationsResolver,
  IncidentResolver,
  MCASAccountResolver,
  MCASActivityAccountResolver,
  MCASActivityResolver,
  MCASAlertResolver,
  MCASAlertResultResolver,
  MCASInventoryResolver,
  MCASIPRangePayloadResolver,
  MCASRespondResolver,
  MCASTriageResolver,
  MailboxEvidenceResolver,
  ProcessEvidenceResolver,
  RiskEventMcasActivitiesResolver,
  RiskEventResolver,
  RiskyUserActionResultResolver,
  RiskyUserActionsResolver,
  RiskyUserResolver,
  ScoreControlMutationsResolver,
  SecureScoreResolver,
  UpstreamResolver,
  UserAlertsResolver,
  UserEvidenceResolver,
  UserMcasActivitiesResolver,
  UserResolver,
  AlertTimeResolver,
  MCASActivityTimeResolver,
  RiskEventTimeResolver,
  UserTimelineResolver,
  ViewerResolver,
];

/** Types that are reached only through an interface, and so have to be named. */
export const orphanedTypes: Function[] = [...evidenceTypes, ...riskEventTypes];
