import type { EmulatorOptions } from './EmulatorOptions.js';
import type { EmulatorSwitchesInput } from './switches.js';

/**
 * Reads `EMULATOR_PORT`, `EMULATOR_SEED`, `EMULATOR_ALERTS`, `EMULATOR_USERS`, `EMULATOR_DATA`, `EMULATOR_LIVE` and
 * `EMULATOR_SWITCHES` (JSON).
 * @throws {Error} naming every setting that cannot be read.
 */
export function readSettings(env: NodeJS.ProcessEnv): EmulatorOptions {
  const problems: string[] = [];
  const integer = (name: string, max: number): number | undefined => {
    const text = env[name];
    if (text === undefined || text === '') return undefined;
    if (/^\d{1,9}$/.test(text) && Number(text) <= max) return Number(text);
    problems.push(`${name} must be a whole number from 0 to ${max}`);
    return undefined;
  };
  const port = integer('EMULATOR_PORT', 65_532);
  const alerts = integer('EMULATOR_ALERTS', 1_000_000);
  const users = integer('EMULATOR_USERS', 1_000_000);
  const switches = readJson(env.EMULATOR_SWITCHES, problems);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return {
    ...(port === undefined || port === 0 ? {} : { port }),
    ...(alerts === undefined ? {} : { alerts }),
    ...(users === undefined ? {} : { users }),
    ...(env.EMULATOR_SEED ? { seed: env.EMULATOR_SEED } : {}),
    ...(env.EMULATOR_DATA ? { dataDir: env.EMULATOR_DATA } : {}),
    ...(switches === undefined ? {} : { switches }),
    live: ['1', 'true'].includes(env.EMULATOR_LIVE ?? ''),
  };
}

function readJson(text: string | undefined, problems: string[]): EmulatorSwitchesInput | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text) as EmulatorSwitchesInput;
  } catch {
    problems.push('EMULATOR_SWITCHES must be a JSON object');
    return undefined;
  }
}
