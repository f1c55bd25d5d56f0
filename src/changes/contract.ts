import type { Alert } from '../schema/types/alert.type.js';

export type ChangeKind = 'CREATED' | 'UPDATED' | 'REMOVED' | 'RESYNC';
export type DetectedBy = 'POLL' | 'NOTIFICATION' | 'MUTATION';

/** State of an alert before a change, as far as it was remembered; all of it is null when the alert was not known. */
export interface AlertSnapshot {
  readonly status: string | null;
  readonly severity: string | null;
  readonly assignedTo: string | null;
  readonly classification: string | null;
  readonly determination: string | null;
  readonly lastUpdateDateTime: string | null;
}

/** One entry of the change journal of alerts. Immutable once it has a cursor. */
export interface AlertChange {
  /** Epoch and dense sequence; later changes have later cursors. */
  readonly cursor: string;
  readonly change: ChangeKind;
  /** The alert as the change left it; null with `RESYNC` and `REMOVED`. */
  readonly alert: Alert | null;
  readonly previous: AlertSnapshot | null;
  /** GraphQL names of the fields that differ from what was remembered; empty with `CREATED`. */
  readonly changedFields: readonly string[];
  readonly detectedBy: DetectedBy;
  /** RFC 3339, the upstream's clock where it is known. */
  readonly detectedAt: string;
  /** Why a client has to read its list again; only with `RESYNC`. */
  readonly reason: string | null;
}

/** Where alert changes come together: pollers and mutations record, subscriptions listen. */
export interface AlertChanges {
  /** Compares with the durable head of the alert, journals if it is news, and tells listeners. Returns the cursor after it. */
  recordMutation(alert: Alert): Promise<string>;
  /** Changes recorded after the call, in order. A listener that falls too far behind gets one `RESYNC` in place of what it missed. */
  listen(signal: AbortSignal): AsyncIterableIterator<AlertChange>;
  /** Cursor of the newest recorded change. */
  cursor(): string;
}

/** How the poller reads alerts, whatever the dialect. */
export interface AlertFeedSource {
  /** Rows with last update ≥ `from` in rising order, at most `top`, after `skip` rows. */
  read(request: AlertFeedRequest): Promise<AlertFeedPage>;
}

export interface AlertFeedRequest {
  readonly from: string;
  /** Upper bound, inclusive; absent = open. */
  readonly to?: string;
  readonly skip: number;
  readonly top: number;
  readonly signal: AbortSignal;
}

export interface AlertFeedPage {
  readonly rows: readonly Alert[];
  /** The upstream's own clock at the answer (`Date` header), RFC 3339. */
  readonly upstreamDate: string;
  /** Rows that match in all, when the upstream says. */
  readonly count?: number;
}
