import { ConfigError } from './config/ConfigError.js';
import { loadConfig } from './config/loadConfig.js';
import { createGateway, type Gateway } from './gateway.js';
import { createLogger } from './observability/createLogger.js';

/** Reads the environment, starts the gateway and stops it on a signal. Nothing else in `src/` touches the process. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  const gateway = await createGateway(config, { logger });
  stopOnSignal(gateway, config.http.shutdownGraceMs);
  process.stdout.write(`${JSON.stringify({ listening: gateway.url })}\n`);
}

function stopOnSignal(gateway: Gateway, graceMs: number): void {
  const stop = () => {
    setTimeout(() => process.exit(1), graceMs + 5_000).unref();
    gateway.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
