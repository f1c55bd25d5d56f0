import type { SecureScoreControlProfile } from '../../schema/types/secureScoreControlProfile.type.js';
import type { UpstreamCall } from '../../upstream/contract.js';
import { toPathSegment } from '../pathSegment.js';
import { toControlProfile } from './map.js';
import { controlProfileWire } from './wire.js';

/** A decision in the upstream's words; members that are absent are not sent. */
export interface ControlDecision {
  readonly state: string;
  readonly assignedTo: string | null;
  readonly comment?: string;
}

/** Documents and answers show this vendor only. */
const scoreVendor = { provider: 'SecureScore', providerVersion: null, subProvider: null, vendor: 'Microsoft' };

/** @throws {UserInputError} when the text cannot be an id. */
export function profileCall(id: string): UpstreamCall<SecureScoreControlProfile> {
  return {
    operation: 'secureScoreControlProfiles.get',
    method: 'GET',
    path: profilePath(id),
    permission: 'SecurityEvents.Read.All',
    parse: parseProfile,
  };
}

/**
 * Appends a decision, so that a repeat would append it twice. The vendor is required; without `Prefer` the answer has no
 * body.
 * @see https://learn.microsoft.com/en-us/graph/api/securescorecontrolprofile-update
 */
export function decideCall(
  { id, vendorInformation }: SecureScoreControlProfile,
  decision: ControlDecision,
): UpstreamCall<SecureScoreControlProfile | null> {
  return {
    operation: 'secureScoreControlProfiles.update',
    method: 'PATCH',
    path: profilePath(id),
    headers: { Prefer: 'return=representation' },
    body: { vendorInformation: vendorInformation ?? scoreVendor, ...decision },
    safeToRepeat: false,
    permission: 'SecurityEvents.ReadWrite.All',
    parse: (body) => (body === undefined || body === null ? null : parseProfile(body)),
  };
}

function parseProfile(body: unknown): SecureScoreControlProfile {
  return toControlProfile(controlProfileWire.parse(body));
}

function profilePath(id: string): string {
  return `/v1.0/security/secureScoreControlProfiles/${toPathSegment(id)}`;
}
