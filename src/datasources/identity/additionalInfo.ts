/** `additionalInfo` of a risk detection, taken apart. */
export interface AdditionalInfo {
  /** The text as it came; null when there was none. */
  readonly raw: string | null;
  /** The JSON in it; null when there was none or it is malformed. */
  readonly json: unknown;
  /** Values by key in lower case. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** Parses the text that the upstream sends: JSON, a list of `Key` and `Value` pairs. Never throws. */
export function readAdditionalInfo(info: unknown): AdditionalInfo {
  if (info === null || info === undefined || info === '') return { raw: null, json: null, values: new Map() };
  const raw = typeof info === 'string' ? info : JSON.stringify(info);
  const json = typeof info === 'string' ? parseJson(info) : info;
  return { raw, json: json ?? null, values: toValues(json) };
}

/** The first of the keys that is there; keys compare without case. */
export function infoValue(info: AdditionalInfo, ...keys: string[]): unknown {
  return keys.map((key) => info.values.get(key.toLowerCase())).find((value) => value !== undefined && value !== null);
}

/** The first of the keys that holds a text which says something; null when none does. */
export function infoText(info: AdditionalInfo, ...keys: string[]): string | null {
  const texts = keys.map((key) => info.values.get(key.toLowerCase()));
  return texts.find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? null;
}

/** Texts of a list, also of one that is written as JSON in a text or as a single text. */
export function infoTexts(info: AdditionalInfo, key: string): string[] {
  const value = infoValue(info, key);
  const list = typeof value === 'string' ? (parseJson(value) ?? [value]) : value;
  return (Array.isArray(list) ? list : []).filter((item) => typeof item === 'string' && item !== '');
}

/** Members of an object by name in lower case; none when it is no object. */
export function toMembers(value: unknown): ReadonlyMap<string, unknown> {
  if (value === null || typeof value !== 'object') return new Map();
  return new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
}

/** `undefined` when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toValues(json: unknown): ReadonlyMap<string, unknown> {
  if (!Array.isArray(json)) return toMembers(json);
  const pairs = json.map(toMembers).flatMap((members): [string, unknown][] => {
    const key = members.get('key');
    return typeof key === 'string' ? [[key.toLowerCase(), members.get('value')]] : [];
  });
  return new Map(pairs);
}
