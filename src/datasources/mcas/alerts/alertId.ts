const pattern = /^(?:ca)?([0-9a-f]{24})$/i;

/**
 * The id of an alert as Cloud Apps writes it: without the `ca` that Microsoft Graph puts in front, in lower case;
 * undefined when the text is no such id.
 */
export function toCloudAlertId(text: string): string | undefined {
  return pattern.exec(text)?.[1]?.toLowerCase();
}

/** The id under which Microsoft Graph shows a Cloud Apps alert. */
export function toGraphAlertId(id: string): string {
  return `ca${id}`;
}
