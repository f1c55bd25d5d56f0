import type { Alert } from '../../schema/types/alert.type.js';

/** Puts our own recent writes over what an upstream that lags still answers. Applied to every alert that is read. */
export interface AlertOverlay {
  /** The alert with the written fields that the upstream does not show yet; the same object when there are none. */
  apply(alert: Alert): Alert;
}

/** For readers beside which nobody writes. */
export const noOverlay: AlertOverlay = { apply: (alert) => alert };
