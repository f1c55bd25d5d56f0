import { toRawCode } from '../../../schema/enums/defineCodedEnum.js';
import {
  mcasBuiltInStreamType,
  mcasStreamEntityType,
  mcasStreamTrafficType,
  mcasStreamType,
} from '../../../schema/enums/mcasInventory.enums.js';
import type { MCASDiscoveryCategory, MCASDiscoveryStream } from '../../../schema/types/mcasDiscovery.type.js';
import { toInt } from '../map.js';
import { fromWireTime } from '../time.js';
import { categoryName } from './categoryName.js';
import type { CategoryWire, StreamWire } from './wire.js';

/** A discovery report as ours. */
export function toMcasDiscoveryStream(wire: StreamWire): MCASDiscoveryStream {
  return {
    __typename: 'MCASDiscoveryStream',
    id: wire._id ?? null,
    displayName: wire.displayName ?? null,
    comment: wire.comment || null,
    logType: toInt(wire.logType),
    receiverType: wire.receiverType ?? null,
    protocol: wire.protocol ?? null,
    ...toCodes(wire),
    isManual: wire.isManual ?? null,
    globalAggregated: wire.globalAggregated ?? null,
    anonymizeUsers: wire.anonymizeUsers ?? null,
    anonymizeMachines: wire.anonymizeMachines ?? null,
    created: fromWireTime(wire.created),
    lastModified: fromWireTime(wire.lastModified),
    lastDataReceived: fromWireTime(wire.lastDataReceived),
    lastAlertProcessingTime: fromWireTime(wire.lastAlertProcessingTime),
    logFilesHistoryCount: toCount(wire.logFilesHistoryCount),
    logFilesFailsCount: toCount(wire.logFilesFailsCount),
    timeFrames: wire.timeFrames ?? null,
    validTimeFrames: wire.validTimeFrames ?? null,
    sourceStreams: wire.sourceStreams ?? null,
  };
}

/** A category of apps as ours. */
export function toMcasDiscoveryCategory(wire: CategoryWire): MCASDiscoveryCategory {
  return {
    __typename: 'MCASDiscoveryCategory',
    id: wire.id,
    name: categoryName(wire.id),
    total: toCount(wire.total),
  };
}

type CodeFields =
  | 'streamType'
  | 'rawStreamType'
  | 'builtInStreamType'
  | 'rawBuiltInStreamType'
  | 'supportedEntityTypes'
  | 'rawSupportedEntityTypes'
  | 'supportedTrafficTypes'
  | 'rawSupportedTrafficTypes';

function toCodes(wire: StreamWire): Pick<MCASDiscoveryStream, CodeFields> {
  return {
    streamType: mcasStreamType.fromCode(wire.streamType),
    rawStreamType: toRawCode(wire.streamType),
    builtInStreamType: mcasBuiltInStreamType.fromCode(wire.builtInStreamType),
    rawBuiltInStreamType: toRawCode(wire.builtInStreamType),
    supportedEntityTypes: wire.supportedEntityTypes.map((code) => mcasStreamEntityType.fromCode(code)),
    rawSupportedEntityTypes: wire.supportedEntityTypes.map(String),
    supportedTrafficTypes: wire.supportedTrafficTypes.map((code) => mcasStreamTrafficType.fromCode(code)),
    rawSupportedTrafficTypes: wire.supportedTrafficTypes.map(String),
  };
}

function toCount(count: number | null): number | null {
  return Number.isSafeInteger(count) ? count : null;
}
