import { type GraphQLResolveInfo, isAbstractType, isObjectType } from 'graphql';
import { UserInputError } from '../../errors/GatewayError.js';
import type { References } from './contract.js';
import type { Entities, Entity } from './entities.js';
import { readRepresentation } from './readRepresentation.js';

/** More than a router sends: it names each object of an answer once for each subgraph, and our lists end at 1,000 rows. */
export const maxRepresentations = 10_000;

export interface EntityFinder<Context> {
  /**
   * One promise for each representation: of the entity, or of null when there is none. Each may fail for itself.
   * @throws {UserInputError} when they are more than {@link maxRepresentations}.
   */
  find(representations: readonly unknown[], context: Context, info: GraphQLResolveInfo): Promise<object | null>[];
  /** The name of the type of an object that was found. */
  typeNameOf(found: object): string | undefined;
}

/** Finds entities by their representations. What it learns of an object's type is kept beside the object, not in it. */
export function buildEntityFinder<Context>(entities: Entities, references: References<Context>): EntityFinder<Context> {
  const typeNames = new WeakMap<object, string>();

  async function findOne(sent: unknown, context: Context, info: GraphQLResolveInfo): Promise<object | null> {
    const { entity, representation } = readRepresentation(entities, sent);
    const found = await references[entity.type.name]?.(representation, context, info);
    if (found instanceof Error) throw found;
    if (typeof found !== 'object' || found === null) return null;
    const name = await readTypeName(found, entity, context, info);
    if (name === undefined) return null;
    typeNames.set(found, name);
    return found;
  }

  return {
    find(representations, context, info) {
      if (representations.length > maxRepresentations) {
        throw new UserInputError(
          `"representations" takes at most ${maxRepresentations} items; got ${representations.length}.`,
          { argument: 'representations' },
        );
      }
      return representations.map((sent) => findOne(sent, context, info));
    },
    typeNameOf: (found) => typeNames.get(found),
  };
}

/** The name of the object's type; undefined when it is not of the type that was asked for, and so is not what was meant. */
async function readTypeName(
  found: object,
  { type }: Entity,
  context: unknown,
  info: GraphQLResolveInfo,
): Promise<string | undefined> {
  const own: unknown = Reflect.get(found, '__typename');
  if (isObjectType(type)) return own === undefined || own === type.name ? type.name : undefined;
  const name = typeof own === 'string' ? own : await type.resolveType?.(found, context, info, type);
  const concrete = name === undefined ? undefined : info.schema.getType(name);
  return isObjectType(concrete) && isAbstractType(type) && info.schema.isSubType(type, concrete)
    ? concrete.name
    : undefined;
}
