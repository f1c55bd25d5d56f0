import { UserInputError } from '../../errors/GatewayError.js';
import { fromTicks, toTicks } from '../../time/instant.js';

const maxMinutes = 1_440;
const ticksPerMinute = 600_000_000n;

/**
 * The span from some minutes before an instant to as many after it; null when there is no instant.
 * @throws {UserInputError} when `minutes` is no whole number from 1 to 1440.
 */
export function spanAround(
  instant: string | null,
  minutes: number,
): { readonly from: string; readonly to: string } | null {
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > maxMinutes) {
    throw new UserInputError(`"windowMinutes" wants a whole number from 1 to ${maxMinutes}; got ${minutes}.`, {
      argument: 'windowMinutes',
    });
  }
  const ticks = instant === null ? undefined : toTicks(instant);
  if (ticks === undefined) return null;
  const reach = BigInt(minutes) * ticksPerMinute;
  return { from: fromTicks(ticks - reach), to: fromTicks(ticks + reach) };
}
