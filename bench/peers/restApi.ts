/** The REST APIs as a fetch away. */
export interface RestApi {
  /** @param path below `/v1.0/`. @returns null for what is not there. @throws for every other refusal. */
  graph<Row>(path: string): Promise<Row | null>;
  /** Newest activities of one user. */
  activities<Row>(userPrincipalName: string, limit: number): Promise<readonly Row[]>;
}

/** Signs in once; a bench ends before the token does. */
export async function createRestApi(env: NodeJS.ProcessEnv): Promise<RestApi> {
  const authorization = `Bearer ${await signIn(env)}`;
  return {
    async graph(path) {
      const response = await fetch(`${env.GRAPH_URL}/v1.0/${path}`, { headers: { authorization } });
      return response.status === 404 ? null : readJson(response);
    },
    async activities<Row>(userPrincipalName: string, limit: number) {
      const response = await fetch(`${env.MCAS_URL}/api/v1/activities/`, {
        method: 'POST',
        headers: { authorization: `Token ${env.MCAS_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ filters: { 'user.username': { eq: [userPrincipalName] } }, limit }),
      });
      return (await readJson<{ data: readonly Row[] }>(response)).data;
    },
  };
}

async function signIn(env: NodeJS.ProcessEnv): Promise<string> {
  const response = await fetch(`${env.AZURE_AUTHORITY_HOST}/${env.AZURE_TENANT_ID}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: env.AZURE_CLIENT_ID ?? '',
      client_secret: env.AZURE_CLIENT_SECRET ?? '',
      scope: 'https://graph.microsoft.com/.default',
    }),
  });
  return (await readJson<{ access_token: string }>(response)).access_token;
}

async function readJson<Body>(response: Response): Promise<Body> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Body;
}
