import { describe, expect, it } from '@jest/globals';
import { SharedTexts } from '../../../src/mirror/SharedTexts.js';

describe('shared texts', () => {
  it('are the texts that were brought, however many came between', () => {
    const texts = new SharedTexts();
    for (let n = 0; n < 60_000; n += 1) {
      const text = `text ${n % 25_000}`;
      if (texts.share(text) !== text) throw new Error(text);
    }
    expect(texts.share('')).toBe('');
  });
});
