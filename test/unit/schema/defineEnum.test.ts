import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { defineEnum, toEnumMember } from '../../../src/schema/enums/defineEnum.js';

describe('enum members', () => {
  it.each([
    ['inProgress', 'IN_PROGRESS'],
    ['microsoft365Defender', 'MICROSOFT365_DEFENDER'],
    ['microsoftDefenderForDNS', 'MICROSOFT_DEFENDER_FOR_DNS'],
    ['azureAdIdentityProtection', 'AZURE_AD_IDENTITY_PROTECTION'],
    ['userPassedMFADrivenByRiskBasedPolicy', 'USER_PASSED_MFA_DRIVEN_BY_RISK_BASED_POLICY'],
    ['new', 'NEW'],
  ])('%s is %s', (word, member) => expect(toEnumMember(word)).toBe(member));
});

describe('a wire enum', () => {
  const Colour = defineEnum({
    name: 'TestColour',
    description: 'For the test.',
    words: { red: 'Red.', deepBlue: 'Blue.', oldWord: 'Old.' },
    readOnly: ['oldWord'],
  });

  it('reads words without case', () => {
    expect([Colour.fromWire('Red'), Colour.fromWire('DEEPBLUE')]).toEqual(['RED', 'DEEP_BLUE']);
  });

  it('reads the sentinel and unknown words as UNRECOGNIZED, and null as null', () => {
    expect([Colour.fromWire('unknownFutureValue'), Colour.fromWire('mauve'), Colour.fromWire(null)]).toEqual([
      'UNRECOGNIZED',
      'UNRECOGNIZED',
      null,
    ]);
  });

  it('sends known members only', () => {
    expect([Colour.toWire('DEEP_BLUE'), Colour.toWire('UNRECOGNIZED'), Colour.toWire('OLD_WORD')]).toEqual([
      'deepBlue',
      undefined,
      undefined,
    ]);
  });
});
