import { cloudTenantNumber } from './activityKinds.js';
import type { Row } from './Tenant.js';

/** An activity of the Cloud Apps portal itself, as closing an alert leaves one. Its `entityData` is a list. */
export function buildPortalActivity(facts: {
  id: string;
  atMs: number;
  actor: string;
  category: 'RESOLVE_ALERT' | 'DISMISS_ALERT';
  alert: Row;
  comment: string;
}): Row {
  const { alert, atMs, actor } = facts;
  const resolved = facts.category === 'RESOLVE_ALERT';
  return {
    _id: facts.id,
    uid: facts.id,
    tenantId: cloudTenantNumber,
    appId: 20595,
    saasId: 20595,
    appName: 'Microsoft Defender for Cloud Apps',
    timestamp: atMs,
    timestampRaw: atMs,
    instantiation: atMs,
    instantiationRaw: atMs,
    created: atMs,
    createdRaw: atMs,
    eventType: resolved ? 917_543 : 917_544,
    eventTypeValue: resolved ? 'EVENT_ADALLOM_ALERT_RESOLVED' : 'EVENT_ADALLOM_ALERT_DISMISSED',
    eventTypeName: `EVENT_CATEGORY_${facts.category}`,
    genericEventType: 'ENUM_ACTIVITY_GENERIC_TYPE_ADMIN',
    description: `${resolved ? 'Resolve' : 'Dismiss'} alert: <b>${alert.title}</b>`,
    description_id: 'EVENT_DESCRIPTION_ALERT_CLOSED',
    description_metadata: { alert_title: alert.title },
    severity: 'INFO',
    confidenceLevel: 30,
    device: { clientIP: '203.0.113.10', userAgent: 'Mozilla/5.0', countryCode: 'US' },
    location: {
      countryCode: 'US',
      latitude: 47.6,
      longitude: -122.3,
      organizationSearchable: 'Cascadia Fiber',
      anonymousProxy: false,
      isSatelliteProvider: false,
      category: 0,
      categoryValue: 'NONE',
    },
    user: { userName: actor, userTags: [] },
    userAgent: {
      family: 'UNKNOWN',
      name: 'Unknown',
      deviceType: 'DESKTOP',
      nativeBrowser: false,
      type: 'Browser',
      typeName: 'Browser',
      operatingSystem: { name: 'Unknown', family: 'Unknown' },
    },
    internals: { otherIPs: [] },
    mainInfo: { type: 'basic', rawOperationName: facts.category, eventObjects: [] },
    resolvedActor: {
      id: actor,
      name: actor,
      saasId: '11161',
      instanceId: '0',
      objType: '21',
      role: '4',
      resolved: true,
      tags: [],
    },
    entityData: [{ displayName: actor, id: { id: actor, saas: 11161, inst: 0 }, resolved: true }],
    eventRouting: { auditing: true, adminEvent: true },
    classifications: [],
    adallom: {
      alertUid: alert._id,
      alertTitle: alert.title,
      alertSeverity: alert.severityValue,
      comment: facts.comment,
      count: 1,
    },
  };
}
