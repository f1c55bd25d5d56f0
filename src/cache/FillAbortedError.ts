/** Why a fetch was stopped from our side: nobody waited any more, its time was over, or the cache is closing. */
export class FillAbortedError extends Error {
  override readonly name = 'AbortError';
}
