import { type CmdbRequest, createCmdb } from '../../examples/federation/createCmdb.js';
import { type Stack, type StackOptions, startStack } from './startStack.js';

/** The emulated tenant, the example's CMDB and a gateway that joins them, over real HTTP. */
export interface CmdbStack extends Stack {
  /** What the CMDB was asked by operations, the oldest first; questions for its schema left out. */
  readonly cmdbRequests: readonly CmdbRequest[];
  /** Ends the CMDB; the rest goes on. */
  stopCmdb(): Promise<void>;
}

export async function startCmdbStack(options: StackOptions = {}): Promise<CmdbStack> {
  const cmdbRequests: CmdbRequest[] = [];
  const cmdb = await createCmdb({
    folder: 'examples/federation',
    port: 0,
    onRequest: (request) => {
      if (!request.query.includes('_service')) cmdbRequests.push(request);
    },
  });
  const SUBGRAPHS = JSON.stringify([{ name: 'cmdb', url: cmdb.url }]);
  const stack = await startStack({ ...options, env: { SUBGRAPHS, ...options.env } });
  let ended: Promise<void> | undefined;
  const stopCmdb = () => (ended ??= cmdb.stop());
  return {
    ...stack,
    cmdbRequests,
    stopCmdb,
    stop: async () => {
      await stack.stop();
      await stopCmdb();
    },
  };
}
