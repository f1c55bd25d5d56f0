import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CredentialConfig } from '../../../../src/auth/credentials/config.js';
import { createCredential } from '../../../../src/auth/credentials/createCredential.js';
import { createUpstreamCredential } from '../../../../src/auth/credentials/createUpstreamCredential.js';
import { buildStaticToken, CredentialError } from '../../../../src/auth/credentials/tokenProvider.js';
import { ManualClock } from '../../upstream/support/manualClock.js';
import {
  clientId,
  issued,
  refusal,
  startTlsAuthority,
  type TlsAuthority,
  type TokenReply,
  tenantId,
} from './support/tlsAuthority.js';

const scope = 'https://graph.microsoft.com/.default';
const never = new AbortController().signal;

let authority: TlsAuthority;
let clock: ManualClock;
beforeEach(async () => {
  authority = await startTlsAuthority();
  clock = new ManualClock();
});
afterEach(() => authority.stop());

const application = () => ({ tenantId, clientId, authorityHost: authority.url });
const secret = (): CredentialConfig => ({ kind: 'client-secret', ...application(), clientSecret: 'the-secret' });
const create = (config: CredentialConfig = secret()) => createUpstreamCredential(config, scope, clock);

async function failure(promise: Promise<unknown>): Promise<CredentialError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CredentialError);
  return error as CredentialError;
}

describe('a client secret', () => {
  it('fetches a token for the scope over TLS from the configured authority alone', async () => {
    expect(await create().authorization({ signal: never })).toBe('Bearer token-1');
    expect(Object.fromEntries(authority.asked[0] ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: 'the-secret',
      scope: expect.stringContaining(scope),
    });
    expect(authority.paths).toEqual([
      `/${tenantId}/v2.0/.well-known/openid-configuration`,
      `/${tenantId}/oauth2/v2.0/token`,
    ]);
  });

  it('fetches once for all who wait, and once for all who come later', async () => {
    const provider = create();
    await Promise.all(Array.from({ length: 20 }, () => provider.authorization({ signal: never })));
    await provider.authorization({ signal: never });
    expect(authority.asked).toHaveLength(1);
  });

  it('fetches anew, once, when the upstream refuses the token', async () => {
    const provider = create();
    const refused = await provider.authorization({ signal: never });
    const renewed = await Promise.all([1, 2, 3].map(() => provider.authorization({ signal: never, refused })));
    expect(renewed).toEqual(['Bearer token-2', 'Bearer token-2', 'Bearer token-2']);
  });

  it('does not renew again and again when every token is refused', async () => {
    const provider = create();
    let refused = await provider.authorization({ signal: never });
    for (let i = 0; i < 5; i++) refused = await provider.authorization({ signal: never, refused });
    expect(authority.asked).toHaveLength(2);
    clock.jump(10_000);
    await provider.authorization({ signal: never, refused });
    expect(authority.asked).toHaveLength(3);
  });

  it('that the authority does not accept is refused, in safe words', async () => {
    authority.reply = () => refusal(401, 'invalid_client');
    const error = await failure(create().authorization({ signal: never }));
    expect(error).toMatchObject({ kind: 'refused', authorityCode: 'invalid_client' });
    expect(error.message).not.toMatch(/AADSTS|the-secret|localhost/);
  });

  it('is asked for again after a failure, which is not remembered', async () => {
    const provider = create();
    authority.reply = () => refusal(401, 'invalid_client');
    await failure(provider.authorization({ signal: never }));
    authority.reply = () => issued('later');
    expect(await provider.authorization({ signal: never })).toBe('Bearer later');
  });

  it('is unavailable while the authority cannot be reached', async () => {
    const config = { ...secret(), authorityHost: 'https://localhost:1' } as CredentialConfig;
    expect(await failure(create(config).authorization({ signal: never }))).toMatchObject({ kind: 'unavailable' });
  });

  it('does not keep a caller that goes away waiting, nor take the token from the others', async () => {
    const provider = create();
    const gone = new AbortController();
    const left = provider.authorization({ signal: gone.signal });
    const stays = provider.authorization({ signal: never });
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(await stays).toBe('Bearer token-1');
  });

  it('is given up when the authority takes too long', async () => {
    authority.reply = () => new Promise<TokenReply>(() => undefined);
    const waiting = failure(create().authorization({ signal: never }));
    await clock.advance(10_000);
    expect((await waiting).kind).toBe('unavailable');
  });
});

describe('on behalf of a caller', () => {
  const config = (): CredentialConfig => ({
    kind: 'on-behalf-of',
    ...application(),
    proof: { kind: 'secret', clientSecret: 'the-secret' },
  });

  it('exchanges each caller’s token once and never mixes callers', async () => {
    authority.reply = (form) => issued(`for-${form.get('assertion')}`);
    const provider = create(config());
    const ask = (callerAssertion: string) => provider.authorization({ signal: never, callerAssertion });
    expect(await ask('anna')).toBe('Bearer for-anna');
    expect(await ask('ben')).toBe('Bearer for-ben');
    expect(await ask('anna')).toBe('Bearer for-anna');
    expect(authority.asked.map((form) => [form.get('grant_type'), form.get('assertion')])).toEqual([
      ['urn:ietf:params:oauth:grant-type:jwt-bearer', 'anna'],
      ['urn:ietf:params:oauth:grant-type:jwt-bearer', 'ben'],
    ]);
  });

  it('is refused without a caller’s token', async () => {
    expect(await failure(create(config()).authorization({ signal: never }))).toMatchObject({ kind: 'refused' });
    expect(authority.asked).toHaveLength(0);
  });

  it('is refused when the caller’s token is not accepted', async () => {
    authority.reply = () => refusal(400, 'invalid_grant');
    const asked = create(config()).authorization({ signal: never, callerAssertion: 'old' });
    expect(await failure(asked)).toMatchObject({ kind: 'refused', authorityCode: 'invalid_grant' });
  });
});

describe('other kinds', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'credential-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('a certificate signs the request instead of a secret', async () => {
    const certificatePath = join(folder, 'client.pem');
    writeFileSync(certificatePath, `${authority.keyPem}\n${authority.certificatePem}`);
    const provider = create({ kind: 'client-certificate', ...application(), certificatePath });
    expect(await provider.authorization({ signal: never })).toBe('Bearer token-1');
    expect(authority.asked[0]?.get('client_assertion')?.split('.')).toHaveLength(3);
    expect(authority.asked[0]?.get('client_secret')).toBeNull();
  });

  it('a workload identity presents the federated token of its file', async () => {
    const tokenFilePath = join(folder, 'token');
    writeFileSync(tokenFilePath, 'federated');
    const provider = create({ kind: 'workload-identity', ...application(), tokenFilePath });
    expect(await provider.authorization({ signal: never })).toBe('Bearer token-1');
    expect(authority.asked[0]?.get('client_assertion')).toBe('federated');
  });

  it('a certificate file that is missing is unavailable, not a crash', async () => {
    const config = { kind: 'client-certificate', ...application(), certificatePath: join(folder, 'none.pem') } as const;
    expect(await failure(create(config).authorization({ signal: never }))).toMatchObject({ kind: 'unavailable' });
  });

  it.each<Parameters<typeof createCredential>[0]>([
    { kind: 'managed-identity' },
    { kind: 'managed-identity', clientId },
    { kind: 'azure-cli' },
    { kind: 'azure-cli', tenantId },
  ])('%j is made without asking anybody', (config) => {
    expect(createCredential(config)).toHaveProperty('getToken');
    expect(authority.paths).toEqual([]);
  });

  it('a fixed token is used as it is, until it is refused', async () => {
    const provider = buildStaticToken('Token', 'legacy');
    expect(await provider.authorization({ signal: never })).toBe('Token legacy');
    expect(await failure(provider.authorization({ signal: never, refused: 'Token legacy' }))).toMatchObject({
      kind: 'refused',
    });
  });
});
