import { defineEnum } from './defineEnum.js';

/** Enumerations of Identity Protection, by the words of Microsoft Graph's v1.0 schema. */

export const riskLevel = defineEnum({
  name: 'RiskLevel',
  description: 'How sure Identity Protection is that an identity is compromised.',
  words: {
    none: 'No risk.',
    low: 'Low risk.',
    medium: 'Medium risk.',
    high: 'High risk.',
    hidden: 'There is a risk, but the tenant has no Entra ID P2 licence to see how high.',
  },
});

export const riskState = defineEnum({
  name: 'RiskState',
  description: 'What became of a risk.',
  words: {
    none: 'No risk.',
    confirmedSafe: 'An administrator or Microsoft confirmed it to be safe.',
    remediated: 'The user remediated it, for example by a secured password change.',
    dismissed: 'An administrator dismissed it.',
    atRisk: 'Open: nobody has dealt with it.',
    confirmedCompromised: 'An administrator confirmed the compromise.',
  },
});

export const riskDetail = defineEnum({
  name: 'RiskDetail',
  description: 'Why a risk has the state that it has.',
  words: {
    none: 'Nobody has done anything about the risk yet.',
    adminGeneratedTemporaryPassword: 'An administrator gave the user a temporary password.',
    userPerformedSecuredPasswordChange: 'The user changed the password after a strong sign-in.',
    userPerformedSecuredPasswordReset: 'The user reset the password by the secured self-service.',
    adminConfirmedSigninSafe: 'An administrator confirmed the sign-in to be safe.',
    aiConfirmedSigninSafe: "Microsoft's own analysis confirmed the sign-in to be safe.",
    userPassedMFADrivenByRiskBasedPolicy: 'The user passed the multi-factor challenge of a risk-based policy.',
    adminDismissedAllRiskForUser: 'An administrator dismissed all risk of the user.',
    adminConfirmedSigninCompromised: 'An administrator confirmed the sign-in to be compromised.',
    hidden: 'There is a detail, but the tenant has no Entra ID P2 licence to see it.',
    adminConfirmedUserCompromised: 'An administrator confirmed the user to be compromised.',
    m365DAdminDismissedDetection: 'An administrator dismissed the detection in Microsoft Defender XDR.',
    adminConfirmedServicePrincipalCompromised: 'An administrator confirmed the service principal to be compromised.',
    adminDismissedAllRiskForServicePrincipal: 'An administrator dismissed all risk of the service principal.',
    userChangedPasswordOnPremises: 'The user changed the password on premises.',
    adminDismissedRiskForSignIn: 'An administrator dismissed the risk of the sign-in.',
    adminConfirmedAccountSafe: 'An administrator confirmed the account to be safe.',
    microsoftRevokedSessions: "Microsoft revoked the user's sessions.",
  },
});

export const riskDetectionTimingType = defineEnum({
  name: 'RiskDetectionTimingType',
  description: 'When a risk was found, relative to the act.',
  words: {
    notDefined: 'Not stated.',
    realtime: 'During the sign-in.',
    nearRealtime: 'Minutes after the sign-in.',
    offline: 'Later, by analysis; often hours after the act.',
  },
});

export const riskActivity = defineEnum({
  name: 'RiskActivity',
  description: 'What a risk was found on.',
  words: {
    signin: 'One sign-in.',
    user: 'The account as a whole.',
    servicePrincipal: 'An application identity.',
  },
});

export const tokenIssuerType = defineEnum({
  name: 'TokenIssuerType',
  description: 'Who issued the token of the risky sign-in.',
  words: {
    AzureAD: 'Microsoft Entra ID; `Azure Active Directory` reads as this too.',
    ADFederationServices: 'Active Directory Federation Services.',
    AzureADBackupAuth: "Microsoft Entra's backup authentication service.",
    ADFederationServicesMFAAdapter: 'Active Directory Federation Services with the multi-factor adapter.',
    NPSExtension: 'Network Policy Server extension.',
  },
});
