import { type ConstDirectiveNode, Kind } from 'graphql';

/** An argument of a directive that is text or the name of an enum value; undefined: it is absent or something else. */
export function textOf(directive: ConstDirectiveNode | undefined, argument: string): string | undefined {
  const value = valueOf(directive, argument);
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

/** Whether an argument of a directive is `true`. */
export function isTrue(directive: ConstDirectiveNode | undefined, argument: string): boolean {
  const value = valueOf(directive, argument);
  return value?.kind === Kind.BOOLEAN && value.value;
}

function valueOf(directive: ConstDirectiveNode | undefined, argument: string) {
  return directive?.arguments?.find(({ name }) => name.value === argument)?.value;
}
