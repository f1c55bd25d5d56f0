import 'reflect-metadata';
import type { NonEmptyArray } from 'type-graphql';
import { evidenceTypes } from '../schema/types/evidence/allEvidence.js';
import { riskEventTypes } from '../schema/types/riskEvent.type.js';
import { AlertResolver, IncidentAlertsResolver, UserAlertsResolver } from './alert.resolver.js';
import { AlertMutationsResolver } from './alertMutations.resolver.js';
import { AlertStatsResolver } from './alertStats.resolver.js';
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
import { IncidentUpdatedResolver } from './incidentUpdated.resolver.js';
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
import { RiskEventDetectedResolver } from './riskEventDetected.resolver.js';
import { RiskyUserResolver } from './riskyUser.resolver.js';
import { RiskyUserActionResultResolver, RiskyUserActionsResolver } from './riskyUserActions.resolver.js';
import { RiskyUserUpdatedResolver } from './riskyUserUpdated.resolver.js';
import { ScoreControlMutationsResolver } from './scoreControlMutations.resolver.js';
import { ControlScoreResolver, SecureScoreResolver } from './secureScore.resolver.js';
import { SecureScoreChangedResolver } from './secureScoreChanged.resolver.js';
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
  AlertStatsResolver,
  AlertUpdatedResolver,
  ControlScoreResolver,
  DeviceEvidenceResolver,
  DeviceResolver,
  IncidentAlertsResolver,
  IncidentMutationsResolver,
  IncidentResolver,
  IncidentUpdatedResolver,
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
  RiskEventDetectedResolver,
  RiskEventResolver,
  RiskyUserActionResultResolver,
  RiskyUserActionsResolver,
  RiskyUserResolver,
  RiskyUserUpdatedResolver,
  ScoreControlMutationsResolver,
  SecureScoreChangedResolver,
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
