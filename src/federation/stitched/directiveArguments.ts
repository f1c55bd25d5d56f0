import { type ConstDirectiveNode, valueFromASTUntyped } from 'graphql';

/** The arguments of each directive of this name, in their order. */
export function argumentsOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  const named = (directives ?? []).filter((directive) => directive.name.value === name);
  return named.map((directive) =>
    Object.fromEntries(
      (directive.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
    ),
  );
}

/** The value, where it is text or the name of an enum value; else nothing. */
export function textOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : [];
}
