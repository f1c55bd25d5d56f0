import { evidenceRole } from '../../schema/enums/alert.enums.js';
import type { AlertEvidence } from '../../schema/types/evidence/alertEvidence.type.js';
import { buildEvidenceKinds } from './evidenceKinds.js';
import { evidenceBase } from './evidenceParts.js';
import { isWireObject, type Reader, readShape, text, texts, type WireObject } from './readers.js';

const kinds = buildEvidenceKinds({ evidence, evidenceList, anyEvidence });
const kindOfWord = new Map(Object.keys(kinds).map((kind) => [kind.toLowerCase(), kind]));
const odataType = /^#?(?:microsoft\.graph\.(?:security\.)?)?(\w+?)Evidence$/i;

/** One piece of evidence. A kind without a type of its own, or an item that is no object, is kept whole as `GenericEvidence`. */
export function mapEvidence(item: unknown): AlertEvidence {
  const source = isWireObject(item) ? item : {};
  const type = text(source['@odata.type']);
  const kind = kindOfWord.get((odataType.exec(type ?? '')?.[1] ?? '').toLowerCase());
  if (kind !== undefined) return mapKind(kind, source);
  return toEvidence('GenericEvidence', source, { odataType: type?.replace(/^#/, '') ?? null, raw: item });
}

function mapKind(kind: string, source: WireObject): AlertEvidence {
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Evidence`;
  return toEvidence(name, source, readShape(kinds[kind] ?? {}, source));
}

/** The tables of `evidenceKinds.ts` decide the fields; that they fill every type is proved by a test over the schema. */
function toEvidence(name: string, source: WireObject, own: Readonly<Record<string, unknown>>): AlertEvidence {
  const rawRoles = texts(source.roles);
  const roles = rawRoles.map((role) => evidenceRole.fromWire(role));
  return { __typename: name, ...readShape(evidenceBase, source), roles, rawRoles, ...own } as unknown as AlertEvidence;
}

function evidence(kind: string): Reader {
  return (value) => (isWireObject(value) ? mapKind(kind, value) : null);
}

function evidenceList(kind: string): Reader {
  return (value) => (Array.isArray(value) ? value.filter(isWireObject).map((item) => mapKind(kind, item)) : []);
}

function anyEvidence(value: unknown): AlertEvidence | null {
  return isWireObject(value) ? mapEvidence(value) : null;
}
