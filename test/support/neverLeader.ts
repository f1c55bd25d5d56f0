import { alwaysLeader, type Leadership } from '../../src/changes/leadership.js';

/** Nothing is polled, so that every call is one that the test asked for, and nothing is answered from a mirror. */
export const neverLeader: Leadership = { ...alwaysLeader, isLeader: () => false };
