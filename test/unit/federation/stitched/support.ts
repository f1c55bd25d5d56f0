import {
  type ExecutionResult,
  type GraphQLFieldExtensions,
  type GraphQLSchema,
  getOperationAST,
  isObjectType,
  parse,
  printSchema,
  validate,
} from 'graphql';
import type { ExecutableSchema, OperationContext, PreparedOperation } from '../../../../src/execution/contract.js';
import { buildPlainSchema } from '../../../../src/execution/createPlainSchema.js';
import type { Subgraph, SubgraphRequest } from '../../../../src/federation/contract.js';
import { buildOwnSubgraph } from '../../../../src/federation/ownSubgraph.js';
import { buildStitchedSchema } from '../../../../src/federation/stitched/buildStitchedSchema.js';
import { composeScripts } from '../../../support/subgraphs/composeScripts.js';
import { anyonesContext } from '../../../support/subgraphs/operationContext.js';
import { RequestLog } from '../../../support/subgraphs/requestLog.js';
import { ScriptedSubgraph } from '../../../support/subgraphs/scriptedSubgraph.js';
import { findBy, type SubgraphScript, schemaOf } from '../../../support/subgraphs/subgraphScript.js';

const users = [
  { id: 'u1', name: 'Ada' },
  { id: 'u2', name: 'Ben' },
];

/** Stands for our own schema: its root fields and `_entities` need a permission. */
export const security: SubgraphScript = {
  name: 'security',
  typeDefs: `
    type Query { users: [User!] entries: [Entry!] notes: [Note!] user(id: ID!): User open: Int shared: Int @shareable }
    type Subscription { userChanged: User }
    type User @key(fields: "id") { id: ID! name: String risk: Int secret: Int @inaccessible }
    interface Entry { id: ID! title: String }
    type Note implements Entry @key(fields: "id") { id: ID! title: String }
  `,
  resolvers: {
    Query: { users: () => users, user: (_: unknown, { id }: { id: string }) => users.find((user) => user.id === id) },
    Subscription: {
      userChanged: {
        async *subscribe() {
          for (const user of users) yield { userChanged: user };
        },
      },
    },
    User: {
      __resolveReference: findBy(users, 'id'),
      risk: (_user, _args, context: OperationContext) => Number(context.scope.requestId),
    },
  },
};

export const cmdb: SubgraphScript = {
  name: 'cmdb',
  typeDefs: `
    type Query { assets: [Asset] shared: Int @shareable }
    type Asset @key(fields: "id") { id: ID! user: User }
    type User @key(fields: "id") { id: ID! owner: String team: String tags: [String] }
    interface Entry { id: ID! title: String }
    type Memo implements Entry @key(fields: "id") { id: ID! title: String }
    type Note @key(fields: "id") { id: ID! title: String @override(from: "security") }
  `,
  resolvers: {
    Query: {
      assets: () => [
        { id: 'a1', user: { id: 'u1' } },
        { id: 'a2', user: { id: 'u2' } },
      ],
    },
    User: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      owner: ({ id }) => `owner of ${id}`,
      team: () => 'blue',
    },
  },
};

/** Counts what it is asked, and notes with which context. */
class WatchedSubgraph implements Subgraph {
  readonly requests: SubgraphRequest[] = [];

  constructor(private readonly subgraph: Subgraph) {}

  get name() {
    return this.subgraph.name;
  }

  execute(request: SubgraphRequest) {
    this.requests.push(request);
    return this.subgraph.execute(request);
  }

  subscribe(request: SubgraphRequest) {
    this.requests.push(request);
    return this.subgraph.subscribe(request);
  }

  executeEvent(event: unknown, request: SubgraphRequest) {
    this.requests.push(request);
    return this.subgraph.executeEvent(event, request);
  }
}

/** Our own schema and the CMDB, joined by what is under test. */
export class StitchedWorld {
  readonly ownSchema = withPermissions(schemaOf(security));
  readonly ownSubgraph: WatchedSubgraph;
  readonly cmdb = new ScriptedSubgraph(cmdb, new RequestLog());
  readonly schema: ExecutableSchema;
  readonly supergraphSdl = composeScripts([security, cmdb]);

  constructor(other?: Subgraph) {
    const own = buildPlainSchema(this.ownSchema, printSchema(this.ownSchema));
    this.ownSubgraph = new WatchedSubgraph(buildOwnSubgraph(own));
    const subgraphs = [this.ownSubgraph, other ?? this.cmdb];
    this.schema = buildStitchedSchema(this.supergraphSdl, new Map(subgraphs.map((one) => [one.name, one])), own);
  }

  async prepare(query: string): Promise<PreparedOperation> {
    const document = parse(query);
    const [invalid] = validate(this.schema.schema, document);
    if (invalid !== undefined) throw invalid;
    const definition = getOperationAST(document);
    if (!definition) throw new Error('Wanted one operation.');
    return this.schema.prepare(document, definition);
  }

  async ask(query: string, context: OperationContext = anyonesContext()): Promise<ExecutionResult> {
    return (await this.prepare(query)).execute({ variables: {}, context });
  }
}

/** The context of a request with this number. */
export function numbered(requestId: string): OperationContext {
  const context = anyonesContext();
  return { ...context, scope: { ...context.scope, requestId } };
}

export function withoutPermissions(): OperationContext {
  const context = anyonesContext();
  return { ...context, principal: { ...context.principal, permissions: new Set() } };
}

function withPermissions(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getSubscriptionType()]) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) if (field.name !== 'open') field.extensions = needsReading;
  }
  return schema;
}

const needsReading: GraphQLFieldExtensions<unknown, unknown> = { permission: 'Security.Read' };
