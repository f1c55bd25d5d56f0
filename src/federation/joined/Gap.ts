import type { Selected } from './selected.js';

/** Response keys and list indices. */
export type ResponsePath = readonly (string | number)[];

/**
 * Stands in joined data where a subgraph gave no value. A value from another subgraph takes its place; a representation
 * that needs it cannot be made; a client who selected it is told the error.
 */
export class Gap {
  constructor(
    readonly error: Error,
    /**
     * The subgraph does not know the entity, which is no error where null is allowed; `error` is for places where null
     * is not.
     */
    readonly isQuiet: boolean,
    /** Where the subgraph met the error, seen from here: null may have travelled up from a field that forbids it. */
    readonly below: ResponsePath,
    /** What the subgraph was asked for at this place. */
    readonly selected: Selected | undefined,
  ) {}

  /** The gap of one part of what is missing. */
  at(key: string | number, selected: Selected | undefined): Gap {
    const below = this.below[0] === key ? this.below.slice(1) : [];
    return new Gap(this.error, this.isQuiet, below, selected);
  }
}
