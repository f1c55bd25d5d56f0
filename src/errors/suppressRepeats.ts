import type { GraphQLFormattedError } from 'graphql';

/** Errors of one cause that an answer spells out; the rest are only counted. */
const maxRepeats = 20;

/**
 * Keeps the first errors of each pair of cause (upstream or subgraph) and code; the last one kept says how many more
 * there were (`extensions.suppressed`). A list of a thousand rows behind a throttled upstream would otherwise answer
 * with a thousand equal errors.
 */
export function suppressRepeats(errors: readonly GraphQLFormattedError[]): readonly GraphQLFormattedError[] {
  if (errors.length <= maxRepeats) return errors;
  const counts = new Map<string, number>();
  for (const error of errors) counts.set(causeOf(error), (counts.get(causeOf(error)) ?? 0) + 1);
  const kept = new Map<string, number>();
  return errors.flatMap((error) => {
    const cause = causeOf(error);
    const number = (kept.get(cause) ?? 0) + 1;
    kept.set(cause, number);
    if (number > maxRepeats) return [];
    const suppressed = (counts.get(cause) ?? 0) - maxRepeats;
    return number === maxRepeats && suppressed > 0
      ? [{ ...error, extensions: { ...error.extensions, suppressed } }]
      : [error];
  });
}

function causeOf({ extensions }: GraphQLFormattedError): string {
  return JSON.stringify([extensions?.upstream, extensions?.subgraph, extensions?.code]);
}
