import { type DocumentNode, Kind, visit } from 'graphql';
import type { SupergraphFacts } from './supergraphFacts.js';

/**
 * The planner adds fields to what the client selects: keys, and what other fields require. A client may have given such
 * a name to another field (`id: name`), and the planner would take one for the other. So names of the client that are also
 * names of fields, or that look like names which are made up, are replaced in the plan and in what it fetches.
 */
export function withPlannedNames(document: DocumentNode, facts: SupergraphFacts): DocumentNode {
  return visit(document, {
    [Kind.FIELD]({ alias, ...field }) {
      if (alias === undefined) return undefined;
      // The type of an object is wanted under its own name, whatever the client calls it.
      if (field.name.value === '__typename') return field;
      return { ...field, alias: { ...alias, value: plannedKey(alias.value, field.name.value, facts) } };
    },
    [Kind.VARIABLE]: ({ name, ...variable }) => ({
      ...variable,
      name: { ...name, value: plannedVariable(name.value) },
    }),
  });
}

const prefix = '_gateway_';

/** Names that the planner makes up begin so. */
const madeUp = [prefix, '_internal_'];

/** The name in fetched data of what the client calls `key`. */
export function plannedKey(key: string, fieldName: string, facts: SupergraphFacts): string {
  if (key === fieldName) return key;
  const isTaken = facts.isFieldName(key) || madeUp.some((beginning) => key.startsWith(beginning));
  // With its length, so that no two pairs of names make the same.
  return isTaken ? `${prefix}${key.length}_${key}_${fieldName}` : key;
}

/** Variables of the planner's own have such names. */
const takenVariables = /^(?:representations$|__batch_reps_|_gateway_)/;

/** By the names that variables have in the plan. */
export function plannedVariables(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [plannedVariable(name), value]));
}

function plannedVariable(name: string): string {
  return takenVariables.test(name) ? `${prefix}${name}` : name;
}

/** What the client calls a name of fetched data. */
export function clientKey(planned: string): string {
  const [, length = '', rest = ''] = /^_gateway_(\d+)_(.*)$/.exec(planned) ?? [];
  return rest === '' ? planned : rest.slice(0, Number(length));
}
