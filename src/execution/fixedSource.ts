import type { ExecutableSchema, SchemaSource } from './contract.js';

/** One schema for as long as the gateway runs. */
export function buildFixedSource(schema: ExecutableSchema): SchemaSource {
  return { current: () => schema, onChange: () => () => undefined };
}
