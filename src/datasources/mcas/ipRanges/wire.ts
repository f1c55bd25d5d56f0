import { z } from 'zod';
import { flag, idText, lenientList, type McasPage, number, optionalObject, pageParser, text } from '../wireParts.js';

/**
 * An IP range as the wire has it. `lastModified` is milliseconds with a fraction; `location` is an object in answers,
 * whatever the documentation says.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-data-enrichment-list
 */
const ipRangeWire = z.looseObject({
  _id: z.string().min(1),
  name: text,
  category: number,
  subnets: lenientList(z.looseObject({ mask: number, address: text, originalString: text })),
  location: optionalObject({ name: text, latitude: number, longitude: number, countryCode: text, countryName: text }),
  organization: text,
  overrideOrganization: flag,
  tags: lenientList(z.looseObject({ id: idText, name: text, description: text })),
  builtIn: flag,
  lastModified: number,
});
export type IPRangeWire = z.infer<typeof ipRangeWire>;

/** Throws `z.ZodError` when the body is no list of IP ranges. */
export const parseIPRangePage: (body: unknown) => McasPage<IPRangeWire> = pageParser(ipRangeWire);

/** The answer of a creation is the new id as a bare JSON text. @throws {z.ZodError} when it is not. */
export function parseNewId(body: unknown): string {
  return z.string().min(1).parse(body);
}
