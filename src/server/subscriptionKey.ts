import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, type OperationDefinitionNode, print, visit } from 'graphql';
import { stableJson } from '../datasources/paging/cursor.js';

export interface Subscribed {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Of the schema with which the subscription began. */
  readonly schemaVersion: number;
  readonly accessScope: string;
  /** On what answers depend besides, where subgraphs take part: who asks, and the headers that travel on to them. */
  readonly audience?: readonly unknown[];
  /** Whether answers tell what they cost. */
  readonly withCost: boolean;
}

/**
 * Equal for subscriptions whose answers to one event are the same. Where a subscription begins does not count: variables
 * that are only used as `after` of the subscription are left out. Variables that nobody declared play no part.
 */
export function buildSubscriptionKey(subscribed: Subscribed): string {
  const { document, definition, schemaVersion, accessScope, audience = null, withCost } = subscribed;
  const text = stableJson([print(document), definition.name?.value ?? null, answering(subscribed), audience]);
  return createHash('sha256')
    .update(JSON.stringify([text, schemaVersion, accessScope, withCost]))
    .digest('base64url');
}

/** The variables on which answers depend. */
function answering({ document, definition, variables }: Subscribed): Record<string, unknown> {
  const places = placesOnly(document, definition);
  const declared = (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  return Object.fromEntries(declared.filter((name) => !places.has(name)).map((name) => [name, variables[name]]));
}

/** Names of the variables that say where to begin, and nothing else. */
function placesOnly(document: DocumentNode, definition: OperationDefinitionNode): ReadonlySet<string> {
  const uses = new Map<string, number>();
  visit(document, { VariableDefinition: () => false, Variable: ({ name }) => count(uses, name.value) });
  const places = definition.selectionSet.selections
    .flatMap((selection) => (selection.kind === Kind.FIELD ? (selection.arguments ?? []) : []))
    .flatMap(({ name, value }) => (name.value === 'after' && value.kind === Kind.VARIABLE ? [value.name.value] : []));
  return new Set(places.filter((name) => uses.get(name) === 1));
}

function count(uses: Map<string, number>, name: string): void {
  uses.set(name, (uses.get(name) ?? 0) + 1);
}
