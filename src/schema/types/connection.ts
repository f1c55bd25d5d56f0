import { type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { AnswerInfo } from './answerInfo.type.js';
import { PageInfo } from './pageInfo.type.js';

/** One row with its cursor. */
export interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

/** A page of a list in Relay's form, with `nodes` as a short cut and the truth about the answer. */
export interface Connection<T> {
  readonly edges: readonly Edge<T>[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
  readonly totalCount: number | null;
  readonly totalCountIsApproximate: boolean;
  readonly info: AnswerInfo;
}

/** Makes the `…Connection` and `…Edge` types of a node type. `name` is the node's GraphQL name. Call once per node type. */
export function createConnectionType<T extends object>(
  name: string,
  node: () => ClassType<T> | object,
): ClassType<Connection<T>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} of a list with its cursor.` })
  class EdgeType {
    @Field(() => String, { description: 'Opaque position of this row; valid with the same filter and order only.' })
    cursor: string;

    @Field(() => node() as ClassType<T>, { description: 'The row.' })
    node: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class ConnectionType {
    @Field(() => [EdgeType], { description: 'The rows with their cursors.' })
    edges: Edge<T>[];

    @Field(() => [node() as ClassType<T>], { description: 'The rows without cursors.' })
    nodes: T[];

    @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
    pageInfo: PageInfo;

    @Field(() => Int, {
      nullable: true,
      description: 'Number of rows of the whole list; null when the upstream does not tell.',
    })
    totalCount: number | null;

    @Field(() => Boolean, { description: 'True when `totalCount` is an estimate of the upstream.' })
    totalCountIsApproximate: boolean;

    @Field(() => AnswerInfo, { description: 'How old the rows are, where they came from and whether they are whole.' })
    info: AnswerInfo;
  }
  return ConnectionType;
}
