import { z } from 'zod';
import {
  flag,
  idText,
  lenientList,
  type McasPage,
  number,
  optionalObject,
  pageParser,
  text,
  texts,
} from '../wireParts.js';

const appData = optionalObject({ appId: number, name: text, saas: number, instance: number });
const isoOrMs = z.union([z.string(), z.number()]).nullish().catch(null);

/** An account inside the record of a user, with short keys. */
const shortAccount = z.looseObject({
  i: idText,
  inst: number,
  saas: number,
  t: number,
  dn: text,
  ext: flag,
  s: number,
  aliases: texts,
  isFake: flag,
  pa: text,
  em: text,
  appData,
  actions: z.unknown().optional(),
});
export type ShortAccountWire = z.infer<typeof shortAccount>;

/**
 * A user or account of Cloud Apps as the wire has it. What names it stands in `ii` (`saas|inst|id`) and `appData`;
 * `username` is its key as text, in Microsoft's sample with single quotes.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-entities
 */
const accountWire = z.looseObject({
  id: idText,
  ii: text,
  type: number,
  status: number,
  idType: number,
  displayName: text,
  email: text,
  role: text,
  organization: text,
  domain: text,
  sid: text,
  isAdmin: flag,
  isExternal: flag,
  isFake: flag,
  lastSeen: isoOrMs,
  userGroups: lenientList(z.looseObject({ id: idText, name: text, description: text, usersCount: number })),
  identifiers: z.unknown().optional(),
  subApps: z.unknown().optional(),
  appData,
  accounts: lenientList(shortAccount),
  actions: z.unknown().optional(),
  threatScore: number,
  threatScoreHistory: z.unknown().optional(),
  scoreTrends: z.unknown().optional(),
});
export type AccountWire = z.infer<typeof accountWire>;

/** @throws {z.ZodError} when the body is no user or account. */
export function parseAccount(body: unknown): AccountWire {
  return accountWire.parse(body);
}

/** Throws `z.ZodError` when the body is no list of users and accounts. */
export const parseAccountPage: (body: unknown) => McasPage<AccountWire> = pageParser(accountWire);

const treeWire = z.union([
  z.looseObject({ data: z.array(accountWire) }).transform(({ data }) => data),
  z.array(accountWire),
  accountWire.transform((row) => [row]),
]);

/**
 * The answer of `retrieve_tree`, whose form is undocumented: a record, a list of records, or a list in an envelope.
 * @throws {z.ZodError} when it is none of them.
 */
export function parseTree(body: unknown): readonly AccountWire[] {
  return treeWire.parse(body);
}
