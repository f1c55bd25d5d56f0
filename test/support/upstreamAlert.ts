import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { Emulator } from '../../emulator/EmulatorOptions.js';

/** An alert as the emulated upstream itself shows it, without the gateway: the body of `GET /v1.0/security/{collection}/{id}`. */
export async function upstreamAlert(
  emulator: Emulator,
  collection: 'alerts' | 'alerts_v2',
  id: string,
): Promise<Record<string, any>> {
  const response = await fetch(`${emulator.graphUrl}/v1.0/security/${collection}/${encodeURIComponent(id)}`, {
    headers: { authorization: `Bearer ${await applicationToken(emulator)}` },
  });
  if (!response.ok) throw new Error(`${collection}/${id}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, any>;
}

/** A token of the gateway's own application for Microsoft Graph. */
export async function applicationToken(emulator: Emulator): Promise<string> {
  const { authorityUrl, tenantId, clientId, clientSecret, caFile } = emulator;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'https://graph.microsoft.com/.default',
  });
  const answer = await post(
    `${authorityUrl}/${tenantId}/oauth2/v2.0/token`,
    body.toString(),
    readFileSync(caFile, 'utf8'),
  );
  return (JSON.parse(answer) as { access_token: string }).access_token;
}

function post(url: string, body: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: 'POST', ca, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
