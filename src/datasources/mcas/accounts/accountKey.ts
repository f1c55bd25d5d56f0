import { UserInputError } from '../../../errors/GatewayError.js';

/** What names an account of an app: its id there, the app, and which instance of the app. */
export interface AccountKey {
  readonly id: string;
  readonly saas: number;
  readonly inst: number;
}

const maxIdCharacters = 1_024;

/** The key's JSON with members in this order, as unpadded base64url: the id of an `MCASAccount`. */
export function toAccountId({ id, saas, inst }: AccountKey): string {
  return Buffer.from(JSON.stringify({ id, saas, inst })).toString('base64url');
}

/** The key behind the id of an `MCASAccount`; undefined when the text is no such id. */
export function parseAccountId(text: string): AccountKey | undefined {
  if (text.length > maxIdCharacters || !/^[\w-]+$/.test(text)) return undefined;
  const key = readKey(Buffer.from(text, 'base64url').toString('utf8'));
  return key === undefined || toAccountId(key) !== text ? undefined : key;
}

/** @throws {UserInputError} when the text is no id of an account. */
export function readAccountId(text: string, argument = 'id'): AccountKey {
  const key = parseAccountId(text);
  if (key === undefined) throw new UserInputError(`"${argument}" is not the id of an MCASAccount.`, { argument });
  return key;
}

function readKey(json: string): AccountKey | undefined {
  try {
    const { id, saas, inst } = JSON.parse(json) as Record<string, unknown>;
    return typeof id === 'string' && id !== '' && Number.isInteger(saas) && Number.isInteger(inst)
      ? { id, saas: saas as number, inst: inst as number }
      : undefined;
  } catch {
    return undefined;
  }
}
