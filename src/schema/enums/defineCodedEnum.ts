import { defineEnum } from './defineEnum.js';

/** A GraphQL enum over an upstream's list of numbers. */
export interface CodedEnum {
  /** The object to hand to `@Field(() => …)`; member name = member value. */
  readonly type: Readonly<Record<string, string>>;
  /** GraphQL member for an upstream number; `UNRECOGNIZED` for numbers that we do not know; null for none. */
  fromCode(code: number): string;
  fromCode(code: number | null | undefined): string | null;
  /** The upstream's number for a GraphQL member; `undefined` for `UNRECOGNIZED`. */
  toCode(member: string): number | undefined;
}

export interface CodedEnumDefinition {
  readonly name: string;
  readonly description: string;
  /** The upstream's number → GraphQL member and its description. */
  readonly codes: Readonly<Record<number, readonly [member: string, description: string]>>;
}

/** Registers the enum with type-graphql and returns its codec. Call it once, at module level. */
export function defineCodedEnum(definition: CodedEnumDefinition): CodedEnum {
  const codes = Object.entries(definition.codes).map(([code, [member]]) => [Number(code), member] as const);
  const words = Object.fromEntries(Object.values(definition.codes));
  const { type } = defineEnum({ name: definition.name, description: definition.description, words });
  const memberOfCode = new Map(codes);
  const codeOfMember = new Map(codes.map(([code, member]) => [member, code]));
  function fromCode(code: number): string;
  function fromCode(code: number | null | undefined): string | null;
  function fromCode(code: number | null | undefined): string | null {
    return code === null || code === undefined ? null : (memberOfCode.get(code) ?? 'UNRECOGNIZED');
  }
  return {
    type,
    fromCode,
    toCode: (member) => codeOfMember.get(member),
  };
}

/** The upstream's number as the text of a `raw…` twin. */
export function toRawCode(code: number | null | undefined): string | null {
  return code === null || code === undefined ? null : String(code);
}
