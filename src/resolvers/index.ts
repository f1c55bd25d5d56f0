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
import {
  MCASActivityResolver,
  RiskEventMcasActivitiesResolver,
  UserMcasActivitiesResolver,
} from './mcasActivity.resolver.js';
import { RiskEventResolver } from './riskEvent.resolver.js';
import { RiskyUserResolver } from './riskyUser.resolver.js';
import { ControlScoreResolver, SecureScoreResolver } from './secureScore.resolver.js';
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
  IncidentResolver,
  MCASActivityResolver,
  MailboxEvidenceResolver,
  ProcessEvidenceResolver,
  RiskEventMcasActivitiesResolver,
  RiskEventResolver,
  RiskyUserResolver,
  SecureScoreResolver,
  UpstreamResolver,
  UserAlertsResolver,
  UserEvidenceResolver,
  UserMcasActivitiesResolver,
  UserResolver,
  ViewerResolver,
];

/** Types that are reached only through an interface, and so have to be named. */
export const orphanedTypes: Function[] = [...evidenceTypes, ...riskEventTypes];
