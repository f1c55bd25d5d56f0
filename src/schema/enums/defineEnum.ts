import { registerEnumType } from 'type-graphql';

/** A GraphQL enum over an upstream's closed or growing list of words. */
export interface WireEnum {
  /** The object to hand to `@Field(() => …)`; member name = member value. */
  readonly type: Readonly<Record<string, string>>;
  /** GraphQL member for an upstream word, compared without case; `UNRECOGNIZED` for its sentinel and for words we do not know; null for null. */
  fromWire(word: string | null | undefined): string | null;
  /** The upstream's word for a GraphQL member; `undefined` for members that cannot be sent (`UNRECOGNIZED`). */
  toWire(member: string): string | undefined;
}

export interface WireEnumDefinition {
  readonly name: string;
  readonly description: string;
  /** Upstream word → description of the member. */
  readonly words: Readonly<Record<string, string>>;
  /** Words that the upstream still sends but refuses to receive. */
  readonly readOnly?: readonly string[];
}

const unrecognized = 'UNRECOGNIZED';

/** Registers the enum with type-graphql and returns its codec. Call it once, at module level. */
export function defineEnum(definition: WireEnumDefinition): WireEnum {
  const words = Object.entries(definition.words);
  const memberOfWord = new Map(words.map(([word]) => [word.toLowerCase(), toEnumMember(word)]));
  const readOnly = new Set(definition.readOnly ?? []);
  const wordOfMember = new Map(
    words.filter(([word]) => !readOnly.has(word)).map(([word]) => [toEnumMember(word), word]),
  );
  const members = [...new Set([...memberOfWord.values(), unrecognized])];
  const type = Object.fromEntries(members.map((member) => [member, member]));
  const described = words.map(([word, description]) => [toEnumMember(word), { description }]);
  const fallback = [
    unrecognized,
    { description: "The upstream's sentinel, or a word that this schema does not know yet; the `raw…` twin holds it." },
  ];
  registerEnumType(type, {
    name: definition.name,
    description: definition.description,
    valuesConfig: Object.fromEntries([...described, fallback]),
  });
  return {
    type,
    fromWire: (word) =>
      word === null || word === undefined ? null : (memberOfWord.get(word.toLowerCase()) ?? unrecognized),
    toWire: (member) => wordOfMember.get(member),
  };
}

/** UPPER_SNAKE_CASE of a camelCase word: runs of capitals stay whole, digits stay with the letters on their left. */
export function toEnumMember(word: string): string {
  return word
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}
