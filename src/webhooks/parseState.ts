import { noWebhooks, type WebhookState, webhookState } from './contract.js';

/**
 * Reads a stored state. What cannot be read counts as nothing: registrations that stand at Microsoft Graph all the same
 * are found there by their address, and replaced.
 */
export function parseState(text: string | undefined): WebhookState {
  if (text === undefined) return noWebhooks;
  try {
    return webhookState.parse(JSON.parse(text));
  } catch {
    return noWebhooks;
  }
}
