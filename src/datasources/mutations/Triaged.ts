import type { AlertComment } from '../../schema/types/alert.type.js';

/** Comments of alerts and incidents have one shape. */
export type TriagedComment = AlertComment;

/** What alerts and incidents have in common: analysts change their fields and append comments. */
export interface Triaged {
  readonly id: string;
  readonly lastUpdateDateTime: string | null;
  readonly comments: readonly TriagedComment[];
}
