import { toRawCode } from '../../../schema/enums/defineCodedEnum.js';
import {
  mcasAlertSeverity,
  mcasAlertStatus,
  mcasIntent,
  mcasResolutionStatus,
  mcasStory,
} from '../../../schema/enums/mcasAlert.enums.js';
import type { MCASAlert, MCASAlertEntity } from '../../../schema/types/mcasAlert.type.js';
import { toAccountId } from '../accounts/accountKey.js';
import { toInt } from '../map.js';
import { fromEpochMs, fromWireTime } from '../time.js';
import type { AlertWire } from './wire.js';

/** An alert of Cloud Apps as ours. */
export function toMcasAlert(wire: AlertWire): MCASAlert {
  return {
    __typename: 'MCASAlert',
    id: wire._id,
    idValue: toInt(wire.idValue),
    timestamp: fromEpochMs(wire.timestamp),
    title: wire.title ?? null,
    description: wire.description ?? null,
    isMarkdown: wire.isMarkdown ?? null,
    isPreview: wire.isPreview ?? null,
    isSystemAlert: wire.isSystemAlert ?? null,
    entities: wire.entities.map(toEntity),
    ...toCodes(wire),
    evidence: wire.evidence ?? null,
    audits: wire.audits,
    threatScore: wire.threatScore,
    ...toClosing(wire),
    contextId: wire.contextId ?? null,
    url: wire.URL ?? null,
  };
}

type CodeFields =
  | 'status'
  | 'rawStatus'
  | 'severity'
  | 'rawSeverity'
  | 'resolutionStatus'
  | 'rawResolutionStatus'
  | 'stories'
  | 'rawStories'
  | 'intent'
  | 'rawIntent';

function toCodes(wire: AlertWire): Pick<MCASAlert, CodeFields> {
  return {
    status: mcasAlertStatus.fromCode(wire.statusValue),
    rawStatus: toRawCode(wire.statusValue),
    severity: mcasAlertSeverity.fromCode(wire.severityValue),
    rawSeverity: toRawCode(wire.severityValue),
    resolutionStatus: mcasResolutionStatus.fromCode(wire.resolutionStatusValue),
    rawResolutionStatus: toRawCode(wire.resolutionStatusValue),
    stories: wire.stories.map((code) => mcasStory.fromCode(code)),
    rawStories: wire.stories.map(String),
    intent: wire.intent.map((code) => mcasIntent.fromCode(code)),
    rawIntent: wire.intent.map(String),
  };
}

/** An open alert has an empty comment. */
function toClosing(wire: AlertWire): Pick<MCASAlert, 'comment' | 'handledByUser' | 'resolveTime'> {
  return {
    comment: wire.comment || null,
    handledByUser: wire.handledByUser || null,
    resolveTime: fromWireTime(wire.resolveTime),
  };
}

function toEntity(entity: AlertWire['entities'][number]): MCASAlertEntity {
  return {
    type: entity.type ?? null,
    id: entity.id ?? null,
    label: entity.label ?? null,
    accountId: accountIdOf(entity),
    saasId: toInt(entity.saas),
    instanceId: toInt(entity.inst),
    principalName: entity.pa ?? null,
    email: entity.em ?? null,
    entityType: toInt(entity.entityType),
    entityRole: entity.entityRole ?? null,
    policyType: entity.policyType ?? null,
    triggeredAlert: entity.triggeredAlert ?? null,
  };
}

function accountIdOf({ type, id, saas, inst }: AlertWire['entities'][number]): string | null {
  const saasId = toInt(saas);
  if (type !== 'account' || !id || saasId === null) return null;
  return toAccountId({ id, saas: saasId, inst: toInt(inst) ?? 0 });
}
