import type { GraphQLAnswer } from './graphql.js';
import type { LedgerEntry, Stack } from './startStack.js';

/** Fields of `Alert` that triage changes. */
export const triageFields =
  'id status classification determination assignedTo customDetails lastUpdateDateTime comments { comment }';
const payload = `cursor errors { code inputPath } alert { ${triageFields} }`;

const documents = {
  updateAlert: `mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { ${payload} } }`,
  updateAlerts: `mutation ($input: UpdateAlertsInput!) { updateAlerts(input: $input) { errors { code inputPath } results { ${payload} } } }`,
  addAlertComment: `mutation ($input: AddAlertCommentInput!) { addAlertComment(input: $input) { ${payload} } }`,
};

export type AlertMutationName = keyof typeof documents;

export interface MutationAnswer {
  readonly answer: GraphQLAnswer<Record<string, any>>;
  /** The mutation's payload; null when it failed as a whole. */
  readonly payload: any;
}

/** Runs one mutation of alerts. */
export async function mutate(
  stack: Stack,
  name: AlertMutationName,
  input: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<MutationAnswer> {
  const answer = await stack.ask(documents[name], { variables: { input }, headers });
  return { answer, payload: answer.data?.[name] ?? null };
}

/** The newest alerts of the tenant, as the gateway lists them. */
export async function newestAlerts(stack: Stack, first: number): Promise<Record<string, any>[]> {
  const answer = await stack.ask(`{ alerts(first: ${first}) { nodes { ${triageFields} } } }`);
  return answer.data?.alerts.nodes ?? [];
}

/** Writes to one alert that reached the upstream, in whatever way they ended. */
export async function writesTo(stack: Stack, id: string): Promise<LedgerEntry[]> {
  const isWrite = ({ method, path }: LedgerEntry) =>
    ['PATCH', 'POST'].includes(method) && path.includes(`/alerts_v2/${id}`);
  return (await stack.ledger()).filter(isWrite);
}
