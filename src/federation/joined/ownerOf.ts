import { Kind, visit } from 'graphql';
import type { ResponsePath } from './Gap.js';
import { clientKey } from './responseNames.js';
import type { Plan } from './steps.js';

/** The subgraph that alone was asked for the last field of the path; undefined when there are several, or none. */
export function ownerOf(path: ResponsePath, { fetches }: Plan): string | undefined {
  const key = path.findLast((part) => typeof part === 'string');
  const asked = new Set<string>();
  for (const { subgraph, document } of fetches) {
    visit(document, {
      [Kind.FIELD]({ alias, name }) {
        if (clientKey((alias ?? name).value) === key) asked.add(subgraph);
      },
    });
  }
  const [owner, ...others] = asked;
  return others.length === 0 ? owner : undefined;
}
