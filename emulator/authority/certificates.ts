import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** What a TLS server of the emulator needs, and the file by which clients come to trust it. */
export interface Certificates {
  readonly key: string;
  /** Leaf and issuer, in PEM. */
  readonly cert: string;
  /** The issuer alone, in PEM, for `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string;
  remove(): Promise<void>;
}

/**
 * Makes an issuer and a leaf for `localhost` and 127.0.0.1, valid for a year. Issuers have names of their own, because a
 * client that trusts several emulators finds the key by the name.
 */
export async function createCertificates(): Promise<Certificates> {
  const issuer = `Security Graph Emulator CA ${randomBytes(4).toString('hex')}`;
  const ca = await generate([{ name: 'commonName', value: issuer }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'security-graph-emulator-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, ca.cert);
  return {
    key: leaf.private,
    cert: `${leaf.cert.trim()}\n${ca.cert}`,
    caFile,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
