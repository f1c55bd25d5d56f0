import { defineEnum } from './defineEnum.js';

/** Outcome family of an activity, by the words of `mainInfo.type`. */
export const mcasActivityType = defineEnum({
  name: 'MCASActivityType',
  description: 'Family of a Cloud Apps activity.',
  words: {
    basic: 'An ordinary operation.',
    login: 'A sign-in that succeeded.',
    failedLogin: 'A sign-in that failed.',
    unknown: "The upstream's own word `unknown`.",
  },
});

/** Words of the `device.type` filter and of `userAgent.deviceType`. */
export const mcasDeviceType = defineEnum({
  name: 'MCASDeviceType',
  description: 'Kind of device that an activity came from, as its user agent tells.',
  words: {
    DESKTOP: 'A desktop or laptop computer.',
    MOBILE: 'A phone.',
    TABLET: 'A tablet.',
    OTHER: 'Anything else, services included.',
  },
});

/** Words of the `activity.takenAction` filter. */
export const mcasTakenAction = defineEnum({
  name: 'MCASTakenAction',
  description: 'What session or access control did to an activity.',
  words: {
    block: 'Blocked.',
    proxy: 'Sent through the proxy.',
    BypassProxy: 'Let past the proxy.',
    encrypt: 'Encrypted.',
    decrypt: 'Decrypted.',
    verified: 'Verified.',
    encryptionFailed: 'Encryption failed.',
    protect: 'Protected.',
    verify: 'Verification asked for.',
  },
});
