import type {
  BatchFetchNode,
  FetchNode,
  FetchNodePathSegment,
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode,
  QueryPlan,
  RequiresSelection,
} from '@graphql-hive/router-query-planner';
import { parseFetch, selectedAt } from './parseFetch.js';
import type {
  EntityFetch,
  Fetch,
  FlattenPath,
  FlattenSegment,
  Plan,
  Rewrite,
  RewriteSegment,
  RootFetch,
  Step,
} from './steps.js';

/**
 * Reads what the planner made of an operation.
 * @param subgraphOf The name of the subgraph that the planner calls a service.
 * @throws when the plan holds something that this executor does not know.
 */
export function readPlan({ node }: QueryPlan, subgraphOf: (serviceName: string) => string): Plan {
  const fetches: Fetch[] = [];
  const reader: Reader = {
    read(request, isRewritten) {
      const fetch = parseFetch(request, subgraphOf(request.serviceName), isRewritten);
      fetches.push(fetch);
      return fetch;
    },
  };
  const [first, ...others] = node?.kind === 'Sequence' ? node.nodes : [node];
  if (first?.kind !== 'Subscription')
    return { primary: undefined, rest: node === undefined ? undefined : readStep(node, [], reader), fetches };
  const primary = readRootFetch(first.primary, [], reader);
  const steps = others.flatMap((other) => (other === undefined ? [] : readStep(other, [], reader)));
  return { primary, rest: steps.length === 0 ? undefined : { kind: 'sequence', steps }, fetches };
}

interface Reader {
  /** Reads and notes a request of the plan. */
  read(request: FetchNode | BatchFetchNode, isRewritten: boolean): Fetch;
}

function readStep(node: PlanNode, path: FlattenPath, reader: Reader): Step {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', steps: node.nodes.map((inner) => readStep(inner, path, reader)) };
    case 'Parallel':
      return inTurnWithMutations(node.nodes.map((inner) => readStep(inner, path, reader)));
    case 'Condition':
      return {
        kind: 'condition',
        variable: node.condition,
        whenTrue: node.ifClause ? readStep(node.ifClause, path, reader) : undefined,
        otherwise: node.elseClause ? readStep(node.elseClause, path, reader) : undefined,
      };
    case 'Flatten':
      return readStep(node.node, [...path, ...node.path.map(readFlattenSegment)], reader);
    case 'Fetch':
      return node.requires === undefined ? readRootFetch(node, path, reader) : readEntityFetch(node, path, reader);
    case 'BatchFetch':
      return readBatchFetch(node, reader);
    case 'Subscription':
    case 'Defer':
      throw new Error(`A plan held a ${node.kind} where none belongs.`);
  }
}

/** What the answer to a mutation still lacks is read before the next mutation may change it. */
function inTurnWithMutations(steps: readonly Step[]): Step {
  const isMutation = (step: Step) => step.kind === 'root' && step.fetch.kind === 'mutation';
  return steps.some(isMutation)
    ? { kind: 'sequence', steps: steps.toSorted((a, b) => Number(isMutation(a)) - Number(isMutation(b))) }
    : { kind: 'parallel', steps };
}

function readRootFetch(node: FetchNode, path: FlattenPath, reader: Reader): RootFetch {
  const outputRewrites = readRewrites(node.outputRewrites);
  return { kind: 'root', fetch: reader.read(node, outputRewrites.length > 0), path, outputRewrites };
}

function readEntityFetch(node: FetchNode, path: FlattenPath, reader: Reader): EntityFetch {
  const outputRewrites = readRewrites(node.outputRewrites);
  const fetch = reader.read(node, outputRewrites.length > 0);
  const inputRewrites = readRewrites(node.inputRewrites);
  const part = {
    key: '_entities',
    variable: 'representations',
    paths: [path],
    requires: ofAllTypes(node.requires ?? [], inputRewrites, [path]),
    inputRewrites,
    outputRewrites,
    selected: selectedAt(fetch.selected, '_entities'),
  };
  return { kind: 'entities', fetch, parts: [part] };
}

function readBatchFetch(node: BatchFetchNode, reader: Reader): EntityFetch {
  const { aliases } = node.entityBatch;
  const isRewritten = aliases.some(({ outputRewrites = [] }) => outputRewrites.length > 0);
  const fetch = reader.read(node, isRewritten);
  const parts = aliases.map((alias) => {
    const paths = alias.paths.map((path) => path.map(readFlattenSegment));
    const inputRewrites = readRewrites(alias.inputRewrites);
    return {
      key: alias.alias,
      variable: alias.representationsVariableName,
      paths,
      requires: ofAllTypes(alias.requires, inputRewrites, paths),
      inputRewrites,
      outputRewrites: readRewrites(alias.outputRewrites),
      selected: selectedAt(fetch.selected, alias.alias),
    };
  });
  return { kind: 'entities', fetch, parts };
}

/**
 * What an interface object is asked for objects of several types the planner sums up under the name of one of them. All
 * objects at the place are meant, unless the path itself says of which types.
 */
function ofAllTypes(
  requires: readonly RequiresSelection[],
  inputRewrites: readonly Rewrite[],
  paths: readonly FlattenPath[],
): readonly RequiresSelection[] {
  const typeName = inputRewrites.flatMap((rewrite) => (rewrite.kind === 'set' ? rewrite.value : []))[0];
  if (typeName === undefined || paths.some((path) => path.at(-1)?.kind === 'types')) return requires;
  return requires.map((selection) =>
    selection.kind === 'InlineFragment' ? { ...selection, typeCondition: typeName } : selection,
  );
}

function readFlattenSegment(segment: FlattenNodePathSegment): FlattenSegment {
  if (segment === '@') return { kind: 'elements' };
  return 'Field' in segment ? { kind: 'field', key: segment.Field } : { kind: 'types', names: segment.TypeCondition };
}

function readRewrites(rewrites: readonly FetchRewrite[] = []): readonly Rewrite[] {
  return rewrites.map((rewrite) => {
    if ('KeyRenamer' in rewrite) {
      const { path, renameKeyTo } = rewrite.KeyRenamer;
      return { kind: 'rename', path: path.map(readRewriteSegment), key: renameKeyTo };
    }
    const { path, setValueTo } = 'ValueSetter' in rewrite ? rewrite.ValueSetter : rewrite;
    return { kind: 'set', path: path.map(readRewriteSegment), value: setValueTo };
  });
}

function readRewriteSegment(segment: FetchNodePathSegment): RewriteSegment {
  return 'Key' in segment ? { kind: 'key', key: segment.Key } : { kind: 'types', names: segment.TypenameEquals };
}
