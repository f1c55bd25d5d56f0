import { type GatewayConfig, loadConfig } from '../../src/config/loadConfig.js';

/** The settings of a gateway that serves our own data. @throws {ConfigError} as `loadConfig` does. */
export function loadOwnConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const config = loadConfig(env);
  if (!config.localSubgraph) throw new Error('These settings leave our own data out.');
  return config;
}
