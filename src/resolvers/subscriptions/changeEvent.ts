import type { Change } from '../../changes/contract.js';
import type { ChangeEvent } from '../../schema/types/change.type.js';

/** What every event says, whatever it is about. */
export function toChangeEvent(change: Change): ChangeEvent {
  const { cursor, change: kind, changedFields, detectedBy, detectedAt, reason } = change;
  return { cursor, change: kind, changedFields, detectedBy, detectedAt, reason };
}

/** Description of the argument `after` of every subscription. */
export const afterDescription =
  'Cursor of the last change that you handled, of an event, a mutation or `changeCursor`: what came behind it is told first, then what happens. Absent: from now on. A cursor that is too old, or of another journal, begins with one `RESYNC`.';

/** Ends the description of every subscription. */
export const deliveryDescription =
  'Each change once and in order. Joins of an event are made of what the gateway holds and cost no call. Refused with `FORBIDDEN` while the gateway acts on behalf of its callers. Needs Security.Read.';
