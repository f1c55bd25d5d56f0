import { mcasActivityType, mcasDeviceType } from '../../schema/enums/mcas.enums.js';
import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';
import { fromEpochMs } from './time.js';
import type { ActivityWire } from './wire.js';

/** An activity of Cloud Apps as ours. */
export function toMcasActivity(wire: ActivityWire): MCASActivity {
  return {
    __typename: 'MCASActivity',
    id: wire._id,
    ...toTimes(wire),
    ...toEvent(wire),
    ...toApp(wire),
    device: toDevice(wire.device),
    location: toLocation(wire.location),
    userName: wire.user?.userName ?? wire.failedUserData?.userName ?? null,
    userTags: wire.user?.userTags ?? [],
    userAgent: toUserAgent(wire.userAgent),
    mainInfo: toMainInfo(wire.mainInfo),
    resolvedActor: toActor(wire.resolvedActor),
    entityData: wire.entityData.map(toEntity),
    classifications: wire.classifications,
    sessionId: wire.session?.sessionId ?? null,
    rawDataJson: wire.rawDataJson ?? null,
  };
}

function toTimes(wire: ActivityWire): Pick<MCASActivity, 'timestamp' | 'created' | 'instantiation'> {
  return {
    timestamp: fromEpochMs(wire.timestamp),
    created: fromEpochMs(wire.created),
    instantiation: fromEpochMs(wire.instantiation),
  };
}

type EventFields =
  | 'eventType'
  | 'eventTypeName'
  | 'eventTypeValue'
  | 'genericEventType'
  | 'actionType'
  | 'description'
  | 'severity'
  | 'confidenceLevel';

function toEvent(wire: ActivityWire): Pick<MCASActivity, EventFields> {
  return {
    eventType: toInt(wire.eventType),
    eventTypeName: wire.eventTypeName ?? null,
    eventTypeValue: wire.eventTypeValue ?? null,
    genericEventType: wire.genericEventType ?? null,
    actionType: wire.actionType ?? null,
    description: wire.description ?? null,
    severity: wire.severity ?? null,
    confidenceLevel: toInt(wire.confidenceLevel),
  };
}

function toApp(wire: ActivityWire): Pick<MCASActivity, 'appId' | 'appName' | 'saasId' | 'instanceId' | 'source'> {
  const instances = [
    wire.instanceId,
    wire.resolvedActor?.instanceId,
    ...wire.entityData.map((entity) => entity.id?.inst),
  ];
  return {
    appId: toInt(wire.appId),
    appName: wire.appName ?? null,
    saasId: toInt(wire.saasId),
    instanceId: toInt(instances.find((instance) => typeof instance === 'number')),
    source: toInt(wire.source),
  };
}

function toDevice(wire: ActivityWire['device']): MCASActivity['device'] {
  if (!wire) return null;
  return { clientIP: wire.clientIP ?? null, userAgent: wire.userAgent ?? null, countryCode: wire.countryCode ?? null };
}

function toLocation(wire: ActivityWire['location']): MCASActivity['location'] {
  if (!wire) return null;
  return {
    countryCode: wire.countryCode ?? null,
    city: wire.city ?? null,
    region: wire.region ?? null,
    regionCode: wire.regionCode ?? null,
    postalCode: wire.postalCode ?? null,
    latitude: wire.latitude,
    longitude: wire.longitude,
    carrier: wire.carrier ?? null,
    organization: wire.organizationSearchable ?? null,
    anonymousProxy: wire.anonymousProxy ?? null,
    isSatelliteProvider: wire.isSatelliteProvider ?? null,
    category: toInt(wire.category),
    categoryValue: wire.categoryValue ?? null,
    ipTags: wire.ipTags,
  };
}

function toUserAgent(wire: ActivityWire['userAgent']): MCASActivity['userAgent'] {
  if (!wire) return null;
  const system = [wire.operatingSystem?.name, wire.operatingSystem?.version].filter(Boolean).join(' ');
  return {
    family: wire.family ?? null,
    name: wire.name ?? null,
    version: wire.version ?? null,
    operatingSystem: system || (wire.os ?? null),
    type: wire.typeName ?? wire.type ?? null,
    deviceType: mcasDeviceType.fromWire(wire.deviceType),
    rawDeviceType: wire.deviceType ?? null,
    nativeBrowser: wire.nativeBrowser ?? null,
    tags: wire.tags,
  };
}

function toMainInfo(wire: ActivityWire['mainInfo']): MCASActivity['mainInfo'] {
  if (!wire) return null;
  return {
    type: mcasActivityType.fromWire(wire.type),
    rawType: wire.type ?? null,
    rawOperationName: wire.rawOperationName ?? null,
    prettyOperationName: wire.prettyOperationName ?? null,
    isSuccess: wire.activityResult?.isSuccess ?? null,
    resultMessage: wire.activityResult?.message ?? null,
    eventObjects: wire.eventObjects.map((object) => ({
      id: object.id ?? null,
      name: object.name ?? null,
      value: toText(object.value),
      objType: toInt(object.objType),
      role: toInt(object.role),
      serviceObjectType: object.serviceObjectType ?? null,
      saasId: toInt(object.saasId),
      instanceId: toInt(object.instanceId),
    })),
  };
}

function toActor(wire: ActivityWire['resolvedActor']): MCASActivity['resolvedActor'] {
  if (!wire) return null;
  return {
    id: wire.id ?? null,
    name: wire.name ?? null,
    saasId: toInt(wire.saasId),
    instanceId: toInt(wire.instanceId),
    resolved: wire.resolved ?? null,
    tags: wire.tags,
  };
}

function toEntity(wire: ActivityWire['entityData'][number]): MCASActivity['entityData'][number] {
  return {
    id: wire.id?.id ?? null,
    displayName: wire.displayName ?? null,
    saasId: toInt(wire.id?.saas),
    instanceId: toInt(wire.id?.inst),
    resolved: wire.resolved ?? null,
  };
}

/** Numbers that do not fit GraphQL's 32-bit `Int` are null. */
export function toInt(value: number | null | undefined): number | null {
  return typeof value === 'number' && value === (Math.trunc(value) | 0) ? value : null;
}

/** Parameters have values of any type; what is no text is shown as JSON. */
function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
