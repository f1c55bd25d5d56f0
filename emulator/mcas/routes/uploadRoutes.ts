import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../../context.js';
import { createRandom } from '../../random.js';
import { buildStream } from '../../tenant/cloudInventory.js';
import type { Row } from '../../tenant/Tenant.js';
import { badRequest, McasError } from '../McasError.js';
import type { Call, RouteKit } from './RouteKit.js';

/** Largest log that one PUT may carry, bytes. */
const maxPutBytes = 64 * 1024 * 1024;

/** Numbers of the log formats that an upload may name. */
const logTypes: Readonly<Record<string, number>> = {
  BARRACUDA: 101,
  BLUECOAT: 102,
  CHECKPOINT: 103,
  CISCO_ASA: 104,
  CISCO_IRONPORT_PROXY: 106,
  FORTIGATE: 108,
  PALO_ALTO: 112,
  SQUID: 114,
  ZSCALER: 120,
  MCAFEE_SWG: 121,
  CISCO_SCAN_SAFE: 124,
  PALO_ALTO_SYSLOG: 126,
  JUNIPER_SRX: 129,
  SOPHOS_SG: 130,
  WEBSENSE_V7_5: 135,
  WEBSENSE_SIEM_CEF: 138,
  MACHINE_ZONE_MERAKI: 153,
  SQUID_NATIVE: 155,
  CISCO_FWSM: 157,
  MICROSOFT_ISA_W3C: 159,
  SONICWALL_SYSLOG: 160,
  SOPHOS_CYBEROAM: 162,
  CLAVISTER: 164,
  CUSTOM_PARSER: 167,
  JUNIPER_SSG: 168,
  ZSCALER_QRADAR: 170,
  GENERIC_CEF: 179,
  GENERIC_LEEF: 181,
  GENERIC_W3C: 183,
  I_FILTER: 185,
  CHECKPOINT_XML: 187,
  WDATP: 195,
  ZSCALER_CEF: 196,
  SOPHOS_XG: 198,
  IBOSS: 200,
  FORCEPOINT: 202,
  FORTIOS: 204,
  STORMSHIELD: 212,
  CONTENTKEEPER: 214,
  CORRATA: 220,
  WATCHGUARD_XTM: 225,
};

/** Where uploaded logs wait for `done_upload`. */
export interface UploadArea {
  readonly expected: Map<string, { readonly source: string; readonly signature: string; bytes: number | undefined }>;
}

/** The steps of an upload on the host of the API. */
export function addUploadRoutes(kit: RouteKit, uploads: UploadArea): void {
  kit.on(['GET'], '/discovery/upload_url/', 'writeDiscovery', (call) => offerUpload(call, uploads));
  kit.on(['POST'], '/discovery/done_upload/', 'writeDiscovery', (call) => finishUpload(call, uploads));
}

/** Step one: a signed address that the log is PUT to, without the caller's token. */
function offerUpload({ context, input }: Call, uploads: UploadArea): Row {
  const source = String(input.source ?? '');
  if (logTypes[source] === undefined) throw badRequest('source is not valid');
  const filename = String(input.filename ?? '');
  if (filename === '') throw badRequest('filename is required');
  context.tenant.serial += 1;
  const name = createRandom(`${context.tenant.tenantId}/upload/${context.tenant.serial}`).hex(32);
  const signature = createHash('sha256').update(`${name}/${filename}/${context.identity.mcasToken}`).digest('hex');
  uploads.expected.set(name, { source, signature, bytes: undefined });
  return { url: `${context.urls.mcas}/_blob/${name}?sig=${signature}`, provider: 'azure' };
}

/** Step two, on the storage host: one PUT of the whole log. */
export function addBlobRoutes(app: FastifyInstance, uploads: UploadArea): void {
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxPutBytes }, (_request, body, done) =>
    done(null, body),
  );
  app.put('/_blob/:name', { bodyLimit: maxPutBytes }, async (request, reply) => {
    const { name } = request.params as { name: string };
    const upload = uploads.expected.get(name);
    if (upload === undefined || (request.query as Row).sig !== upload.signature)
      throw new McasError(403, blobError('AuthenticationFailed'));
    if (request.headers['x-ms-blob-type'] !== 'BlockBlob') throw new McasError(400, blobError('MissingRequiredHeader'));
    upload.bytes = Number(request.headers['content-length'] ?? 0);
    return reply.status(201).send();
  });
}

function blobError(code: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`;
}

/** Step three: the log is worked into a report, which the list of streams shows a moment later. */
function finishUpload({ context, input }: Call, uploads: UploadArea): Row {
  const name = /\/_blob\/([0-9a-f]+)/.exec(String(input.uploadUrl ?? ''))?.[1] ?? '';
  const upload = uploads.expected.get(name);
  if (upload?.bytes === undefined) throw badRequest('uploadUrl is not valid');
  const displayName = input.inputStreamName;
  if (typeof displayName !== 'string' || displayName === '') throw badRequest('inputStreamName is required');
  uploads.expected.delete(name);
  setImmediate(() => receiveLog(context, displayName, upload.source));
  return { success: true };
}

function receiveLog(context: EmulatorContext, displayName: string, source: string): void {
  const { tenant, clock } = context;
  const nowMs = Math.floor(clock.now());
  const known = [...tenant.streams.values()].find((stream) => stream.displayName === displayName);
  if (known !== undefined) {
    const lastDataReceived = new Date(nowMs).toISOString();
    const logFilesHistoryCount = Number(known.logFilesHistoryCount ?? 0) + 1;
    tenant.streams.set(String(known._id), {
      ...known,
      lastDataReceived,
      lastModified: lastDataReceived,
      logFilesHistoryCount,
    });
    return;
  }
  const id = createRandom(`${tenant.tenantId}/stream/${displayName}`).hex(24);
  tenant.streams.set(
    id,
    buildStream({ id, displayName, logType: logTypes[source] ?? 1, streamType: 1, nowMs, manual: true }),
  );
}
