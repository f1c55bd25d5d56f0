/**
 * A text that sorts as the instant does, at 100 ns: UTC with seven fraction digits. JavaScript's `Date` would cut the
 * services' seven digits to three. `undefined` when `value` is no date.
 */
export function instantKey(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.length === 28 && value.endsWith('Z')) return value;
  const match = /^(\d{4}-\d{2}-\d{2})(?:[Tt](\d{2}:\d{2})(?::(\d{2})(?:\.(\d+))?)?([Zz]|[+-]\d{2}:\d{2}))?$/.exec(
    value,
  );
  if (match === null) return undefined;
  const [, date, time = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match;
  const ms = Date.parse(`${date}T${time}:${seconds}${zone.toUpperCase()}`);
  if (Number.isNaN(ms)) return undefined;
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction.padEnd(7, '0').slice(0, 7)}Z`;
}
