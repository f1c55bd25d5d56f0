/**
 * How documents are parsed, over every transport. Validation takes time that grows with the square of some documents and
 * recursion as deep as they nest, so a document of more tokens is refused by the parser. The largest sample of the
 * playground has about 100.
 */
export const parseOptions = { maxTokens: 5_000 } as const;
