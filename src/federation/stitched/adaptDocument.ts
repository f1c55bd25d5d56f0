import type { DocumentNode, ExecutionResult } from 'graphql';
import { clearAliases } from './aliases.js';
import { addTypeNames } from './typeNames.js';

/** A document that the stitching library answers well, and the way back. */
export interface AdaptedDocument {
  readonly document: DocumentNode;
  /** Gives data and errors of an answer the form that the client asked for. */
  restore(result: ExecutionResult): ExecutionResult;
}

/**
 * Goes around what the library answers wrongly.
 * @param fieldNames As `collectFieldNames` finds them.
 */
export function adaptDocument(document: DocumentNode, fieldNames: ReadonlySet<string>): AdaptedDocument {
  const named = addTypeNames(document);
  const cleared = clearAliases(named.document, fieldNames);
  return { document: cleared.document, restore: (result) => named.restore(cleared.restore(result)) };
}
