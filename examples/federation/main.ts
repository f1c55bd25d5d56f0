import { type CmdbRequest, createCmdb } from './createCmdb.js';

/**
 * Runs beside the demo (`npm run demo:federation`) or alone, in the folder of the project. One JSON line on stdout once it
 * listens; with `CMDB_LOG=1` one line on stderr for each request.
 */
async function main(): Promise<void> {
  const cmdb = await createCmdb({
    folder: process.env.CMDB_FOLDER ?? 'examples/federation',
    port: Number(process.env.CMDB_PORT ?? 0),
    ...(process.env.CMDB_LOG === '1' ? { onRequest: log } : {}),
  });
  process.stdout.write(`${JSON.stringify({ url: cmdb.url })}\n`);
  let isStopping = false;
  const onSignal = () => {
    if (isStopping) return;
    isStopping = true;
    cmdb.stop().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** Shows that a thousand devices of an answer are one request. */
function log({ variables }: CmdbRequest): void {
  const entities = Object.values(variables).flatMap((value) => (Array.isArray(value) ? value : []));
  process.stderr.write(`cmdb: one request, ${entities.length} entities\n`);
}

function fail(error: unknown): never {
  process.stderr.write(`cmdb: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
