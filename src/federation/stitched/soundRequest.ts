import { type DocumentNode, getOperationAST } from 'graphql';
import { rootOf } from '../../errors/formatError.js';
import { toError } from '../../errors/toError.js';
import type { SubgraphRequest, SubgraphResult } from '../contract.js';
import { entityFieldsOf } from './entityFields.js';
import type { Requirements } from './requirements.js';

/** A request that tells a subgraph nothing but data. */
export interface SoundRequest {
  /** Undefined: nothing is left to ask for. */
  readonly request: SubgraphRequest | undefined;
  /** Makes of the answer the answer to what was wanted; null stands for that to no request. */
  restore(result: SubgraphResult | null): SubgraphResult;
}

/**
 * Keeps errors out of representations. Where a subgraph failed to answer what another requires, the stitching library puts
 * the error in place of the value, and the other would compute from it. Entities that need such a value are not asked for:
 * all that this request wants of them is null, with the error of the value. Where nothing needs it, the subgraph gets null.
 */
export function toSoundRequest(
  document: DocumentNode,
  request: SubgraphRequest,
  requirements: Requirements,
): SoundRequest {
  const fields = entityFieldsOf(document);
  const lists = new Map(fields.map(({ variable }) => [variable, toList(request.variables[variable])]));
  if (errorIn([...lists.values()]) === undefined) return { request, restore: (result) => result ?? nothing };
  const obstacles = new Map(
    [...lists].map(([variable, representations]) => {
      const asked = fields.filter((field) => field.variable === variable).flatMap((field) => field.asked);
      return [variable, representations.map((each) => obstacleIn(each, asked, requirements))];
    }),
  );
  const sent = [...lists].map(([variable, representations]) => [
    variable,
    representations.filter((_each, index) => obstacles.get(variable)?.[index] === undefined).map(withoutErrors),
  ]);
  const asksEntitiesOnly = getOperationAST(document)?.selectionSet.selections.length === fields.length;
  const isEmpty = asksEntitiesOnly && sent.every(([, representations]) => representations?.length === 0);
  return {
    request: isEmpty ? undefined : { ...request, variables: { ...request.variables, ...Object.fromEntries(sent) } },
    restore: (result) =>
      fields.reduce(
        (whole, { responseName, variable }) => withGaps(whole, responseName, obstacles.get(variable) ?? []),
        result ?? nothing,
      ),
  };
}

const nothing: SubgraphResult = { data: {}, faults: [] };

/** By their places among the representations; undefined: nothing stands in the way of asking for the entity. */
type Obstacles = readonly (Error | undefined)[];

function obstacleIn(representation: unknown, asked: readonly string[], requirements: Requirements): Error | undefined {
  if (typeof representation !== 'object' || representation === null) return undefined;
  const { __typename: type, ...values } = representation as Readonly<Record<string, unknown>>;
  const needs = (name: string) => asked.some((field) => requirements(String(type), field).has(name));
  const needed = Object.entries(values).filter(([name]) => needs(name));
  return errorIn(needed.map(([, value]) => value));
}

/** Puts the entities that were not asked for, as nulls with errors, in their places among the others. */
function withGaps({ data, faults }: SubgraphResult, responseName: string, obstacles: Obstacles): SubgraphResult {
  const asked = obstacles.flatMap((obstacle, index) => (obstacle === undefined ? [index] : []));
  const entities = toList(data?.[responseName]);
  const placed = obstacles.map((_obstacle, index) => entities[asked.indexOf(index)] ?? null);
  const moved = faults.map((fault) => {
    const [name, index, ...path] = fault.path ?? [];
    const place = typeof index === 'number' ? asked[index] : undefined;
    return name === responseName && place !== undefined ? { ...fault, path: [name, place, ...path] } : fault;
  });
  const gaps = obstacles.flatMap((error, index) =>
    error === undefined ? [] : [{ path: [responseName, index], error }],
  );
  return { data: data === null ? null : { ...data, [responseName]: placed }, faults: [...moved, ...gaps] };
}

/** The first error that the value is or holds, without what the library wrapped it in. */
function errorIn(value: unknown): Error | undefined {
  if (value instanceof Error) return toError(rootOf(value));
  if (typeof value !== 'object' || value === null) return undefined;
  for (const item of Object.values(value)) {
    const error = errorIn(item);
    if (error !== undefined) return error;
  }
  return undefined;
}

function withoutErrors(value: unknown): unknown {
  if (value instanceof Error) return null;
  if (Array.isArray(value)) return value.map(withoutErrors);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutErrors(item)]));
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
