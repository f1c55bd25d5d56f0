import { alertSeverity } from '../../schema/enums/alert.enums.js';
import type { Alert, AlertComment, AlertVendorInformation } from '../../schema/types/alert.type.js';
import { legacyEvidenceItems } from './legacyEvidence.js';
import { classificationFromLegacy, serviceSourceFromLegacy, statusFromLegacy } from './legacyWords.js';
import { mapEvidence } from './mapEvidence.js';
import { filledText, instant, int32, isWireObject, texts } from './readers.js';
import type { WireLegacyAlert } from './wire.js';

/**
 * A legacy alert as our domain object, by Microsoft's migration table. Empty text is null: the legacy API writes it where
 * there is nothing. Members without a counterpart are kept in `additionalData`.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/alert
 */
export function mapLegacyAlert(wire: WireLegacyAlert): Alert {
  return {
    __typename: 'Alert',
    id: wire.id,
    ...textFields(wire),
    ...wordFields(wire),
    ...timeFields(wire),
    ...listFields(wire),
  };
}

type TextFields = Pick<
  Alert,
  | 'actorDisplayName'
  | 'alertPolicyId'
  | 'alertWebUrl'
  | 'assignedTo'
  | 'category'
  | 'description'
  | 'detectorId'
  | 'incidentId'
  | 'incidentWebUrl'
  | 'productName'
  | 'providerAlertId'
  | 'recommendedActions'
  | 'tenantId'
  | 'threatDisplayName'
  | 'threatFamilyName'
  | 'title'
  | 'confidence'
>;

function textFields(wire: WireLegacyAlert): TextFields {
  const malware = firstObject(wire.malwareStates);
  const pages = texts(wire.sourceMaterials);
  return {
    actorDisplayName: filledText(wire.activityGroupName),
    alertPolicyId: null,
    alertWebUrl: filledText(pages.find((page) => !isIncidentPage(page))),
    assignedTo: filledText(wire.assignedTo),
    category: filledText(wire.category),
    description: filledText(wire.description),
    detectorId: null,
    incidentId: filledText(texts(wire.incidentIds)[0]),
    incidentWebUrl: filledText(pages.find(isIncidentPage)),
    productName: filledText(vendorOf(wire)?.provider),
    providerAlertId: null,
    recommendedActions: filledText(linesOf(wire.recommendedActions).join('\n')),
    tenantId: filledText(wire.azureTenantId),
    threatDisplayName: filledText(malware.name),
    threatFamilyName: filledText(malware.family),
    title: filledText(wire.title),
    confidence: int32(wire.confidence),
  };
}

type WordFields = Pick<
  Alert,
  | 'classification'
  | 'rawClassification'
  | 'detectionSource'
  | 'rawDetectionSource'
  | 'determination'
  | 'rawDetermination'
  | 'investigationState'
  | 'rawInvestigationState'
  | 'serviceSource'
  | 'rawServiceSource'
  | 'severity'
  | 'rawSeverity'
  | 'status'
  | 'rawStatus'
>;

function wordFields(wire: WireLegacyAlert): WordFields {
  const feedback = filledText(wire.feedback);
  const provider = filledText(vendorOf(wire)?.provider);
  const severity = filledText(wire.severity);
  const status = filledText(wire.status);
  return {
    classification: classificationFromLegacy(feedback),
    rawClassification: feedback,
    detectionSource: null,
    rawDetectionSource: null,
    determination: null,
    rawDetermination: null,
    investigationState: null,
    rawInvestigationState: null,
    serviceSource: serviceSourceFromLegacy(provider),
    rawServiceSource: provider,
    severity: alertSeverity.fromWire(severity),
    rawSeverity: severity,
    status: statusFromLegacy(status),
    rawStatus: status,
  };
}

type TimeFields = Pick<
  Alert,
  'createdDateTime' | 'firstActivityDateTime' | 'lastActivityDateTime' | 'lastUpdateDateTime' | 'resolvedDateTime'
>;

function timeFields(wire: WireLegacyAlert): TimeFields {
  const event = instant(wire.eventDateTime);
  return {
    createdDateTime: instant(wire.createdDateTime),
    firstActivityDateTime: event,
    lastActivityDateTime: instant(wire.lastEventDateTime) ?? event,
    lastUpdateDateTime: instant(wire.lastModifiedDateTime),
    resolvedDateTime: instant(wire.closedDateTime),
  };
}

type ListFields = Pick<
  Alert,
  | 'additionalData'
  | 'categories'
  | 'comments'
  | 'customDetails'
  | 'evidence'
  | 'mitreTechniques'
  | 'systemTags'
  | 'tags'
  | 'vendorInformation'
>;

function listFields(wire: WireLegacyAlert): ListFields {
  const category = filledText(wire.category);
  return {
    additionalData: leftovers(wire),
    categories: category === null ? [] : [category],
    comments: linesOf(wire.comments).map(toComment),
    customDetails: null,
    evidence: legacyEvidenceItems(wire).map(mapEvidence),
    mitreTechniques: [],
    systemTags: [],
    tags: texts(wire.tags),
    vendorInformation: vendorOf(wire),
  };
}

const carriedOver = new Set([
  'id',
  'activityGroupName',
  'assignedTo',
  'category',
  'description',
  'incidentIds',
  'recommendedActions',
  'azureTenantId',
  'title',
  'confidence',
  'feedback',
  'severity',
  'status',
  'createdDateTime',
  'eventDateTime',
  'lastEventDateTime',
  'lastModifiedDateTime',
  'closedDateTime',
  'comments',
  'sourceMaterials',
  'tags',
  'vendorInformation',
]);

/** Members that no field holds, and the state lists with the details that evidence has no place for; null when there are none. */
function leftovers(wire: WireLegacyAlert): Record<string, unknown> | null {
  const kept = Object.entries(wire).filter(
    ([name, value]) => !name.startsWith('@odata.') && !carriedOver.has(name) && !isBlank(value),
  );
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function vendorOf(wire: WireLegacyAlert): AlertVendorInformation | null {
  const vendor = wire.vendorInformation;
  if (!isWireObject(vendor)) return null;
  return {
    provider: filledText(vendor.provider),
    providerVersion: filledText(vendor.providerVersion),
    subProvider: filledText(vendor.subProvider),
    vendor: filledText(vendor.vendor),
  };
}

/** Text or a list of texts, as the API changed over the years; blank lines are left out. */
function linesOf(value: unknown): string[] {
  return (typeof value === 'string' ? [value] : texts(value)).filter((line) => line.trim() !== '');
}

function toComment(comment: string): AlertComment {
  return { comment, createdByDisplayName: null, createdDateTime: null };
}

function firstObject(value: unknown): Readonly<Record<string, unknown>> {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return isWireObject(first) ? first : {};
}

function isIncidentPage(page: string): boolean {
  return /\/incidents?\//i.test(page);
}
