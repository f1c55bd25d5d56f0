import {
  alertClassification,
  alertDetermination,
  alertSeverity,
  alertStatus,
  detectionSource,
  investigationState,
  serviceSource,
} from '../../schema/enums/alert.enums.js';
import type { Alert, AlertComment } from '../../schema/types/alert.type.js';
import { mapEvidence } from './mapEvidence.js';
import { filledText, instant, isWireObject, readShape, type Shape, text, texts, word } from './readers.js';
import type { WireAlertV2 } from './wire.js';

const shape: Shape = {
  id: text,
  actorDisplayName: text,
  additionalData: openObject,
  alertPolicyId: text,
  alertWebUrl: text,
  assignedTo: filledText,
  categories: texts,
  category: text,
  classification: word(alertClassification),
  comments: mapComments,
  createdDateTime: instant,
  customDetails: openObject,
  description: text,
  detectionSource: word(detectionSource),
  detectorId: text,
  determination: word(alertDetermination),
  evidence: (value) => (Array.isArray(value) ? value.map(mapEvidence) : []),
  firstActivityDateTime: instant,
  lastActivityDateTime: instant,
  incidentId: filledText,
  incidentWebUrl: text,
  investigationState: word(investigationState),
  lastUpdateDateTime: instant,
  mitreTechniques: texts,
  productName: text,
  providerAlertId: text,
  recommendedActions: text,
  resolvedDateTime: instant,
  serviceSource: word(serviceSource),
  severity: word(alertSeverity),
  status: word(alertStatus),
  systemTags: texts,
  tenantId: text,
  threatDisplayName: text,
  threatFamilyName: text,
  title: text,
};

/** An alert of `security/alerts_v2` as our domain object. */
export function mapAlertV2(wire: WireAlertV2): Alert {
  // The shape above decides the fields; that it fills the type is proved by a test over the schema.
  const fields = readShape(shape, wire) as unknown as Alert;
  return { ...fields, __typename: 'Alert', vendorInformation: null, tags: [], confidence: null };
}

/** Comments in the upstream's order. `createdBy` and `createdTime` are the names in older examples. */
export function mapComments(value: unknown): AlertComment[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isWireObject).map((item) => ({
    comment: text(item.comment),
    createdByDisplayName: text(item.createdByDisplayName ?? item.createdBy),
    createdDateTime: instant(item.createdDateTime ?? item.createdTime),
  }));
}

/** An open dictionary without OData's own annotations; null when nothing is left. */
function openObject(value: unknown): Record<string, unknown> | null {
  if (!isWireObject(value)) return null;
  const entries = Object.entries(value).filter(([name]) => !name.includes('@odata.'));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
