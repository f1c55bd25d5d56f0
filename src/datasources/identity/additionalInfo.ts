import { z } from 'zod';
import type { SignInLocation } from '../../schema/types/location.type.js';
import { isInstant } from '../../time/instant.js';

/** `additionalInfo` of a risk detection, taken apart. */
export interface AdditionalInfo {
  /** The text as it came; null when there was none. */
  readonly raw: string | null;
  /** The JSON in it; null when there was none or it is malformed. */
  readonly json: unknown;
  /** Values by key in lower case. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** The earlier sign-in that an impossible journey is measured from. */
export interface PreviousSignIn {
  readonly previousLocation: SignInLocation | null;
  readonly previousIpAddress: string | null;
  readonly previousDateTime: string | null;
}

const pair = z.object({ Key: z.string(), Value: z.unknown().optional() });

/** Parses the text that the upstream sends: JSON, a list of `Key` and `Value` pairs. Never throws. */
export function readAdditionalInfo(info: unknown): AdditionalInfo {
  if (info === null || info === undefined || info === '') return { raw: null, json: null, values: new Map() };
  const raw = typeof info === 'string' ? info : JSON.stringify(info);
  const json = typeof info === 'string' ? parseJson(info) : info;
  return { raw, json: json ?? null, values: toValues(json) };
}

/** A text value of the info; null when it is absent, empty or no text. */
export function infoText(info: AdditionalInfo, key: string): string | null {
  const value = info.values.get(key.toLowerCase());
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * The earlier sign-in. `relatedLocation` is seen as an object with its own spelling (`countryCode`, `clientIP`), as such
 * an object in a text, and as plain text such as `Dublin, IE`.
 */
export function readPreviousSignIn(info: AdditionalInfo): PreviousSignIn {
  const related = info.values.get('relatedlocation');
  const place = typeof related === 'string' ? (parseJson(related) ?? related) : related;
  const members = toMembers(place);
  const time = infoText(info, 'relatedEventTimeInUtc');
  return {
    previousLocation: typeof place === 'string' ? fromPlaceText(place) : fromMembers(members),
    previousIpAddress: textOf(members, 'clientip', 'ipaddress') ?? infoText(info, 'relatedIpAddress'),
    previousDateTime: toInstant(time),
  };
}

/** Some times come without a zone; the key says that they are UTC. */
function toInstant(time: string | null): string | null {
  if (time === null) return null;
  return [time, `${time}Z`].find(isInstant) ?? null;
}

function toValues(json: unknown): ReadonlyMap<string, unknown> {
  if (!Array.isArray(json)) return toMembers(json);
  const pairs = json.flatMap((item) => pair.safeParse(item).data ?? []);
  return new Map(pairs.map(({ Key, Value }) => [Key.toLowerCase(), Value]));
}

function toMembers(value: unknown): ReadonlyMap<string, unknown> {
  if (value === null || typeof value !== 'object') return new Map();
  return new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
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
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

function numberOf(members: ReadonlyMap<string, unknown>, name: string): number | null {
  const value = members.get(name);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
