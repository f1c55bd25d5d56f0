import { describe, expect, it } from '@jest/globals';
import { parseDirectorySearch } from '../../emulator/graph/searchDirectory.js';

const ann = { displayName: 'Ann Or Zhang', mail: 'ann@contoso.com' };
const bob = { displayName: 'Bob Miller', mail: 'bob@contoso.com' };
const find = (search: string) => [ann, bob].filter(parseDirectorySearch(search));

describe('a $search of the directory', () => {
  it('joins quoted clauses with OR and AND', () => {
    expect(find('"displayName:ann" OR "mail:bob"')).toEqual([ann, bob]);
    expect(find('"displayName:mill" AND "mail:bob"')).toEqual([bob]);
    expect(find('("displayName:ann") AND ("mail:bob")')).toEqual([]);
  });

  it('takes these words inside quotes as text', () => {
    expect(find('"displayName:ann OR zhang"')).toEqual([ann]);
    expect(find('"displayName:ann AND zhang"')).toEqual([]);
  });

  it.each(['ann', '"ann"', '"displayName:ann" OR', '"displayName:ann', 'displayName:ann'])('refuses %s', (search) => {
    expect(() => find(search)).toThrow('Unrecognized query argument');
  });
});
