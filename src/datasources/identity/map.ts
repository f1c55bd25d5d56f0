import {
  riskActivity,
  riskDetail,
  riskDetectionTimingType,
  riskLevel,
  riskState,
  tokenIssuerType,
} from '../../schema/enums/risk.enums.js';
import type { SignInLocation } from '../../schema/types/location.type.js';
import type {
  ImpossibleTravelRiskEvent,
  MalwareRiskEvent,
  RiskEvent,
  UnfamiliarLocationRiskEvent,
} from '../../schema/types/riskEvent.type.js';
import type { RiskyUser, RiskyUserHistoryItem } from '../../schema/types/riskyUser.type.js';
import { type AdditionalInfo, infoText, infoTexts, readAdditionalInfo } from './additionalInfo.js';
import { readPreviousSignIn } from './previousSignIn.js';
import { riskEventTypeName } from './riskEventTypeMap.js';
import type { RiskDetectionRow, RiskyUserHistoryRow, RiskyUserRow, SignInLocationRow } from './wire.js';

/** The risk event of an upstream row, with what its type adds out of `additionalInfo`. */
export function toRiskEvent(row: RiskDetectionRow): RiskEvent {
  const info = readAdditionalInfo(row.additionalInfo);
  const word = row.riskEventType ?? row.riskType ?? '';
  const typeName = riskEventTypeName(word);
  const base = { ...toBase(row), riskEventType: word, additionalInfo: info.json, rawAdditionalInfo: info.raw };
  switch (typeName) {
    case 'ImpossibleTravelRiskEvent':
      return toTravelEvent(base, info);
    case 'MalwareRiskEvent':
      return toMalwareEvent(base, info);
    case 'UnfamiliarLocationRiskEvent':
      return toUnfamiliarEvent(base, info);
    default:
      return { ...base, __typename: typeName };
  }
}

type Base = Omit<RiskEvent, '__typename'>;
type RowBase = Omit<Base, 'riskEventType' | 'additionalInfo' | 'rawAdditionalInfo'>;

function toTravelEvent(base: Base, info: AdditionalInfo): ImpossibleTravelRiskEvent {
  return {
    ...base,
    __typename: 'ImpossibleTravelRiskEvent',
    ...readPreviousSignIn(info),
    userAgent: infoText(info, 'userAgent'),
    deviceInformation: infoText(info, 'deviceInformation'),
  };
}

function toMalwareEvent(base: Base, info: AdditionalInfo): MalwareRiskEvent {
  return {
    ...base,
    __typename: 'MalwareRiskEvent',
    malwareName: infoText(info, 'malwareName'),
    deviceInformation: infoText(info, 'deviceInformation'),
  };
}

function toUnfamiliarEvent(base: Base, info: AdditionalInfo): UnfamiliarLocationRiskEvent {
  return { ...base, __typename: 'UnfamiliarLocationRiskEvent', riskReasons: infoTexts(info, 'riskReasons') };
}

function toBase(row: RiskDetectionRow): RowBase {
  return {
    id: row.id,
    activity: riskActivity.fromWire(row.activity),
    rawActivity: row.activity ?? null,
    activityDateTime: row.activityDateTime ?? null,
    correlationId: row.correlationId ?? null,
    requestId: row.requestId ?? null,
    detectedDateTime: row.detectedDateTime ?? null,
    detectionTimingType: riskDetectionTimingType.fromWire(row.detectionTimingType),
    rawDetectionTimingType: row.detectionTimingType ?? null,
    ipAddress: row.ipAddress ?? null,
    lastUpdatedDateTime: row.lastUpdatedDateTime ?? null,
    location: toLocation(row.location),
    riskDetail: riskDetail.fromWire(row.riskDetail),
    rawRiskDetail: row.riskDetail ?? null,
    riskLevel: riskLevel.fromWire(row.riskLevel),
    rawRiskLevel: row.riskLevel ?? null,
    riskState: riskState.fromWire(row.riskState),
    rawRiskState: row.riskState ?? null,
    source: row.source ?? null,
    tokenIssuerType: tokenIssuerType.fromWire(spellTokenIssuer(row.tokenIssuerType)),
    rawTokenIssuerType: row.tokenIssuerType ?? null,
    userId: row.userId ?? null,
    userDisplayName: row.userDisplayName ?? null,
    userPrincipalName: row.userPrincipalName ?? null,
  };
}

/** The upstream's examples write the product's former name where its schema has a word. */
function spellTokenIssuer(word: string | null | undefined): string | null | undefined {
  return word?.toLowerCase() === 'azure active directory' ? 'AzureAD' : word;
}

function toLocation(row: SignInLocationRow): SignInLocation | null {
  if (row === null || row === undefined) return null;
  const point = row.geoCoordinates;
  return {
    city: row.city ?? null,
    state: row.state ?? null,
    countryOrRegion: row.countryOrRegion ?? null,
    geoCoordinates: point
      ? { altitude: point.altitude ?? null, latitude: point.latitude ?? null, longitude: point.longitude ?? null }
      : null,
  };
}

type Risk = Omit<RiskyUser, '__typename' | 'id'>;

function toRisk(row: RiskyUserRow): Risk {
  return {
    isDeleted: row.isDeleted ?? null,
    isProcessing: row.isProcessing ?? null,
    riskDetail: riskDetail.fromWire(row.riskDetail),
    rawRiskDetail: row.riskDetail ?? null,
    riskLastUpdatedDateTime: row.riskLastUpdatedDateTime ?? null,
    riskLevel: riskLevel.fromWire(row.riskLevel),
    rawRiskLevel: row.riskLevel ?? null,
    riskState: riskState.fromWire(row.riskState),
    rawRiskState: row.riskState ?? null,
    userDisplayName: row.userDisplayName ?? null,
    userPrincipalName: row.userPrincipalName ?? null,
  };
}

export function toRiskyUser(row: RiskyUserRow): RiskyUser {
  return { __typename: 'RiskyUser', id: row.id, ...toRisk(row) };
}

export function toRiskyUserHistoryItem(row: RiskyUserHistoryRow): RiskyUserHistoryItem {
  const activity = row.activity;
  return {
    __typename: 'RiskyUserHistoryItem',
    id: row.id,
    ...toRisk(row),
    initiatedBy: row.initiatedBy ?? null,
    userId: row.userId ?? null,
    activity: activity
      ? {
          detail: riskDetail.fromWire(activity.detail),
          rawDetail: activity.detail ?? null,
          riskEventTypes: activity.riskEventTypes ?? activity.eventTypes ?? [],
        }
      : null,
  };
}
