import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  visit,
} from 'graphql';
import type { AdaptedDocument } from './adaptDocument.js';

const prefix = 'alias_of_client_';

/**
 * Renames aliases that are also names of fields. The stitching library adds keys and required fields to what it asks,
 * under their own names, and `{ users { id: name } }` would ask two things by one name.
 * @param fieldNames As `collectFieldNames` finds them.
 */
export function clearAliases(document: DocumentNode, fieldNames: ReadonlySet<string>): AdaptedDocument {
  let renamesAny = false;
  const cleared = visit(document, {
    [Kind.FIELD](node: FieldNode) {
      const { alias, name } = node;
      if (alias === undefined || alias.value === name.value || !fieldNames.has(alias.value)) return undefined;
      renamesAny = true;
      return { ...node, alias: { ...alias, value: `${prefix}${alias.value}` } };
    },
  });
  return renamesAny ? { document: cleared, restore } : { document, restore: (result) => result };
}

export function collectFieldNames(schema: GraphQLSchema): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));
  return new Set(types.flatMap((type) => Object.keys(type.getFields())));
}

function restore({ data, errors, ...rest }: ExecutionResult): ExecutionResult {
  return {
    ...rest,
    // Restoring keeps an object an object.
    ...(data === undefined ? {} : { data: restoreKeys(data) as ExecutionResult['data'] & {} }),
    ...(errors === undefined ? {} : { errors: errors.map(restorePath) }),
  };
}

function restoreKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restoreKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [restoreName(key), restoreKeys(item)]));
}

function restorePath(error: GraphQLError): GraphQLError {
  if (error.path === undefined) return error;
  const path = error.path.map((step) => (typeof step === 'string' ? restoreName(step) : step));
  const { message, nodes, source, positions, originalError, extensions } = error;
  return new GraphQLError(message, { nodes: nodes ?? null, source, positions, path, originalError, extensions });
}

function restoreName(name: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
