import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  print,
  stripIgnoredCharacters,
} from 'graphql';

/** The SDL of a subgraph or supergraph, to be asked what it says. Definitions and extensions of a type are one. */
export class SchemaText {
  readonly #document: DocumentNode;

  constructor(readonly text: string) {
    this.#document = parse(text);
  }

  /** Directives of `schema`, a type (`Product`) or a field (`Product.notes`), printed without spare white space. */
  directivesAt(coordinate: string): string[] {
    return this.#nodesAt(coordinate).map((node) => stripIgnoredCharacters(print(node)));
  }

  /** Specifications that the schema links: their address and what is imported of each. */
  links(): { url: string; imports: string[] }[] {
    return this.#nodesAt('schema')
      .filter(({ name }) => name.value === 'link')
      .map((link) => ({ url: textsOf(link, 'url')[0] ?? '', imports: textsOf(link, 'import') }));
  }

  /** Fields of an object type, as `name(argument: Type): Type`; fields and arguments in the order of their names. */
  fieldsOf(typeName: string): string[] {
    const fields = this.#objectTypes(typeName).flatMap(({ fields: own = [] }) => own);
    return fields.map(signatureOf).toSorted();
  }

  /** Definitions of directives, printed. */
  directiveDefinitions(): string[] {
    return this.#document.definitions.filter(({ kind }) => kind === Kind.DIRECTIVE_DEFINITION).map(print);
  }

  #nodesAt(coordinate: string): readonly ConstDirectiveNode[] {
    const [typeName = '', fieldName] = coordinate.split('.');
    if (typeName === 'schema') return this.#schemaDirectives();
    const types = this.#objectTypes(typeName);
    if (fieldName === undefined) return types.flatMap(({ directives = [] }) => directives);
    const fields = types.flatMap(({ fields: own = [] }) => own).filter(({ name }) => name.value === fieldName);
    return fields.flatMap(({ directives = [] }) => directives);
  }

  #schemaDirectives(): readonly ConstDirectiveNode[] {
    return this.#document.definitions.flatMap((node) =>
      node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION ? (node.directives ?? []) : [],
    );
  }

  #objectTypes(typeName: string): (ObjectTypeDefinitionNode | ObjectTypeExtensionNode)[] {
    return this.#document.definitions.flatMap((node) => {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
      return node.name.value === typeName ? [node] : [];
    });
  }
}

function signatureOf({ name, arguments: args = [], type }: FieldDefinitionNode): string {
  const taken = args.map((argument) => `${argument.name.value}: ${print(argument.type)}`).toSorted();
  return `${name.value}${taken.length === 0 ? '' : `(${taken.join(', ')})`}: ${print(type)}`;
}

/** The texts of an argument that is a string or a list of strings; empty when it is absent. */
function textsOf({ arguments: args = [] }: ConstDirectiveNode, name: string): string[] {
  const value = args.find((argument) => argument.name.value === name)?.value;
  const values = value?.kind === Kind.LIST ? value.values : [value];
  return values.flatMap((item) => (item?.kind === Kind.STRING ? [item.value] : []));
}
