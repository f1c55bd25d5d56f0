import { isInstant } from '../../time/instant.js';

/**
 * Times that detectors write into free text, all in UTC unless they say otherwise: RFC 3339 with or without a zone,
 * `/Date(ms)/`, and American text such as `11/20/2026 10:00:00 AM` or `11/20/2026 10:00:00 AM +00:00`.
 * @returns RFC 3339, digits of the fraction kept; null when the text is no time.
 */
export function readLooseTime(text: string): string | null {
  const trimmed = text.trim();
  const isoLike = [trimmed, `${trimmed}Z`].find(isInstant);
  return isoLike ?? fromSerialDate(trimmed) ?? fromAmerican(trimmed);
}

/** The zone behind the milliseconds only says where the writer was. */
function fromSerialDate(text: string): string | null {
  const milliseconds = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(text)?.[1];
  if (milliseconds === undefined) return null;
  const date = new Date(Number(milliseconds));
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  return isInstant(iso) ? iso : null;
}

const american =
  /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,7})?)?(?:\s?([AP])M)?(?:\s?(Z|UTC|[+-]\d{2}:\d{2}))?$/i;

function fromAmerican(text: string): string | null {
  const match = american.exec(text);
  if (match === null) return null;
  const [, month = '', day = '', year, hour = '', minute, second = '00', fraction = '', half, zone = 'Z'] = match;
  const hours = half === undefined ? Number(hour) : toDayHour(Number(hour), half);
  const twoDigits = (value: string | number | undefined) => String(value).padStart(2, '0');
  const time = `${twoDigits(hours)}:${minute}:${second}${fraction}`;
  const iso = `${year}-${twoDigits(month)}-${twoDigits(day)}T${time}${/^utc$/i.test(zone) ? 'Z' : zone}`;
  return isInstant(iso) ? iso : null;
}

/** 12 AM is midnight and 12 PM is noon; what no clock shows stays what no day has. */
function toDayHour(hour: number, half: string): number {
  if (hour < 1 || hour > 12) return 99;
  return (hour % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
}
