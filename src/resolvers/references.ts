import type { References } from '../federation/entities/contract.js';
import { riskEventTypes } from '../schema/types/riskEvent.type.js';
import { alertReference, incidentReference } from './alert.reference.js';
import type { GatewayContext } from './context.js';
import { deviceReference } from './device.reference.js';
import { riskEventReference, riskyUserReference } from './identity.reference.js';
import {
  mcasAccountReference,
  mcasActivityReference,
  mcasAlertReference,
  mcasDiscoveryStreamReference,
  mcasFileReference,
  mcasIPRangeReference,
} from './mcas.reference.js';
import { secureScoreControlProfileReference, secureScoreReference } from './secureScore.reference.js';
import { userReference } from './user.reference.js';

/** How each entity is found by its keys when another subgraph names it; `buildFederatedSchema` takes the list. */
export const references: References<GatewayContext> = {
  Alert: alertReference,
  Device: deviceReference,
  Incident: incidentReference,
  MCASAccount: mcasAccountReference,
  MCASActivity: mcasActivityReference,
  MCASAlert: mcasAlertReference,
  MCASDiscoveryStream: mcasDiscoveryStreamReference,
  MCASFile: mcasFileReference,
  MCASIPRange: mcasIPRangeReference,
  RiskEvent: riskEventReference,
  ...Object.fromEntries(riskEventTypes.map(({ name }) => [name, riskEventReference])),
  RiskyUser: riskyUserReference,
  SecureScore: secureScoreReference,
  SecureScoreControlProfile: secureScoreControlProfileReference,
  User: userReference,
};
