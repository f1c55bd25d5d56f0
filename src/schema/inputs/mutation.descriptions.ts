/** Meaning of the members that mutations have in common. */
export const idempotencyKeyDescription =
  'A key of the caller, 1 to 255 characters. A repeat with the same key and input answers the first outcome and writes nothing.';

/** @param what The object with its article removed, such as `alert`. @param field Its last-update field. */
export function expectedLastUpdateDescription(what: string, field = 'lastUpdateDateTime'): string {
  return `\`${field}\` of the ${what} that the caller saw, compared at 100 ns. When the ${what} has changed since, nothing is written and the error is \`CONFLICT\`. The upstream has no conditional write: a change by another console in the instant between our check and our write cannot be excluded.`;
}
