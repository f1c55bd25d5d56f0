import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  type OperationDefinitionNode,
  validate,
} from 'graphql';
import { selectsField } from '../../auth/selectedRootFields.js';
import { asksAboutSchema } from './stripIntrospection.js';

/**
 * Whether our own schema answers a document as the joined one would, provided that nobody else has to be asked: the
 * document means the same there, asks nothing about the schema itself, and selects nothing in which the joined schema
 * hides members of ours.
 */
export function buildOwnWholeTest(own: GraphQLSchema, joined: GraphQLSchema): OwnWholeTest {
  const narrowed = new Set(Object.values(own.getTypeMap()).filter((type) => hidesMembers(type, own, joined)));
  return (document, definition) =>
    !asksAboutSchema(document) &&
    validate(own, document).length === 0 &&
    !selectsField(own, document, definition, (field) => narrowed.has(getNamedType(field.type)));
}

export type OwnWholeTest = (document: DocumentNode, definition: OperationDefinitionNode) => boolean;

function hidesMembers(type: GraphQLNamedType, own: GraphQLSchema, joined: GraphQLSchema): boolean {
  const seen = joined.getType(type.name);
  if (isEnumType(type))
    return !isEnumType(seen) || type.getValues().some(({ name }) => seen.getValue(name) === undefined);
  if (!isAbstractType(type)) return false;
  return !isAbstractType(seen) || own.getPossibleTypes(type).some(({ name }) => joined.getType(name) === undefined);
}
