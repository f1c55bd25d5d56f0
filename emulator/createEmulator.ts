import { createApps } from './createApps.js';
import { createParts, gatewayAudience, type Parts } from './createParts.js';
import type { Emulator, EmulatorOptions } from './EmulatorOptions.js';
import { startLife } from './tenant/life.js';

/**
 * Starts an emulated tenant on 127.0.0.1: Microsoft Graph, Defender for Cloud Apps, the Entra authority over TLS, and the
 * control routes, each on its own port.
 * @throws {Error} when a port is taken, a switch is unknown or a captured body cannot be read.
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const parts = await createParts(options);
  const apps = createApps(parts, options);
  const stop = async () => {
    await apps.close();
    await parts.stop();
  };
  try {
    await apps.listen();
  } catch (error) {
    await stop();
    throw error;
  }
  const life = options.live === true ? startLife(parts.context) : undefined;
  return {
    ...describe(parts),
    stop: () => {
      life?.stop();
      return stop();
    },
  };
}

function describe({ context, urls, certificates }: Parts): Omit<Emulator, 'stop'> {
  const { tenantId, clientId, clientSecret, mcasToken } = context.identity;
  return {
    graphUrl: urls.graph,
    mcasUrl: urls.mcas,
    authorityUrl: urls.authority,
    controlUrl: urls.control,
    tenantId,
    clientId,
    clientSecret,
    mcasToken,
    caFile: certificates.caFile,
    env: {
      GRAPH_URL: urls.graph,
      MCAS_URL: urls.mcas,
      MCAS_TOKEN: mcasToken,
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_SECRET: clientSecret,
      AZURE_AUTHORITY_HOST: urls.authority,
      NODE_EXTRA_CA_CERTS: certificates.caFile,
      AUTH_ISSUER: `${urls.authority}/${tenantId}/v2.0`,
      AUTH_AUDIENCE: gatewayAudience,
      AUTH_TENANTS: tenantId,
    },
  };
}
