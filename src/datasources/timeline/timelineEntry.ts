import type { Alert } from '../../schema/types/alert.type.js';
import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import { compareInstants } from '../../time/instant.js';
import type { KeysetPosition } from '../paging/cursor.js';

/** What a timeline holds. */
export type TimelineItem = Alert | RiskEvent | MCASActivity;

/** The time at which an item stands in a timeline; null when its upstream tells none. */
export function occurredAtOf(item: TimelineItem): string | null {
  switch (item.__typename) {
    case 'Alert':
      return item.createdDateTime;
    case 'MCASActivity':
      return item.timestamp;
    default:
      return item.activityDateTime ?? item.detectedDateTime;
  }
}

/** Where an item stands: ids of different systems may be equal, so the system is part of it. */
export function positionOf(item: TimelineItem): KeysetPosition {
  return { order: occurredAtOf(item) ?? '', id: `${systemOf(item)} ${item.id}` };
}

/** Newest first, those without a time last; equal times by system and id. */
export function comparePositions(a: KeysetPosition, b: KeysetPosition): number {
  return compareInstants(b.order, a.order) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function systemOf(item: TimelineItem): string {
  if (item.__typename === 'Alert') return 'alert';
  return item.__typename === 'MCASActivity' ? 'mcas' : 'risk';
}
