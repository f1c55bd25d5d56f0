import type { SignInLocation } from '../../schema/types/location.type.js';
import { type AdditionalInfo, infoText, infoValue, parseJson, toMembers } from './additionalInfo.js';
import { readLooseTime } from './looseTime.js';

/** The earlier sign-in that an impossible journey is measured from. */
export interface PreviousSignIn {
  readonly previousLocation: SignInLocation | null;
  readonly previousIpAddress: string | null;
  readonly previousDateTime: string | null;
  readonly previousUserAgent: string | null;
}

/** Names of one thing: those of today's `riskDetection`, then those of the retired `impossibleTravelRiskEvent`. */
const locationKeys = ['relatedLocation', 'previousLocation'];
const addressKeys = ['relatedIpAddress', 'relatedClientIp', 'relatedIp', 'previousIpAddress'];
const timeKeys = ['relatedEventTimeInUtc', 'relatedEventTime', 'previousSigninDateTime'];

/**
 * The earlier sign-in; members that are malformed are null. Its place is seen as an object with its own spelling
 * (`countryCode`, `clientIP`), as such an object in a text, and as plain text such as `Dublin, IE`.
 */
export function readPreviousSignIn(info: AdditionalInfo): PreviousSignIn {
  const related = infoValue(info, ...locationKeys);
  const place = typeof related === 'string' ? (parseJson(related) ?? related) : related;
  const members = toMembers(place);
  const time = infoText(info, ...timeKeys);
  return {
    previousLocation: typeof place === 'string' ? fromPlaceText(place) : fromMembers(members),
    previousIpAddress: textOf(members, 'clientip', 'ipaddress', 'ip') ?? infoText(info, ...addressKeys),
    previousDateTime: time === null ? null : readLooseTime(time),
    previousUserAgent: infoText(info, 'relatedUserAgent', 'previousUserAgent'),
  };
}

function fromMembers(members: ReadonlyMap<string, unknown>): SignInLocation | null {
  const inner = new Map([...members, ...toMembers(members.get('geocoordinates'))]);
  const latitude = numberOf(inner, 'latitude');
  const longitude = numberOf(inner, 'longitude');
  const altitude = numberOf(inner, 'altitude');
  const location = {
    city: textOf(members, 'city'),
    state: textOf(members, 'state'),
    countryOrRegion: textOf(members, 'countryorregion', 'countrycode', 'countryname', 'country'),
    geoCoordinates: latitude === null && longitude === null ? null : { altitude, latitude, longitude },
  };
  return Object.values(location).some((value) => value !== null) ? location : null;
}

/** `City, CC` or `City, State, CC`. */
function fromPlaceText(text: string): SignInLocation | null {
  const parts = text.split(',').map((part) => part.trim() || null);
  if (parts.every((part) => part === null)) return null;
  const [city, state, country] = parts.length > 2 ? parts : [parts[0], null, parts[1]];
  return { city: city ?? null, state: state ?? null, countryOrRegion: country ?? null, geoCoordinates: null };
}

function textOf(members: ReadonlyMap<string, unknown>, ...names: string[]): string | null {
  for (const name of names) {
    const value = members.get(name);
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return null;
}

/** Some writers send numbers as text. */
function numberOf(members: ReadonlyMap<string, unknown>, name: string): number | null {
  const value = members.get(name);
  const read = typeof value === 'string' && /^-?\d{1,10}(?:\.\d{1,20})?$/.test(value) ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : null;
}
