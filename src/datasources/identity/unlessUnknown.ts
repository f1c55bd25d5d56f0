import { NotFoundError } from '../../upstream/contract.js';

/** Null instead of the upstream's 404. */
export async function unlessUnknown<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}
