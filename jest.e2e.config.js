import base from './jest.config.js';

/** Browser tests: real Chromium against a real demo. */
export default {
  ...base,
  roots: ['<rootDir>/test/e2e'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
};
