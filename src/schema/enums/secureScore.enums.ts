import { defineEnum } from './defineEnum.js';

/** Enumerations of secure scores. Microsoft Graph types them as text and lists the words on the pages of each property. */

export const secureScoreControlCategory = defineEnum({
  name: 'SecureScoreControlCategory',
  description: 'The area that a control belongs to.',
  words: {
    Identity: 'Accounts and sign-ins.',
    Data: 'Information protection.',
    Device: 'Devices.',
    Apps: 'Applications, e-mail included.',
    Infrastructure: 'Azure resources.',
  },
});

export const secureScoreComparisonBasis = defineEnum({
  name: 'SecureScoreComparisonBasis',
  description: 'The group of tenants that an average is taken over.',
  words: {
    AllTenants: 'All tenants.',
    TotalSeats: 'Tenants with about as many seats.',
    IndustryTypes: 'Tenants of the same industry.',
  },
});

export const secureScoreControlTier = defineEnum({
  name: 'SecureScoreControlTier',
  description: 'How basic a control is.',
  words: {
    Core: 'Every tenant should have it.',
    'Defense in Depth': 'A further layer.',
    Advanced: 'For special needs.',
  },
});

export const secureScoreControlActionType = defineEnum({
  name: 'SecureScoreControlActionType',
  description: 'What kind of work a control asks for.',
  words: {
    Config: 'A setting, once.',
    Review: 'A report to look at, again and again.',
    Behavior: 'A habit of people.',
  },
});

export const secureScoreControlState = defineEnum({
  name: 'SecureScoreControlState',
  description: 'What the tenant decided about a control.',
  words: {
    Default: 'Nothing was decided.',
    Ignored: 'The tenant accepts the risk.',
    ThirdParty: 'Another product covers it.',
    Reviewed: 'It was looked at.',
  },
});
