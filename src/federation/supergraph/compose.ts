import { composeServices } from '@theguild/federation-composition';
import { GraphQLError, parse } from 'graphql';
import { withMarksOfInterfaceObjects } from './interfaceObjectMarks.js';
import { toReason } from './reasons.js';

/** A schema that takes part in a composition. */
export interface Part {
  readonly name: string;
  /** Federation SDL, with valid syntax. */
  readonly sdl: string;
}

export type Composition =
  | { readonly ok: true; readonly supergraphSdl: string }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Composes the parts, whose names are distinct, to one supergraph, or says why they do not fit together. */
export function compose(parts: readonly Part[]): Composition {
  try {
    const services = parts.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl, { noLocation: true }) }));
    const result = composeServices(services);
    if (result.errors !== undefined) return { ok: false, reasons: result.errors.map(reasonOfError) };
    return { ok: true, supergraphSdl: withMarksOfInterfaceObjects(result.supergraphSdl, services) };
  } catch (error) {
    // The library throws where its rules did not foresee a schema; its words tell no more than that.
    return { ok: false, reasons: [error instanceof GraphQLError ? reasonOfError(error) : unforeseen] };
  }
}

const unforeseen = toReason('COMPOSITION_FAILED', 'The schemas cannot be composed, for a reason that no rule names.');

function reasonOfError({ message, extensions }: GraphQLError): string {
  return toReason(typeof extensions.code === 'string' ? extensions.code : 'COMPOSITION_FAILED', message);
}

export interface Fitting {
  /** Undefined when not even those that must be part of it fit together. */
  readonly supergraphSdl: string | undefined;
  /** Names of those that were left out. */
  readonly leftOut: readonly string[];
  readonly reasons: readonly string[];
}

/**
 * Composes all that fits: the members, without whom there is no supergraph, and of the newcomers as many as compose with
 * them. A newcomer that does not fit keeps out nobody but itself, and those that cannot do without it.
 */
export function composeFitting(members: readonly Part[], newcomers: readonly Part[]): Fitting {
  const whole = compose([...members, ...newcomers]);
  if (whole.ok) return { supergraphSdl: whole.supergraphSdl, leftOut: [], reasons: [] };
  const base = members.length === 0 ? undefined : compose(members);
  const names = newcomers.map(({ name }) => name);
  if (newcomers.length === 0 || base?.ok === false)
    return { supergraphSdl: undefined, leftOut: names, reasons: base?.ok === false ? base.reasons : whole.reasons };
  return addOneByOne(members, newcomers, base?.supergraphSdl);
}

/** Until a round lets nobody in any more, because one may need what another brings. */
function addOneByOne(members: readonly Part[], newcomers: readonly Part[], base: string | undefined): Fitting {
  let [parts, outside, supergraphSdl] = [[...members], [...newcomers], base];
  for (;;) {
    const refused: Part[] = [];
    const reasons: string[] = [];
    for (const part of outside) {
      const composition = compose([...parts, part]);
      if (composition.ok) {
        parts = [...parts, part];
        supergraphSdl = composition.supergraphSdl;
      } else {
        refused.push(part);
        reasons.push(...composition.reasons.map((reason) => naming(part.name, reason)));
      }
    }
    if (refused.length === 0 || refused.length === outside.length)
      return { supergraphSdl, leftOut: refused.map(({ name }) => name), reasons };
    outside = refused;
  }
}

function naming(subgraph: string, reason: string): string {
  const separator = reason.indexOf(': ');
  return toReason(reason.slice(0, separator), reason.slice(separator + 2), subgraph);
}
