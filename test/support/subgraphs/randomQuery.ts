import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

export interface RandomQueryOptions {
  /** In [0, 1). */
  readonly random: () => number;
  /** Values for ids and strings, as GraphQL text. */
  readonly texts: readonly string[];
  /** How many objects a selection goes down from the root. */
  readonly depth: number;
  /** Fields that are not asked for, such as `User.name`. */
  readonly without?: readonly string[] | undefined;
}

/**
 * A valid query that selects here and there. Every field has a name of its own, so that selections of one object never
 * conflict; `$yes` and `$no` are conditions, whose defaults are what they are called.
 */
export function randomQuery(schema: GraphQLSchema, options: RandomQueryOptions): string {
  const root = schema.getQueryType();
  if (!root) throw new Error('Wanted a schema with queries.');
  const body = new QueryWriter(schema, options).selection(root, options.depth);
  // Variables have to be used, whatever chance makes of the rest.
  return `query($yes: Boolean = true, $no: Boolean = false) {
    used: __typename @include(if: $yes) unused: __typename @include(if: $no) ${body}
  }`;
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

class QueryWriter {
  #names = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly options: RandomQueryOptions,
  ) {}

  selection(type: GraphQLNamedType, depth: number): string {
    const parts = isAbstractType(type)
      ? [...(isInterfaceType(type) ? this.#fields(type, depth) : []), ...this.#fragments(type, depth)]
      : this.#fields(type as GraphQLObjectType, depth);
    if (parts.length === 0 || this.#happens(0.2)) parts.unshift(`${this.#name()}: __typename`);
    return parts.join(' ');
  }

  #fragments(type: Parameters<GraphQLSchema['getPossibleTypes']>[0], depth: number): string[] {
    return this.schema
      .getPossibleTypes(type)
      .filter(() => this.#happens(0.6))
      .map((possible) => `... on ${possible.name}${this.#condition()} { ${this.selection(possible, depth)} }`);
  }

  #fields(type: GraphQLObjectType | GraphQLInterfaceType, depth: number): string[] {
    return Object.values(type.getFields())
      .filter(({ name }) => this.#happens(0.5) && this.options.without?.includes(`${type.name}.${name}`) !== true)
      .filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)))
      .map((field) => this.#field(field, depth));
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const named = getNamedType(field.type);
    const below = isCompositeType(named) ? ` { ${this.selection(named, depth - 1)} }` : '';
    return `${this.#name()}: ${field.name}${this.#arguments(field.args)}${this.#condition()}${below}`;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const given = args.filter((arg) => isRequiredArgument(arg) || this.#happens(0.3));
    return given.length === 0 ? '' : `(${given.map((arg) => `${arg.name}: ${this.#value(arg.type)}`).join(', ')})`;
  }

  #value(type: GraphQLInputType): string {
    if (isNonNullType(type)) return this.#value(type.ofType);
    if (isListType(type)) return `[${this.#value(type.ofType)}]`;
    if (isEnumType(type)) return this.#oneOf(type.getValues()).name;
    if (isInputObjectType(type)) {
      const given = Object.values(type.getFields()).filter(
        (field) => isRequiredInputField(field) || this.#happens(0.3),
      );
      return `{ ${given.map((field) => `${field.name}: ${this.#value(field.type)}`).join(', ')} }`;
    }
    return { Int: '2', Boolean: 'true', Float: '1.5' }[type.name] ?? this.#oneOf(this.options.texts);
  }

  #condition(): string {
    if (!this.#happens(0.12)) return '';
    return this.#oneOf([' @include(if: $yes)', ' @skip(if: $yes)', ' @include(if: $no)', ' @skip(if: $no)']);
  }

  #name(): string {
    this.#names += 1;
    return `f${this.#names}`;
  }

  #happens(chance: number): boolean {
    return this.options.random() < chance;
  }

  #oneOf<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.options.random() * values.length)];
    if (value === undefined) throw new Error('Wanted values to choose from, got none.');
    return value;
  }
}
