/** The page's own few requests; what the user writes goes through `fetcher.ts`. */

export interface AlertHead {
  readonly id: string;
  readonly status: string;
}

/** The newest alert; undefined when there is none or the caller may not read it. */
export async function newestAlert(): Promise<AlertHead | undefined> {
  const { data } = await post<{ alerts: { nodes: AlertHead[] } | null }>(
    '{ alerts(first: 1) { nodes { id status } } }',
  );
  return data?.alerts?.nodes[0];
}

/** Moves the newest alert between "new" and "in progress", so that a running subscription has something to show. */
export async function changeNewestAlert(): Promise<void> {
  const alert = await newestAlert();
  if (alert === undefined) throw new Error('There is no alert to change.');
  const status = alert.status === 'NEW' ? 'IN_PROGRESS' : 'NEW';
  const { errors } = await post(
    'mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { errors { code } } }',
    {
      input: { id: alert.id, status },
    },
  );
  if (errors !== undefined) throw new Error(errors[0]?.message ?? 'The gateway refused.');
}

interface Reply<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

async function post<Data>(query: string, variables: object = {}): Promise<Reply<Data>> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Reply<Data>;
}
