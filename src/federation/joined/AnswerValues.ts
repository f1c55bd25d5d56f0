import {
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { badAnswer } from './failures.js';
import { Gap, type ResponsePath } from './Gap.js';
import { isJoinedObject, type Joined, type JoinedObject } from './joinedData.js';
import { ownerOf } from './ownerOf.js';
import { plannedKey } from './responseNames.js';
import type { Plan } from './steps.js';
import type { SupergraphFacts } from './supergraphFacts.js';
import { visiblePath } from './visiblePath.js';

/** Turns joined data into what graphql-js expects of resolvers: a value, null, or the error that stands in its place. */
export class AnswerValues {
  readonly #schema: GraphQLSchema;
  readonly #facts: SupergraphFacts;
  readonly #plan: Plan;
  readonly #explained = new WeakSet<GraphQLError>();

  constructor(schema: GraphQLSchema, facts: SupergraphFacts, plan: Plan) {
    this.#schema = schema;
    this.#facts = facts;
    this.#plan = plan;
  }

  /** The value of a field. */
  valueOf(source: JoinedObject, info: GraphQLResolveInfo): unknown {
    const key = plannedKey(String(info.path.key), info.fieldName, this.#facts);
    return this.#complete(source[key], info.returnType, { info, indices: [] });
  }

  /**
   * The name of an object's type. Where subgraphs only know its interface, the client has asked for nothing that tells
   * types apart, and any of them will do.
   */
  typeOf(object: JoinedObject, expected: GraphQLOutputType): string | undefined {
    const stated = this.#schema.getType(String(object.__typename));
    if (isObjectType(stated)) return stated.name;
    const abstract = isAbstractType(stated) ? stated : expected;
    return isAbstractType(abstract) ? this.#schema.getPossibleTypes(abstract)[0]?.name : undefined;
  }

  /**
   * An error as the client should see it. What graphql-js itself found wrong with a value is the fault of the subgraph,
   * and its message would show the value; what it found wrong with the request it explains with a place in its text.
   */
  explain(error: GraphQLError): GraphQLError {
    if (this.#explained.has(error) || error.path === undefined) return error;
    const cause = error.originalError;
    if (cause instanceof GraphQLError && cause.nodes !== undefined) return error;
    return this.#wrap(this.#broken(error.path, error), error.path, error.nodes);
  }

  #complete(value: Joined | undefined, type: GraphQLOutputType, place: Place): unknown {
    if (value instanceof Gap) return value.isQuiet && !isNonNullType(type) ? null : this.#tell(value, place);
    if (value === undefined || value === null) return isNonNullType(type) ? this.#violation(place) : null;
    const nullable = getNullableType(type);
    if (isListType(nullable) && Array.isArray(value)) {
      return value.map((element, index) =>
        this.#complete(element, nullable.ofType, { ...place, indices: [...place.indices, index] }),
      );
    }
    return isAbstractType(nullable) && isJoinedObject(value) ? this.#completeAbstract(value, type, place) : value;
  }

  /** An object of a type that the public schema hides is null. */
  #completeAbstract(object: JoinedObject, type: GraphQLOutputType, place: Place): unknown {
    const stated = object.__typename;
    if (stated instanceof Gap) return this.#complete(stated, type, place);
    const isHidden = this.#facts.isObjectType(String(stated)) && this.#schema.getType(String(stated)) === undefined;
    return isHidden ? this.#complete(null, type, place) : object;
  }

  #tell(gap: Gap, { info, indices }: Place): GraphQLError {
    const path = [...toArray(info), ...indices, ...visiblePath(gap.below, info, this.#facts)];
    return this.#wrap(gap.error, path, info.fieldNodes);
  }

  #violation({ info, indices }: Place): GraphQLError {
    const path = [...toArray(info), ...indices];
    return this.#wrap(this.#broken(path), path, info.fieldNodes);
  }

  /** Blames the subgraph that was asked for the place, where that is clear. */
  #broken(path: ResponsePath, cause?: Error): Error {
    const subgraph = ownerOf(path, this.#plan);
    return subgraph === undefined
      ? (cause ?? new Error('A value was missing that no subgraph owes alone.'))
      : badAnswer(subgraph);
  }

  #wrap(originalError: Error, path: ResponsePath, nodes: GraphQLError['nodes']): GraphQLError {
    const error = new GraphQLError(originalError.message, { originalError, path: [...path], nodes: nodes ?? null });
    this.#explained.add(error);
    return error;
  }
}

/** A field, or an element of the lists that it is. */
interface Place {
  readonly info: GraphQLResolveInfo;
  readonly indices: readonly number[];
}

function toArray({ path }: GraphQLResolveInfo): ResponsePath {
  const keys: (string | number)[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = path; at !== undefined; at = at.prev) keys.unshift(at.key);
  return keys;
}
