import { createEmulator } from './createEmulator.js';
import { readSettings } from './readSettings.js';

/** `npm run emulator`: one JSON line on stdout once every server listens, then quiet until a signal. */
async function main(): Promise<void> {
  const emulator = await createEmulator(readSettings(process.env));
  const { stop, ...facts } = emulator;
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  let isStopping = false;
  const onSignal = () => {
    if (isStopping) return;
    isStopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function fail(error: unknown): never {
  process.stderr.write(`emulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
