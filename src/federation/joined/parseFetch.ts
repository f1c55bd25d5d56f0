import type { BatchFetchNode, FetchNode } from '@graphql-hive/router-query-planner';
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import type { Selected } from './selected.js';
import type { Fetch } from './steps.js';

/**
 * Reads one request of a plan.
 * @param subgraph Its name in the supergraph.
 * @param isRewritten Whether the plan rewrites what is answered.
 * @throws when its text is not one operation.
 */
export function parseFetch(node: FetchNode | BatchFetchNode, subgraph: string, isRewritten: boolean): Fetch {
  const document = parse(node.operation, { noLocation: true });
  const definition = document.definitions.find(
    (candidate): candidate is OperationDefinitionNode => candidate.kind === Kind.OPERATION_DEFINITION,
  );
  if (definition === undefined) throw new Error('A plan held a request without an operation.');
  const fragments = new Map(
    document.definitions.flatMap((candidate): [string, FragmentDefinitionNode][] =>
      candidate.kind === Kind.FRAGMENT_DEFINITION ? [[candidate.name.value, candidate]] : [],
    ),
  );
  return {
    subgraph,
    kind: definition.operation,
    operation: node.operation,
    document,
    definition,
    variables: node.variableUsages ?? [],
    selected: { sets: [definition.selectionSet], fragments },
    isRewritten,
  };
}

/** What is selected below a field of the root, which is there in every plan. */
export function selectedAt({ sets, fragments }: Selected, key: string): Selected {
  const below = sets.flatMap(({ selections }) =>
    selections.flatMap((selection) =>
      selection.kind === Kind.FIELD && (selection.alias ?? selection.name).value === key
        ? (selection.selectionSet ?? [])
        : [],
    ),
  );
  return { sets: below, fragments };
}
