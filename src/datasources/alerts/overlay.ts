import type { Alert } from '../../schema/types/alert.type.js';
import type { Overlay } from '../mutations/PendingWrites.js';

/** Puts our own recent writes over what an upstream that lags still answers. Applied to every alert that is read. */
export type AlertOverlay = Overlay<Alert>;

/** For readers beside which nobody writes. */
export const noOverlay: AlertOverlay = { apply: (alert) => alert };
