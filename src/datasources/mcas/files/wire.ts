import { z } from 'zod';
import { flag, idText, lenientList, type McasPage, number, pageParser, text, texts } from '../wireParts.js';

/** A number with its word, `[0, "PRIVATE"]`, or either alone. */
const coded = z
  .union([
    z.tuple([z.number(), z.string()]).transform(([code, word]) => ({ code, word })),
    z.number().transform((code) => ({ code, word: null })),
    z.string().transform((word) => ({ code: null, word })),
  ])
  .nullish()
  .catch(null);
const isoOrMs = z.union([z.string(), z.number()]).nullish().catch(null);

/**
 * A file as the wire has it; only `_id` is sure.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-files
 */
const fileWire = z.looseObject({
  _id: z.string().min(1),
  id: idText,
  name: text,
  appId: number,
  saasId: number,
  instId: number,
  appName: text,
  fileSize: number,
  createdDate: isoOrMs,
  modifiedDate: isoOrMs,
  snapshotLastModifiedDate: isoOrMs,
  fileType: coded,
  ftype: number,
  fileAccessLevel: coded,
  facl: number,
  fileStatus: coded,
  mimeType: text,
  fileExtension: text,
  filePath: text,
  sitePath: text,
  driveId: idText,
  parentId: idText,
  alternateLink: text,
  isFolder: flag,
  isForeign: flag,
  noGovernance: flag,
  trashed: flag,
  quarantined: flag,
  ownerAddress: text,
  ownerName: text,
  ownerExternal: flag,
  collaborators: lenientList(z.looseObject({ id: idText, name: text, role: text, accessLevel: number, type: text })),
  domains: texts,
  emails: texts,
  groupIds: texts,
  fTags: texts,
  dlpScanResults: z.unknown().optional(),
});
export type FileWire = z.infer<typeof fileWire>;

/** @throws {z.ZodError} when the body is no file. */
export function parseFile(body: unknown): FileWire {
  return fileWire.parse(body);
}

/** Throws `z.ZodError` when the body is no list of files. */
export const parseFilePage: (body: unknown) => McasPage<FileWire> = pageParser(fileWire);
